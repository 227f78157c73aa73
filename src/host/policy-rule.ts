import { integer, optional, text, type JsonObject } from './json';
import type { ObservedPolicyRule } from './model';

const actions = ['blackhole', 'unreachable', 'prohibit'] as const;

/** What a rule asks for and does besides addresses, incoming interface, mark and table; of `ip -j rule show`. */
export function readRuleExtras(raw: JsonObject): Partial<ObservedPolicyRule> {
  const target = integer(raw['goto']);
  const action = actions.find((one) => one === raw['action']) ?? ('nop' in raw ? ('nop' as const) : undefined);
  return {
    ...('not' in raw ? { not: true as const } : {}),
    ...optional('oif', text(raw['oif'])),
    ...optional('tos', text(raw['tos'])),
    // `ipproto-253` is how iproute2 prints one without a name, and does not take it back.
    ...optional('ipproto', text(raw['ipproto'])?.replace(/^ipproto-(\d+)$/, '$1')),
    ...optional('sport', range(raw, 'sport')),
    ...optional('dport', range(raw, 'dport')),
    ...optional('uidrange', range(raw, 'uid')),
    ...optional('action', target === undefined ? action : ('goto' as const)),
    ...optional('goto', target),
    ...optional('suppressPrefixLength', integer(raw['suppress_prefixlen'])),
    ...optional('suppressIfgroup', text(raw['suppress_ifgroup'])),
    ...optional('realms', text(raw['flow_to'])),
    ...('l3mdev' in raw ? { l3mdev: true as const } : {}),
  };
}

/** `80`, or `100-200`: one value, or a first and a last one. */
function range(raw: JsonObject, key: string): string | undefined {
  const one = integer(raw[key]);
  if (one !== undefined) return String(one);
  const [first, last] = [integer(raw[`${key}_start`]), integer(raw[`${key}_end`])];
  return first === undefined || last === undefined ? undefined : `${first}-${last}`;
}

/** What a rule asks for, in the words of ip-rule(8): `not from 10.9.0.8 dport 80`. */
export function selectorWords(rule: ObservedPolicyRule): string[] {
  const { not, from, to, iif, oif, fwmark, tos, ipproto, sport, dport, uidrange } = rule;
  const named = Object.entries({ to, tos, fwmark, iif, oif, uidrange, ipproto, sport, dport });
  return [
    ...(not === true ? ['not'] : []),
    'from',
    from ?? 'all',
    ...named.flatMap(([key, value]) => (value === undefined ? [] : [key, value])),
  ];
}

/** What a rule does with the packets that it asks for, in the words of ip-rule(8): `lookup 100`, `prohibit`, `goto 200`. */
export function actionWords(rule: ObservedPolicyRule): string[] {
  const { action, goto, table, l3mdev, suppressPrefixLength, suppressIfgroup, realms } = rule;
  const does =
    action === 'goto'
      ? ['goto', String(goto)]
      : action !== undefined
        ? [action]
        : l3mdev === true
          ? ['l3mdev']
          : ['lookup', table ?? 'main'];
  return [
    ...does,
    ...(suppressPrefixLength === undefined ? [] : ['suppress_prefixlength', String(suppressPrefixLength)]),
    ...(suppressIfgroup === undefined ? [] : ['suppress_ifgroup', suppressIfgroup]),
    ...(realms === undefined ? [] : ['realms', realms]),
  ];
}

/** The words of a rule that topology files have none for; empty where they can say all of it. */
export function wordsBeyondFiles(rule: ObservedPolicyRule): string[] {
  const { not, oif, tos, ipproto, sport, dport, uidrange } = rule;
  const named = Object.entries({ not, oif, tos, ipproto, sport, dport, uidrange });
  const [does = '', , ...more] = actionWords(rule);
  return [
    ...named.flatMap(([key, value]) => (value === undefined ? [] : [key])),
    ...(does === 'lookup' ? more.filter((word) => /^[a-z]/.test(word)) : [does]),
  ];
}
