import * as l10n from '@vscode/l10n';
import type { ObservedNamespace } from '../host/model';
import { interfaceSysctl } from '../host/sysctl-names';
import type { SysctlSetting } from '../topology/mend-request';
import { commandIn } from './commands';
import { labelOf, sysctlOf, type ListeningSocket, type TraceFacts } from './facts';
import { editFor } from './mending';
import type { Cause, Direction, Fix, TopologyEdit } from './model';
import { isLoopback, isSame, withPort, type Packet } from './packet';

/** The causes at a namespace that passes packets on, or is where they end. */

function at(direction: Direction, namespace: ObservedNamespace) {
  return { direction, namespaceId: namespace.id, place: labelOf(namespace) };
}

function setting(
  namespace: ObservedNamespace,
  name: string,
  value: string,
  before: string,
  edit = sysctlEdit(namespace, [{ name, value }]),
): Fix {
  const set = (to: string) => [commandIn(namespace, 'sysctl', '-w', `${name}=${to}`)];
  return {
    title: l10n.t`Set ${name} to ${value} in ${labelOf(namespace)}`,
    run: set(value),
    undo: set(before),
    edit,
  };
}

function sysctlEdit(namespace: ObservedNamespace, settings: readonly SysctlSetting[]): TopologyEdit {
  const label = labelOf(namespace);
  const lines = settings.map(({ name, value }) => `    ${name}: ${value}`);
  return editFor(
    namespace,
    l10n.t`kernel parameters under ${namespace.isRoot ? 'host' : `namespaces.${label}`}`,
    [`${label}:`, '  sysctls:', ...lines].join('\n'),
    { type: 'sysctl', settings },
  );
}

/** Forwarding is off where a packet would have to be passed on. */
export function forwardingOff(
  facts: TraceFacts,
  direction: Direction,
  namespace: ObservedNamespace,
  { family }: Packet,
  iif: string,
): Cause | undefined {
  const label = labelOf(namespace);
  const all = family === 'inet' ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.all.forwarding';
  const own = interfaceSysctl(iif, 'forwarding');
  const edit = editFor(namespace, l10n.t`forwarding for ${label}`, `${label}: { forwarding: true }`, {
    type: 'forwarding',
    family,
  });
  if (sysctlOf(facts, namespace, all) === '0' && (family === 'inet6' || sysctlOf(facts, namespace, own) !== '1')) {
    return {
      id: 'forwarding-off',
      ...at(direction, namespace),
      text: l10n.t`${family === 'inet' ? 'IPv4' : 'IPv6'} forwarding is off in ${label}: it takes packets for itself only, and passes none on.`,
      evidence: [`${all} = 0`],
      fix: setting(namespace, all, '1', '0', edit),
    };
  }
  if (family === 'inet' && sysctlOf(facts, namespace, own) === '0') {
    return {
      id: 'forwarding-off',
      ...at(direction, namespace),
      dev: iif,
      text: l10n.t`${label} passes on nothing that comes in by ${iif}: forwarding is off for that interface.`,
      evidence: [`${own} = 0`],
      fix: setting(namespace, own, '1', '0'),
    };
  }
  return undefined;
}

export function reversePathFilter(
  facts: TraceFacts,
  direction: Direction,
  namespace: ObservedNamespace,
  { source }: Packet,
  iif: string,
  expected: string | undefined,
): Cause | undefined {
  const names = ['all', iif].map((name) => interfaceSysctl(name, 'rp_filter'));
  const values = names.map((name) => Number(sysctlOf(facts, namespace, name) ?? 0));
  const mode = Math.max(...values);
  if (mode === 0 || (mode === 2 && expected !== undefined) || expected === iif) return undefined;
  const label = labelOf(namespace);
  const strict = names.filter((_, index) => values[index] === mode);
  const loose = expected === undefined ? '0' : '2';
  return {
    id: 'rp-filter',
    ...at(direction, namespace),
    dev: iif,
    text:
      expected === undefined
        ? l10n.t`${label} drops what comes in by ${iif} from ${source}: the reverse path filter finds no way back to it.`
        : l10n.t`${label} drops what comes in by ${iif} from ${source}: its own way there is by ${expected}, and the reverse path filter is strict.`,
    evidence: strict.map((name) => `${name} = ${mode}`),
    fix: {
      title: l10n.t`Loosen the reverse path filter in ${label}`,
      run: strict.map((name) => commandIn(namespace, 'sysctl', '-w', `${name}=${loose}`)),
      undo: strict.map((name) => commandIn(namespace, 'sysctl', '-w', `${name}=${mode}`)),
      edit: sysctlEdit(
        namespace,
        strict.map((name) => ({ name, value: loose })),
      ),
    },
  };
}

