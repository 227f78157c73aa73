import type { Command } from '../../base/command';
import type { ObservedPolicyRule } from '../../host/model';
import type { DeviceRef } from '../manifest';
import type { RouteWords } from '../restore';

/** What a command does to the network, as far as it can matter to a connection that runs through the host. */
export type Effect =
  | { readonly type: 'link'; readonly ref: DeviceRef; readonly change: LinkChange; readonly to?: string }
  | { readonly type: 'namespaceGone'; readonly name: string }
  | { readonly type: 'addressAdded' | 'addressGone'; readonly ref: DeviceRef; readonly cidr: string }
  | { readonly type: 'routeSet' | 'routeGone'; readonly namespace?: string; readonly route: RouteWords }
  | { readonly type: 'ruleAdded' | 'ruleGone'; readonly namespace?: string; readonly rule: RuleWords }
  | { readonly type: 'sysctl'; readonly namespace?: string; readonly name: string; readonly value: string };

/** A change to an interface that is already there. What only adds to it (`up`, an alias) is none. */
export type LinkChange =
  'down' | 'master' | 'nomaster' | 'moved' | 'renamed' | 'mac' | 'mtu' | 'gone' | 'traffic control' | 'vlan';

export interface RuleWords extends Pick<
  ObservedPolicyRule,
  'not' | 'oif' | 'tos' | 'ipproto' | 'sport' | 'dport' | 'uidrange'
> {
  readonly family: 'inet' | 'inet6';
  readonly from?: string;
  readonly to?: string;
  readonly iif?: string;
  readonly fwmark?: string;
  readonly table?: string;
  readonly priority?: number;
}

/**
 * Reads a command of a plan. It goes by the commands and not by the file, so that whatever a planner thinks of, now or later,
 * removing and putting back included, is looked at before it runs. A command that it does not know has no known effect.
 */
export function effectsOf({ argv }: Command, namespace?: string): Effect[] {
  const [program, ...words] = argv;
  const here = namespace === undefined ? {} : { namespace };
  const inside = (name: string, rest: readonly string[]): Effect[] => effectsOf({ argv: rest }, name);
  switch (program) {
    case 'ip':
      if (words[0] === '-n' && words[1] !== undefined) return inside(words[1], ['ip', ...words.slice(2)]);
      if (words[0] === 'netns' && words[1] === 'exec' && words[2] !== undefined)
        return inside(words[2], words.slice(3));
      return effectsOfIp(words, here);
    case 'nsenter': {
      const name = /^--net=\/(?:var\/)?run\/netns\/(.+)$/.exec(words[0] ?? '')?.[1];
      return name === undefined ? [] : inside(name, words.slice(1));
    }
    case 'sysctl':
      return words.flatMap((word) => {
        const [name, ...value] = word.split('=');
        if (name === undefined || value.length === 0) return [];
        return [{ type: 'sysctl', ...here, name: name.replaceAll('/', '.'), value: value.join('=') }];
      });
    case 'ovs-vsctl':
      return effectsOfOpenVswitch(words);
    case 'tc':
    case 'bridge': {
      if (words[0] === '-n' && words[1] !== undefined) return inside(words[1], [program, ...words.slice(2)]);
      const dev = after(words, 'dev');
      if (dev === undefined) return [];
      const change = program === 'tc' ? 'traffic control' : 'vlan';
      return [{ type: 'link', ref: { ...here, name: dev }, change }];
    }
    default:
      return [];
  }
}

interface Here {
  readonly namespace?: string;
}

function effectsOfIp(given: readonly string[], here: Here): Effect[] {
  const words = given.filter((word) => word !== '-4' && word !== '-6');
  const isIpv6 = given.includes('-6');
  const [object, verb, ...rest] = words;
  switch (object) {
    case 'netns':
      return verb === 'del' && rest[0] !== undefined ? [{ type: 'namespaceGone', name: rest[0] }] : [];
    case 'link':
      return effectsOfLink(verb, rest, here);
    case 'addr':
    case 'address':
      return effectsOfAddress(verb, rest, here);
    case 'route':
      return effectsOfRoute(verb, rest, here, isIpv6);
    case 'rule': {
      const rule = readRule(rest, isIpv6);
      if (verb === 'add') return [{ type: 'ruleAdded', ...here, rule }];
      return verb === 'del' ? [{ type: 'ruleGone', ...here, rule }] : [];
    }
    default:
      return [];
  }
}

