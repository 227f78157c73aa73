import * as l10n from '@vscode/l10n';
import {
  namespaceTitle,
  type HostSnapshot,
  type ObservedLink,
  type ObservedNamespace,
  type ObservedRoute,
} from './model';

/** One thing that happened on a host between two readings. */
export interface HostEvent {
  readonly what: 'appeared' | 'went' | 'changed';
  /** A sentence without its stop: `earth:veth0 is down`. */
  readonly words: string;
}

/**
 * What happened between two readings of a host, in the order in which a person would tell it: labs, namespaces, then what is in them.
 * Counters, neighbours and passing processes are no events; what stands in a namespace that came or went is not told one by one.
 */
export function eventsBetween(before: HostSnapshot, after: HostSnapshot): HostEvent[] {
  if (before === after) return [];
  const events = [...labEvents(before, after)];
  const was = new Map(before.namespaces.map((each) => [each.id, each]));
  const is = new Map(after.namespaces.map((each) => [each.id, each]));
  for (const each of after.namespaces) {
    if (!was.has(each.id)) events.push(appeared(l10n.t`namespace ${nameOf(each)}`));
  }
  for (const each of before.namespaces) if (!is.has(each.id)) events.push(went(l10n.t`namespace ${nameOf(each)}`));
  const stayed = after.namespaces.flatMap((now) => {
    const earlier = was.get(now.id);
    return earlier === undefined || earlier === now ? [] : [{ earlier, now }];
  });
  for (const { earlier, now } of stayed) {
    if (nameOf(earlier) !== nameOf(now))
      events.push(changed(l10n.t`namespace ${nameOf(earlier)} is called ${nameOf(now)}`));
  }
  events.push(...linkEvents(stayed, before, after));
  for (const { earlier, now } of stayed) events.push(...insideEvents(earlier, now));
  events.push(...serviceEvents(before, after));
  return events;
}

const appeared = (words: string): HostEvent => ({ what: 'appeared', words: `${words} appeared` });
const went = (words: string): HostEvent => ({ what: 'went', words: `${words} went` });
const changed = (words: string): HostEvent => ({ what: 'changed', words });

function nameOf(namespace: ObservedNamespace): string {
  return namespace.isRoot ? 'host' : namespaceTitle(namespace);
}

interface Pair {
  readonly earlier: ObservedNamespace;
  readonly now: ObservedNamespace;
}

interface Placed {
  readonly link: ObservedLink;
  readonly home: ObservedNamespace;
}

function linkEvents(stayed: readonly Pair[], before: HostSnapshot, after: HostSnapshot): HostEvent[] {
  const events: HostEvent[] = [];
  const come: Placed[] = [];
  const gone: Placed[] = [];
  for (const { earlier, now } of stayed) {
    const was = new Map(earlier.links.map((link) => [link.index, link]));
    const is = new Set(now.links.map(({ index }) => index));
    for (const link of now.links) {
      const known = was.get(link.index);
      if (known === undefined) come.push({ link, home: now });
      else if (known !== link) events.push(...changesOf(known, link, now));
    }
    for (const link of earlier.links) if (!is.has(link.index)) gone.push({ link, home: earlier });
  }
  // An interface keeps its name where it moves to another namespace.
  for (const left of [...gone]) {
    const arrived = come.find(({ link, home }) => link.name === left.link.name && home.id !== left.home.id);
    if (arrived === undefined || left.link.mac !== arrived.link.mac) continue;
    gone.splice(gone.indexOf(left), 1);
    come.splice(come.indexOf(arrived), 1);
    events.push(changed(l10n.t`${left.link.name} moved from ${nameOf(left.home)} to ${nameOf(arrived.home)}`));
  }
  return [...cables(come, after, appeared), ...cables(gone, before, went), ...events];
}

/** Both ends of a cable are one event. */
function cables(ends: readonly Placed[], host: HostSnapshot, tell: (words: string) => HostEvent): HostEvent[] {
  const told = new Set<string>();
  return ends.flatMap(({ link, home }) => {
    const own = `${nameOf(home)}:${link.name}`;
    if (told.has(own)) return [];
    const there = host.namespaces.find(({ id }) => id === link.peer?.namespaceId);
    if (there === undefined || link.peer === undefined) return [tell(own)];
    const other = `${nameOf(there)}:${link.peer.name}`;
    told.add(other);
    return [tell(`${own} ↔ ${other}`)];
  });
}

