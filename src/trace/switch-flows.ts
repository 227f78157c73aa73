import * as l10n from '@vscode/l10n';
import { quoteCommand } from '../base/shell-quote';
import { commandIn } from './commands';
import { labelOf, type TraceFacts } from './facts';
import type { ObservedNamespace } from '../host/model';
import type { Cause, Direction, Fix } from './model';
import { describePacket, type Packet } from './packet';
import type { WayLog } from './way-log';
import type { WireStep } from './wire';

/** A question to Open vSwitch: what becomes of a packet that comes to a bridge (ovs-vswitchd(8), `ofproto/trace`). */
export interface FlowQuestion {
  readonly bridge: string;
  /** In the words of ovs-fields(7). */
  readonly flow: string;
}

export function flowQuestionKey({ bridge, flow }: FlowQuestion): string {
  return `${bridge} ${flow}`;
}

/** What a bridge says that it does with a packet. */
export interface FlowAnswer {
  /** Where it sends it, by the names of its ports; none: it drops it. undefined: something else, a tunnel or another table of actions. */
  readonly ports: readonly string[] | undefined;
  /** The entry that decided last: its table, what it matches (absent: nothing does), its actions. */
  readonly table: string;
  readonly match?: { readonly text: string; readonly priority: string };
  readonly actions: string;
  /** The bridge that has that entry: behind a patch port it is another than was asked. */
  readonly bridge: string;
}

/** Reads what `ovs-appctl ofproto/trace --names` printed; undefined where it is an error or none of that form. */
export function readFlowAnswer(printed: string): FlowAnswer | undefined {
  const sent = /^Datapath actions: (.*)$/m.exec(printed)?.[1]?.trim();
  if (sent === undefined) return undefined;
  const entries = [...printed.matchAll(/^ *(\d+)\. (.*)\n((?: {2}.*\n?)*)/gm)];
  const bridges = [...printed.matchAll(/^bridge\("(.*)"\)$/gm)];
  const [, table = '0', entry = '', below = ''] = entries.at(-1) ?? [];
  const match = /^(?:(.*?), )?priority (\d+)/.exec(entry);
  const ports = sent === 'drop' ? [] : sent.split(',');
  return {
    ports: ports.every((port) => /^"?[\w.@-]+"?$/.test(port))
      ? ports.map((port) => port.replaceAll('"', ''))
      : undefined,
    table,
    ...(match === null ? {} : { match: { text: match[1] ?? '', priority: match[2] ?? '0' } }),
    actions: below.split('\n')[0]?.trim() ?? '',
    bridge: bridges.at(-1)?.[1] ?? '',
  };
}

/** A packet's way through an Open vSwitch bridge. */
export interface Switched {
  readonly namespace: ObservedNamespace;
  readonly direction: Direction;
  readonly bridge: string;
  /** The port by which it comes, and by which it must go; the bridge's own name where it is the host's. */
  readonly from: string;
  readonly to: string;
  readonly packet: Packet;
  /** Hardware addresses of who sends and of who is to take it. */
  readonly sender: string;
  readonly taker: string;
  /** The address that the sender asks for with ARP. */
  readonly next: string;
}

/** Notes what the bridge is to be asked, and what stands in its flows against the packet, or the ARP question before it. */
export function checkFlows(facts: TraceFacts, log: WayLog, switched: Switched): void {
  const { namespace, packet, bridge } = switched;
  // Open vSwitch's own programs speak of the host's bridges.
  if (!namespace.isRoot || packet.source === '') return;
  for (const [what, flow] of flowsOf(switched)) {
    const question = { bridge, flow };
    log.flowQuestions.push(question);
    const answer = facts.flows?.get(flowQuestionKey(question));
    if (answer === undefined) continue;
    const cause = causeOf(switched, what, answer);
    if (cause === undefined) continue;
    log.blame(cause);
    return;
  }
}

