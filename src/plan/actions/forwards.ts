import * as l10n from '@vscode/l10n';
import { quoteCommand } from '../../base/shell-quote';
import type { HostSnapshot, ObservedLink, ObservedNamespace, ObservedNatRule } from '../../host/model';
import { localnetSysctl } from '../../host/sysctl-names';
import type { PortForwardDeclaration } from '../../topology/model';
import { contains, parseCidr, type Cidr } from '../cidr';
import { setSysctl, shell } from '../commands';
import { iptablesProgram } from '../iptables';
import type { Step } from '../model';
import { isInterfaceName } from '../names';
import { broughtBy, broughtOnlyBy, broughtWord } from '../nat-brought';
import { areBridgesFiltered } from '../nat-hairpin';
import { isHairpin } from '../nat-meaning';
import { forwardRules, localnetDevice, type NatRule } from '../nat-rules';
import { objectRef } from '../planning';
import { setHairpin } from '../plugging';
import { readManifest } from '../read-manifest';
import { addNatRule, addNatRules, type HandRule } from './nat';
import type { Where } from './things';

/** A port forward as `forwardRules` takes it. */
export type Forward = Pick<
  PortForwardDeclaration,
  'name' | 'protocol' | 'toPort' | 'listenPort' | 'listenAddress' | 'in'
>;

/**
 * A port forward by hand in the root namespace, answering from every side as a declared one does: from outside, from the host
 * (also on 127.0.0.1), and from the target's own network. Two forwards to one target share the way back.
 *
 * @throws NetnsError as `addNatRules` does
 */
export function addPortForward(where: Where, forward: Forward, target: Cidr): Step[] {
  const { namespace } = where;
  const way = wayTo(namespace, target);
  const own = way === undefined || ['physical', 'loopback'].includes(way.kind) ? undefined : way.name;
  const localnet = localnetDevice(forward, target, own);
  const brings = localnet === undefined ? undefined : bringsLocalnet(where, localnet);
  const port = way === undefined ? undefined : portToOpen(where, way, target);
  const rules = forwardRules(forward, target, own).flatMap((rule): HandRule[] => {
    if (rule.chain === 'guard') return [];
    // What a lab has goes with the lab.
    const isThere = namespace.nat.some((one) => one.lab === undefined && isSame(one, rule));
    if (rule.chain === 'postrouting' && isThere) return [];
    const isLoopback = rule.match.out !== undefined;
    const words = rule.chain !== 'postrouting' ? [] : isLoopback ? [brings?.word] : [port?.word];
    return [{ ...rule, brings: words.filter((word) => word !== undefined) }];
  });
  return [
    ...(brings?.isOn === false ? switchLocalnetOn(where, localnet ?? '') : []),
    ...(brings?.needsGuard === true ? [guardOf(where, localnet ?? '')] : []),
    ...(port?.isOn === false ? [hairpinStep(port.name)] : []),
    ...addNatRules(where, rules, way?.name),
  ];
}

/**
 * What rules that go had brought with them, and no rule that stays needs.
 *
 * @param going of the root namespace, all made by hand or by a lab
 */
export function takeForwardNeedsBack(
  snapshot: HostSnapshot,
  namespace: ObservedNamespace,
  going: readonly ObservedNatRule[],
  staying: readonly ObservedNatRule[],
): Step[] {
  const where = { snapshot, namespace };
  const link = (name: string): ObservedLink | undefined => namespace.links.find((one) => one.name === name);
  const backend = going.find(({ text }) => broughtBy(text, 'localnet') !== undefined)?.place?.backend;
  return [
    ...broughtOnlyBy('localnet', going, staying)
      .filter((device) => isInterfaceName(device) && link(device) !== undefined)
      .flatMap((device) => {
        const program = backend === undefined ? 'nft' : iptablesProgram(snapshot, backend, 'ip');
        // A lab that needs it for a forward of its own has its own guard.
        const steps = isLabs(snapshot, device)
          ? [guardOf(where, device, program)]
          : switchLocalnetOn(where, device, program);
        return [...steps].reverse().map(backwards);
      }),
    ...broughtOnlyBy('hairpin', going, staying)
      .filter((device) => isInterfaceName(device) && link(device)?.hairpin === true)
      .map((device) => backwards(hairpinStep(device))),
  ];
}

