import * as l10n from '@vscode/l10n';
import { rootNamespace, type HostSnapshot } from '../../host/model';
import type { Topology } from '../../topology/model';
import type { PlanProblem } from '../model';
import { desiredSysctls } from '../sysctls';
import type { JudgedStep } from './judge';
import type { SshPath } from './ssh-path';
import { unsafe } from './unsafe';

/** Refuses kernel parameters of the host that are known to cut a connection such as this one. */
export function judgeSysctls(
  path: SshPath,
  snapshot: HostSnapshot,
  topology: Topology,
  steps: readonly JudgedStep[],
): PlanProblem[] {
  const declared = new Map(
    desiredSysctls(topology)
      .filter(({ namespace }) => namespace === undefined)
      .map(({ name, value }) => [dotted(name), value]),
  );
  return steps.flatMap(({ step, effects }) => {
    if (step.object.type !== 'sysctl' || step.object.namespace !== undefined) return [];
    const known = effects.flatMap((effect) => (effect.type === 'sysctl' ? [[effect.name, effect.value] as const] : []));
    // A parameter that was not read is set by a script, which says nothing of its value; the file does.
    const name = dotted(step.object.name);
    const value = declared.get(name);
    const settings = known.length > 0 || value === undefined ? known : [[name, value] as const];
    const reasons = settings.flatMap(([own, wanted]) => reasonOf(path, snapshot, own, wanted) ?? []);
    return reasons
      .slice(0, 1)
      .map((reason) =>
        unsafe(step, reason, l10n.t`Take it out of the file, or reach the host over another interface.`),
      );
  });
}

function dotted(name: string): string {
  return name.replaceAll('/', '.');
}

function reasonOf(path: SshPath, snapshot: HostSnapshot, name: string, value: string): string | undefined {
  const parts = /^net\.(ipv4|ipv6)\.(?:conf\.(.+)\.)?(\w+)$/.exec(name);
  if (parts === null) return undefined;
  const [, family, scope, parameter] = parts;
  const concernsUs = scope === undefined || scope === 'all' || scope === path.dev;
  const isOurFamily = (family === 'ipv4') === (path.packet.family === 'inet');
  if (!concernsUs || !isOurFamily) return undefined;
  const said = `${name} = ${value}`;
  switch (parameter) {
    case 'disable_ipv6':
      return value === '0'
        ? undefined
        : l10n.t`${said} would take the IPv6 address away that this SSH connection leads to (${path.server}).`;
    case 'forwarding':
      return judgeForwarding(path, said, value);
    case 'accept_ra':
      if (path.route?.protocol !== 'ra' || value !== '0') return undefined;
      return l10n.t`${said} would let the route expire that leads back to ${path.client}: it came by router advertisement.`;
    case 'rp_filter':
      return value === '1' ? judgeStrictFilter(path, snapshot, said) : undefined;
    default:
      return undefined;
  }
}

/**
 * An IPv6 router no longer listens to router advertisements and drops at once the default routes that it has from them,
 * unless `accept_ra` is 2 (Documentation/networking/ip-sysctl.rst; rt6_purge_dflt_routers in net/ipv6/route.c). Where a daemon
 * of the host keeps the routes instead of the kernel, `accept_ra` is 0 and they stay.
 */
function judgeForwarding(
  { packet, route, acceptRa, client, dev = '' }: SshPath,
  said: string,
  value: string,
): string | undefined {
  if (packet.family !== 'inet6' || value === '0' || route?.protocol !== 'ra') return undefined;
  if (acceptRa === '0' || acceptRa === '2') return undefined;
  return l10n.t`${said} would drop the route that leads back to ${client}, from where this SSH connection comes: it came by router advertisement, and a router only keeps it where net.ipv6.conf.${dev}.accept_ra is 2.`;
}

/** A strict filter drops what comes in by another interface than the one that answers leave by (RFC 3704). */
function judgeStrictFilter(path: SshPath, snapshot: HostSnapshot, said: string): string | undefined {
  const holder = rootNamespace(snapshot).links.find(({ addresses }) =>
    addresses.some(({ cidr }) => cidr.split('/')[0] === path.server),
  );
  if (holder === undefined || path.dev === undefined || holder.name === path.dev) return undefined;
  if (holder.kind === 'loopback' || holder.kind === 'dummy') return undefined;
  return l10n.t`${said} would drop this SSH connection: it comes to ${path.server} on ${holder.name}, and its answers leave by ${path.dev}.`;
}