export function conntrackFull(
  facts: TraceFacts,
  direction: Direction,
  namespace: ObservedNamespace,
): Cause | undefined {
  const tracked = facts.details.get(namespace.id)?.conntrack;
  if (tracked === undefined || tracked.max === 0 || tracked.count < tracked.max) return undefined;
  const name = 'net.netfilter.nf_conntrack_max';
  return {
    id: 'conntrack-full',
    ...at(direction, namespace),
    text: l10n.t`The connection table of ${labelOf(namespace)} is full (${tracked.count} of ${tracked.max}): new connections are dropped.`,
    evidence: [`nf_conntrack_count = ${tracked.count}, nf_conntrack_max = ${tracked.max}`],
    fix: {
      title: l10n.t`Double the connection table`,
      run: [{ argv: ['sysctl', '-w', `${name}=${tracked.max * 2}`] }],
      undo: [{ argv: ['sysctl', '-w', `${name}=${tracked.max}`] }],
    },
  };
}

/** What the place where the packet ends makes of it. `server`: where else that port is served. */
export function notServed(
  facts: TraceFacts,
  namespace: ObservedNamespace,
  packet: Packet,
  elsewhere: readonly ObservedNamespace[],
  because: readonly string[],
): Cause[] {
  const details = facts.details.get(namespace.id);
  const label = labelOf(namespace);
  if (packet.protocol === 'icmp') {
    if (packet.family !== 'inet' || sysctlOf(facts, namespace, 'net.ipv4.icmp_echo_ignore_all') !== '1') return [];
    const fix = setting(namespace, 'net.ipv4.icmp_echo_ignore_all', '0', '1');
    const evidence = ['net.ipv4.icmp_echo_ignore_all = 1'];
    return [
      { id: 'ping-ignored', ...at('out', namespace), text: l10n.t`${label} is set to ignore pings.`, evidence, fix },
    ];
  }
  if (details === undefined || details.unread.some((what) => what.startsWith('sockets'))) return [];
  const port = packet.destinationPort ?? 0;
  const onPort = details.sockets.filter((socket) => socket.protocol === packet.protocol && socket.port === port);
  const taking = onPort.find((socket) => takes(socket, packet));
  if (taking !== undefined) return queueFull(namespace, taking);
  const common = { ...at('out', namespace) };
  const asked = withPort(packet.destination, port);
  const first = onPort[0];
  if (first !== undefined) {
    const loopback = isLoopback(first.address);
    const { name } = namespace;
    const own = { type: 'listen-address', port, before: first.address, after: packet.destination } as const;
    const edit =
      name === undefined
        ? {}
        : {
            edit: editFor(namespace, l10n.t`let the service listen on ${own.after}`, `command: … ${own.after} …`, own),
          };
    return [
      {
        id: loopback ? 'listens-on-loopback' : 'nobody-listens',
        ...common,
        text: loopback
          ? l10n.t`What serves ${packet.protocol} port ${port} in ${label} listens on ${first.address} only, which nobody outside of ${label} reaches.`
          : l10n.t`What serves ${packet.protocol} port ${port} in ${label} listens on ${first.address}, not on ${packet.destination}.`,
        evidence: [`ss -ln: ${packet.protocol} ${withPort(first.address, port)}${first.process ?? ''}`, ...because],
        ...edit,
      },
    ];
  }
  const [other] = elsewhere;
  if (other !== undefined) {
    return [
      {
        id: 'listens-elsewhere',
        ...common,
        text: l10n.t`Nobody listens on ${packet.protocol} port ${port} in ${label}; in ${elsewhere.map(labelOf).join(', ')} somebody does.`,
        evidence: [l10n.t`ss -ln in ${label}: nothing on ${asked}`, ...because],
      },
    ];
  }
  return [
    {
      id: 'nobody-listens',
      ...common,
      text: l10n.t`Nobody listens on ${packet.protocol} port ${port} in ${label}: the connection is refused.`,
      evidence: [l10n.t`ss -ln in ${label}: nothing on ${asked}`, ...because],
    },
  ];
}

/** Whether a socket takes a packet to this destination. An IPv6 `*` takes IPv4 as well. */
export function takes({ address }: ListeningSocket, { destination, family }: Packet): boolean {
  if (address === '*' || address === '::') return true;
  if (address === '0.0.0.0') return family === 'inet';
  return isSame(address.replace(/^::ffff:/, ''), destination);
}

function queueFull(namespace: ObservedNamespace, { waiting, backlog, port }: ListeningSocket): Cause[] {
  if (waiting === undefined || backlog === undefined || waiting <= backlog) return [];
  return [
    {
      id: 'accept-queue-full',
      ...at('out', namespace),
      text: l10n.t`The program on port ${port} in ${labelOf(namespace)} accepts no connections: ${waiting} wait, ${backlog} may.`,
      evidence: [`ss -ltn: Recv-Q ${waiting}, Send-Q ${backlog}`],
    },
  ];
}