/** What is gone already need not go. */
function backwards(step: Step): Step {
  const tolerant = step.undo.map(({ argv, stdin }) =>
    // nftables' undo is a script.
    shell(stdin === undefined ? `${quoteCommand(argv)} 2>/dev/null || :` : `{\n${stdin}\n} 2>/dev/null || :`),
  );
  return { ...step, action: 'change', why: l10n.t`no port forward needs it any more`, run: tolerant, undo: step.run };
}

/** The host's interface in the network of what a forward leads to. */
function wayTo(root: ObservedNamespace, target: Cidr): ObservedLink | undefined {
  return root.links.find(({ addresses }) =>
    addresses.some((address) => {
      const own = parseCidr(address.cidr);
      return own !== undefined && own.address !== target.address && contains(own, target.address);
    }),
  );
}

/** A need of a forward: the word in its rule's comment, absent where somebody else met it, and whether it is met. */
interface Need {
  readonly word?: string;
  readonly isOn: boolean;
}

/** Where a lab met it, the lab may let go of it first: the forward brings it too, with a guard of its own. */
function bringsLocalnet(
  { snapshot, namespace: { sysctls, nat } }: Where,
  device: string,
): Need & { readonly needsGuard: boolean } {
  const isOn = [localnetSysctl('all'), localnetSysctl(device)].some((name) => sysctls[name] === '1');
  const isOurs = nat.some(({ text }) => broughtBy(text, 'localnet') === device);
  const isShared = isLabs(snapshot, device);
  const word = isOn && !isOurs && !isShared ? {} : { word: broughtWord('localnet', device) };
  return { isOn, needsGuard: isOn && isShared && !isOurs, ...word };
}

/** Whether a lab on the host has set `route_localnet` of an interface. */
function isLabs({ labs }: HostSnapshot, device: string): boolean {
  return labs.some(({ manifest }) =>
    readManifest(manifest)?.sysctls.some(
      ({ namespace, name }) => namespace === undefined && name === localnetSysctl(device),
    ),
  );
}

/** The port of a bridge behind which the target is, where br_netfilter has it let packets out again that came in by it. */
function portToOpen(
  { snapshot, namespace }: Where,
  bridge: ObservedLink,
  target: Cidr,
): (Need & { readonly name: string }) | undefined {
  if (bridge.kind !== 'bridge' || !areBridgesFiltered(namespace, target.family)) return undefined;
  const port = namespace.links.find(({ master, peer }) => {
    const end = snapshot.namespaces
      .find(({ id }) => id === peer?.namespaceId)
      ?.links.find(({ name }) => name === peer?.name);
    const holds = end?.addresses.some(({ cidr }) => parseCidr(cidr)?.address === target.address) === true;
    return master === bridge.name && holds;
  });
  if (port === undefined) return undefined;
  const isOn = port.hairpin === true;
  const isOurs = namespace.nat.some(({ text }) => broughtBy(text, 'hairpin') === port.name);
  return { name: port.name, isOn, ...(isOn && !isOurs ? {} : { word: broughtWord('hairpin', port.name) }) };
}

/** The rule that keeps others on an interface from the host's own 127.0.0.1. */
function guardOf(where: Where, device: string, program?: string): Step {
  const guard: HandRule = {
    family: 'ip',
    chain: 'guard',
    label: `guard ${device}`,
    match: { in: device, destination: '127.0.0.0/8' },
    action: { type: 'drop' },
    brings: [broughtWord('guard', device)],
  };
  return addNatRule(where, guard, program);
}

/** The guard stands before the way is open. */
function switchLocalnetOn(where: Where, device: string, program?: string): Step[] {
  const name = localnetSysctl(device);
  return [
    guardOf(where, device, program),
    {
      action: 'change',
      object: objectRef('sysctl', name, undefined),
      why: l10n.t`the port forward is reached over 127.0.0.1`,
      run: [setSysctl(undefined, name, '1')],
      undo: [setSysctl(undefined, name, '0')],
    },
  ];
}

function hairpinStep(port: string): Step {
  return {
    action: 'change',
    object: objectRef('interface', port, undefined),
    why: l10n.t`the port forward is reached from behind this port too; the host filters what bridges pass on`,
    run: [setHairpin({ name: port }, 'on')],
    undo: [setHairpin({ name: port }, 'off')],
  };
}

/** Whether a rule made by hand is that way back already. */
function isSame(one: ObservedNatRule, { match }: NatRule): boolean {
  return (
    isHairpin(one) &&
    one.lab === undefined &&
    one.maker === undefined &&
    one.destination?.split('/')[0] === match.destination &&
    one.port === match.port &&
    one.protocol === match.protocol &&
    one.source === match.source &&
    one.out === match.out
  );
}