function changesOf(was: ObservedLink, is: ObservedLink, home: ObservedNamespace): HostEvent[] {
  const own = `${nameOf(home)}:${is.name}`;
  const events: HostEvent[] = [];
  const tell = (words: string): void => void events.push(changed(`${own} ${words}`));
  if (was.name !== is.name) events.push(changed(l10n.t`${nameOf(home)}:${was.name} is called ${is.name}`));
  if (was.up !== is.up) tell(is.up ? l10n.t`is up` : l10n.t`is down`);
  else if (was.up && was.carrier !== is.carrier) tell(is.carrier ? l10n.t`has a carrier` : l10n.t`has no carrier`);
  if (was.master !== is.master) {
    tell(
      is.master === undefined ? l10n.t`is unplugged from ${was.master ?? ''}` : l10n.t`is plugged into ${is.master}`,
    );
  }
  if (was.mtu !== is.mtu) tell(l10n.t`has MTU ${is.mtu}`);
  if (was.mac !== is.mac && is.mac !== undefined) tell(l10n.t`has the MAC address ${is.mac}`);
  if (was.qdisc?.kind !== is.qdisc?.kind)
    tell(is.qdisc === undefined ? l10n.t`is impaired no more` : l10n.t`has ${is.qdisc.kind}`);
  const cidrs = (link: ObservedLink): string[] =>
    link.addresses.filter(({ scope }) => scope !== 'link').map(({ cidr }) => cidr);
  for (const cidr of without(cidrs(is), cidrs(was))) tell(l10n.t`has ${cidr}`);
  for (const cidr of without(cidrs(was), cidrs(is))) tell(l10n.t`lost ${cidr}`);
  return events;
}

function insideEvents(was: ObservedNamespace, is: ObservedNamespace): HostEvent[] {
  const place = l10n.t` in ${nameOf(is)}`;
  const routes = ({ routes: all }: ObservedNamespace): string[] =>
    all.filter(({ protocol, table }) => protocol !== 'kernel' && table !== 'local').map(routeWords);
  const rules = ({ nat }: ObservedNamespace): string[] => nat.map(({ text }) => text);
  const forwarding = 'net.ipv4.ip_forward';
  const turned = was.sysctls[forwarding] !== is.sysctls[forwarding] && is.sysctls[forwarding] !== undefined;
  return [
    ...without(routes(is), routes(was)).map((words) => appeared(l10n.t`route ${words}${place}`)),
    ...without(routes(was), routes(is)).map((words) => went(l10n.t`route ${words}${place}`)),
    ...without(rules(is), rules(was)).map((words) => appeared(`NAT ${words}${place}`)),
    ...without(rules(was), rules(is)).map((words) => went(`NAT ${words}${place}`)),
    ...(turned ? [changed(l10n.t`IPv4 forwarding is ${is.sysctls[forwarding] === '1' ? 'on' : 'off'}${place}`)] : []),
  ];
}

function routeWords({ to, via, dev, type }: ObservedRoute): string {
  const parts = [
    type === 'unicast' ? '' : type,
    to,
    via === undefined ? '' : l10n.t`via ${via}`,
    dev && l10n.t`dev ${dev}`,
  ];
  return parts.filter((part) => part !== '' && part !== undefined).join(' ');
}

function labEvents(before: HostSnapshot, after: HostSnapshot): HostEvent[] {
  const names = ({ labs }: HostSnapshot): string[] => labs.map(({ name }) => name);
  return [
    ...without(names(after), names(before)).map((name) => appeared(l10n.t`lab ${name}`)),
    ...without(names(before), names(after)).map((name) => went(l10n.t`lab ${name}`)),
  ];
}

function serviceEvents(before: HostSnapshot, after: HostSnapshot): HostEvent[] {
  const key = ({ lab, namespace, name }: NonNullable<HostSnapshot['services']>[number]): string =>
    JSON.stringify([lab, namespace, name]);
  const was = new Map((before.services ?? []).map((service) => [key(service), service]));
  return (after.services ?? []).flatMap((service) => {
    const earlier = was.get(key(service));
    const { name, namespace, ended, pid, isStopped } = service;
    if (earlier === undefined || (earlier.pid === pid && earlier.ended?.at === ended?.at)) return [];
    const words =
      ended === undefined
        ? l10n.t`was started`
        : isStopped
          ? l10n.t`was stopped`
          : l10n.t`ended with code ${ended.code}`;
    return [changed(l10n.t`service ${name} in ${namespace} ${words}`)];
  });
}

function without(all: readonly string[], known: readonly string[]): string[] {
  const left = new Set(known);
  return all.filter((each) => !left.has(each));
}