function effectsOfLink(verb: string | undefined, words: readonly string[], here: Here): Effect[] {
  const name = after(words, 'dev') ?? words[0];
  if (name === undefined) return [];
  const ref = { ...here, name };
  if (verb === 'del' || verb === 'delete') return [{ type: 'link', ref, change: 'gone' }];
  if (verb !== 'set') return [];
  const effects: Effect[] = [];
  // What stands behind `type` are options of the kind, which have words of their own.
  const plain = words.includes('type') ? words.slice(0, words.indexOf('type')) : words;
  const changes: Readonly<Record<string, LinkChange>> = {
    master: 'master',
    netns: 'moved',
    name: 'renamed',
    address: 'mac',
    mtu: 'mtu',
  };
  for (const [word, change] of Object.entries(changes)) {
    const to = after(plain, word);
    if (to !== undefined) effects.push({ type: 'link', ref, change, to });
  }
  for (const change of ['down', 'nomaster'] as const) {
    if (plain.includes(change)) effects.push({ type: 'link', ref, change });
  }
  return effects;
}

function effectsOfAddress(verb: string | undefined, words: readonly string[], here: Here): Effect[] {
  const dev = after(words, 'dev');
  const [cidr] = words;
  if (dev === undefined || cidr === undefined) return [];
  const ref = { ...here, name: dev };
  if (verb === 'add' || verb === 'replace') return [{ type: 'addressAdded', ref, cidr }];
  return verb === 'del' ? [{ type: 'addressGone', ref, cidr }] : [];
}

const routeTypes: readonly string[] = ['unicast', 'blackhole', 'unreachable', 'prohibit', 'local', 'throw'];

function effectsOfRoute(verb: string | undefined, words: readonly string[], here: Here, isIpv6: boolean): Effect[] {
  const [first = ''] = words;
  const isTyped = routeTypes.includes(first);
  const rest = isTyped ? words.slice(1) : words;
  const [to] = rest;
  if (to === undefined) return [];
  const keys = ['via', 'dev', 'table', 'src', 'scope'] as const;
  const named = Object.fromEntries(keys.flatMap((key) => optionalWord(key, after(rest, key))));
  const metric = after(rest, 'metric');
  const isAddressIpv6 = isIpv6 || to.includes(':') || (named['via'] ?? '').includes(':');
  const route: RouteWords = {
    family: isAddressIpv6 ? 'inet6' : 'inet',
    to,
    type: isTyped ? first : 'unicast',
    ...named,
    ...(metric === undefined ? {} : { metric: Number(metric) }),
  };
  if (verb === 'del') return [{ type: 'routeGone', ...here, route }];
  return verb === 'show' || verb === 'get' ? [] : [{ type: 'routeSet', ...here, route }];
}

function readRule(words: readonly string[], isIpv6: boolean): RuleWords {
  const keys = ['from', 'to', 'iif', 'oif', 'fwmark', 'tos', 'ipproto', 'sport', 'dport', 'uidrange', 'table'] as const;
  const named = Object.fromEntries(keys.flatMap((key) => optionalWord(key, after(words, key))));
  const priority = after(words, 'priority') ?? after(words, 'pref');
  const isAddressIpv6 = isIpv6 || [named['from'], named['to']].some((text) => text?.includes(':'));
  return {
    family: isAddressIpv6 ? 'inet6' : 'inet',
    ...named,
    ...(words.includes('not') ? { not: true as const } : {}),
    ...(priority === undefined ? {} : { priority: Number(priority) }),
  };
}

/** `ovs-vsctl [OPTIONS] add-port BRIDGE PORT … -- set …`. */
function effectsOfOpenVswitch(words: readonly string[]): Effect[] {
  const commands: string[][] = [[]];
  for (const word of words) {
    if (word === '--') commands.push([]);
    else commands.at(-1)?.push(word);
  }
  return commands.flatMap((command): Effect[] => {
    const [verb, first, second] = command.filter((word) => !word.startsWith('-'));
    if (verb === 'add-port' && second !== undefined) {
      return [{ type: 'link', ref: { name: second }, change: 'master', ...(first === undefined ? {} : { to: first }) }];
    }
    const port = second ?? first;
    if (verb === 'del-port' && port !== undefined) return [{ type: 'link', ref: { name: port }, change: 'nomaster' }];
    return verb === 'del-br' && first !== undefined ? [{ type: 'link', ref: { name: first }, change: 'gone' }] : [];
  });
}

function after(words: readonly string[], key: string): string | undefined {
  const index = words.indexOf(key);
  return index < 0 ? undefined : words[index + 1];
}

function optionalWord(key: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[key, value]];
}