function flowsOf({ from, sender, taker, packet, next }: Switched): [string, string][] {
  const { family, protocol, source, destination, sourcePort, destinationPort, state } = packet;
  const isSix = family === 'inet6';
  const [net, type] = isSix ? ['ipv6', 'icmpv6_type'] : ['nw', 'icmp_type'];
  const kinds = isSix ? { new: 128, established: 129 } : { new: 8, established: 0 };
  const more =
    protocol === 'icmp' ? [`${type}=${kinds[state]}`] : [`tp_src=${sourcePort ?? 0}`, `tp_dst=${destinationPort ?? 0}`];
  const words = [
    `in_port=${from}`,
    `${protocol}${isSix ? '6' : ''}`,
    `dl_src=${sender}`,
    `dl_dst=${taker}`,
    `${net}_src=${source}`,
    `${net}_dst=${destination}`,
    ...more,
    'nw_ttl=64',
  ];
  const arp = ['in_port=' + from, 'arp', `dl_src=${sender}`, 'dl_dst=ff:ff:ff:ff:ff:ff', 'arp_op=1'];
  const asked = isSix
    ? []
    : [[l10n.t`the ARP question before it`, [...arp, `arp_tpa=${next}`].join(',')] as [string, string]];
  return [[state === 'new' ? l10n.t`the packet` : l10n.t`the answer`, words.join(',')], ...asked];
}

function causeOf(switched: Switched, what: string, answer: FlowAnswer): Cause | undefined {
  const { namespace, direction, bridge, to, packet } = switched;
  const { ports, match, table, actions } = answer;
  // What a bridge does as a switch (NORMAL) is looked at by itself: its VLANs, its ports. One behind a patch is asked by itself.
  if (answer.bridge !== bridge) return undefined;
  if (ports === undefined || ports.includes(to) || actions === 'NORMAL') return undefined;
  const entry = match === undefined ? `table ${table}: no match` : printEntry(table, match);
  const does = ports.length === 0 ? l10n.t`drops ${what}` : l10n.t`sends ${what} to ${ports.join(', ')}, not to ${to}`;
  const why =
    match === undefined
      ? 'no flow of it matches'
      : l10n.t`the flow ${match.text === '' ? l10n.t`for everything` : match.text} of priority ${match.priority} says so`;
  return {
    id: 'flow-drops',
    direction,
    namespaceId: namespace.id,
    place: labelOf(namespace),
    dev: bridge,
    text: l10n.t`The Open vSwitch bridge ${bridge} ${does}: ${why}.`,
    evidence: [
      `ovs-appctl ofproto/trace ${bridge}: ${entry} → ${actions === '' ? 'drop' : actions}`,
      describePacket(packet),
    ],
    fix: fixOf(namespace, bridge, answer),
  };
}

function printEntry(table: string, { text, priority }: { readonly text: string; readonly priority: string }): string {
  return [`table=${table}`, `priority=${priority}`, ...(text === '' ? [] : [text])].join(',');
}

/** Takes the flow out; where none matches, the bridge becomes a switch again for what no flow is about. */
function fixOf(namespace: ObservedNamespace, bridge: string, { match, table, actions }: FlowAnswer): Fix {
  const ofctl = (...words: string[]) => commandIn(namespace, 'ovs-ofctl', ...words);
  if (match === undefined) {
    const entry = `table=${table},priority=0`;
    return {
      title: l10n.t`Let ${bridge} switch what no flow of it matches`,
      run: [ofctl('add-flow', bridge, `${entry},actions=NORMAL`)],
      undo: [ofctl('--strict', 'del-flows', bridge, entry)],
    };
  }
  const entry = printEntry(table, match);
  return {
    title: l10n.t`Take the flow out of ${bridge}`,
    run: [ofctl('--strict', 'del-flows', bridge, entry)],
    undo: [ofctl('add-flow', bridge, `${entry},actions=${actions}`)],
  };
}

/** Shell lines that ask Open vSwitch, each answer in a section of its own. Its programs wait for a daemon that hangs: no longer than 3 s. */
export function flowLines(questions: readonly FlowQuestion[]): string[] {
  return questions.flatMap(({ bridge, flow }, number) => [
    `section flow ${number}`,
    `${quoteCommand(['ovs-appctl', '-T', '3', 'ofproto/trace', '--names', bridge, flow])} 2>&1`,
  ]);
}

/** By which port a frame comes to the bridge of that step and leaves Open vSwitch: patches to other bridges are inside of it. */
export function portsAround(steps: readonly WireStep[], index: number): Pick<Switched, 'from' | 'to'> {
  const [before, step, after] = [steps[index - 1], steps[index], steps[index + 1]];
  const name = step?.link.name ?? '';
  const isHere = (one: WireStep | undefined): one is WireStep => one?.namespace.id === step?.namespace.id;
  const from = before?.way === 'in' && isHere(before) ? before.link.name : name;
  if (after?.way !== 'out' || !isHere(after)) return { from, to: name };
  // Out of the one end, in at the other, and the bridge of that.
  return { from, to: after.link.kind === 'patch' ? portsAround(steps, index + 3).to : after.link.name };
}
