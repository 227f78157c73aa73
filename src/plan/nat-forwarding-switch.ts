import * as l10n from '@vscode/l10n';
import { quoteArgument, quoteCommand } from '../base/shell-quote';
import type { HostSnapshot, ObservedNamespace, ObservedNatRule } from '../host/model';
import { setSysctl, shell } from './commands';
import type { Step } from './model';
import { objectRef } from './planning';
import { readManifest } from './read-manifest';
import type { NatFamily } from './nat-rules';

/** Where what forwarding was is kept, by namespace and family. */
const directory = '/run/netns-topology/nat-forwarding';

const sysctls: Readonly<Record<NatFamily, string>> = {
  ip: 'net.ipv4.ip_forward',
  ip6: 'net.ipv6.conf.all.forwarding',
};

/** NAT needs forwarding: it is switched on where it is off, and what it was is kept on the host. */
export function planForwardingOn(namespace: ObservedNamespace, family: NatFamily): Step[] {
  const name = sysctls[family];
  if (namespace.sysctls[name] !== '0') return [];
  const file = `${directory}/${namespace.id}.${family}`;
  return [
    {
      action: 'change',
      object: objectRef('sysctl', name, namespace.name),
      why: l10n.t`NAT needs forwarding; it is 0`,
      run: [
        shell(
          `umask 077\nmkdir -p ${directory}\necho 0 >${file}\n${quoteCommand(setSysctl(namespace.name, name, '1').argv)}`,
        ),
      ],
      undo: [setSysctl(namespace.name, name, '0'), forgetValue(file)],
    },
  ];
}

/**
 * Puts forwarding back as it was before NAT was switched on through us, once nothing is left that needs it: no NAT rule of
 * anyone, and no lab that set it.
 *
 * @param remaining the NAT rules that stay
 */
export function planForwardingBack(
  snapshot: HostSnapshot,
  namespace: ObservedNamespace,
  family: NatFamily,
  remaining: readonly ObservedNatRule[],
): Step[] {
  const name = sysctls[family];
  const before = namespace.forwardingBefore?.[family];
  if (before === undefined || remaining.some(({ place }) => place === undefined || isOf(place.family, family)))
    return [];
  const isLabs = snapshot.labs.some(({ manifest }) =>
    readManifest(manifest)?.sysctls.some((record) => record.namespace === namespace.name && record.name === name),
  );
  if (isLabs) return [];
  const file = `${directory}/${namespace.id}.${family}`;
  const now = namespace.sysctls[name] ?? '1';
  return [
    {
      action: 'change',
      object: objectRef('sysctl', name, namespace.name),
      why: l10n.t`it was ${before} before NAT was switched on`,
      run: [setSysctl(namespace.name, name, before), forgetValue(file)],
      undo: [
        setSysctl(namespace.name, name, now),
        shell(`umask 077\nmkdir -p ${directory}\necho ${quoteArgument(before)} >${file}`),
      ],
    },
  ];
}

function isOf(ruleFamily: string, family: NatFamily): boolean {
  return ruleFamily === family || ruleFamily === 'inet';
}

function forgetValue(file: string): ReturnType<typeof shell> {
  return shell(`rm -f ${file}\nrmdir ${directory} 2>/dev/null || :`);
}
