import * as l10n from '@vscode/l10n';
import { rootNamespace, type HostSnapshot } from '../../host/model';
import type { NatDeclaration, PortForwardDeclaration, Topology } from '../../topology/model';
import { contains, normalCidr, parseCidr } from '../cidr';
import type { PlanProblem } from '../model';
import { deviceKey } from '../planning';
import type { JudgedStep } from './judge';
import type { SshPath } from './ssh-path';
import { unsafe } from './unsafe';

/** Refuses NAT of the host that would catch this connection: a port forward of its port, a translation of its answers. */
export function judgeNat(
  path: SshPath,
  snapshot: HostSnapshot,
  { host }: Topology,
  steps: readonly JudgedStep[],
): PlanProblem[] {
  // Rules that are there already let this connection through.
  const isChanged = steps.some(({ step }) => step.object.type === 'nat' && step.object.namespace === undefined);
  if (!isChanged) return [];
  return [
    ...host.portForwards.filter((forward) => catches(path, forward)).map((forward) => refuseForward(path, forward)),
    ...host.nat.flatMap((rule) => {
      const to = translates(path, snapshot, rule);
      return to === undefined ? [] : [refuseTranslation(path, rule, to)];
    }),
  ];
}

function catches(
  path: SshPath,
  { enabled, protocol, listenPort, listenAddress, in: incoming }: PortForwardDeclaration,
): boolean {
  if (!enabled || protocol !== 'tcp' || listenPort !== path.port) return false;
  if (incoming !== undefined && !path.devices.has(deviceKey({ name: incoming }))) return false;
  return listenAddress === undefined || normalCidr(listenAddress) === normalCidr(path.server);
}

function refuseForward({ server, port }: SshPath, { name, path, to, toPort }: PortForwardDeclaration): PlanProblem {
  const target = 'namespace' in to ? to.namespace : to.address;
  return unsafe(
    { path },
    l10n.t`Port forward ${name} would lead port ${port}, to which this SSH connection leads (${server}:${port}), on to ${target}:${toPort}: nobody could log in to the host any more.`,
    l10n.t`Let it listen on another port, or on another address of the host.`,
  );
}

/** The address that the connection's answers would get from a rule; undefined where it leaves them alone. */
function translates(path: SshPath, snapshot: HostSnapshot, rule: NatDeclaration): string | undefined {
  const { enabled, source, out, notOut, kind, to } = rule;
  const network = parseCidr(source);
  if (!enabled || network === undefined || !contains(network, path.server)) return undefined;
  if ((out !== undefined && out !== path.dev) || (notOut !== undefined && notOut === path.dev)) return undefined;
  const given = kind === 'snat' ? to : masqueradeAddress(path, snapshot);
  return given === undefined || normalCidr(given) === normalCidr(path.server) ? undefined : given;
}

/** The kernel takes the route's own source address, or the first one of the interface. */
function masqueradeAddress({ route, dev, packet }: SshPath, snapshot: HostSnapshot): string | undefined {
  if (route?.src !== undefined) return route.src;
  const link = rootNamespace(snapshot).links.find(({ name }) => name === dev);
  return link?.addresses
    .find(({ family, scope }) => family === packet.family && scope === 'global')
    ?.cidr.split('/')[0];
}

function refuseTranslation(
  { server, client, dev = '' }: SshPath,
  { name, path }: NatDeclaration,
  to: string,
): PlanProblem {
  return unsafe(
    { path },
    l10n.t`NAT rule ${name} would give the answers of this SSH connection (from ${server} to ${client}, over ${dev}) the address ${to}.`,
    l10n.t`Name a smaller network as its source, or the interface that it is for (\`out\`, \`not-out\`).`,
  );
}
