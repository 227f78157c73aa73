import { isObject, objects, parseJson, text, texts, integer } from '../host/json';
import type { ObservedNamespace } from '../host/model';
import type { Sections } from '../host/sections';
import {
  routeQuestionKey,
  type FixedFdbEntry,
  type KernelAnswer,
  type ListeningSocket,
  type NamespaceDetails,
  type Neighbour,
} from './facts';
import type { FilterChain } from './filter/model';
import { readIptablesFilter } from './filter/read-iptables';
import { readNftFilter } from './filter/read-nft';
import { readTcFilters, readXdp } from './filter/read-tc';
import { traceTablePrefix } from '../host/nat-marks';

/** What the details' script printed, by namespace id. */
export function readDetails(
  sections: Sections,
  places: readonly ObservedNamespace[],
): ReadonlyMap<string, NamespaceDetails> {
  return new Map(
    places.flatMap(({ id }, number) => {
      if (sections.get(`neighbours ${number}`) === undefined) return [];
      return [[id, readOne(sections, String(number), id)] as const];
    }),
  );
}

function readOne(sections: Sections, number: string, id: string): NamespaceDetails {
  const sysctls = readSysctls(sections.lines(`sysctls ${number}`));
  const [count, max] = ['count', 'max'].map((word) => Number(sysctls[`net.netfilter.nf_conntrack_${word}`]));
  const hasConntrack = count !== undefined && max !== undefined && Number.isFinite(count) && Number.isFinite(max);
  return {
    sysctls,
    neighbours: readNeighbours(parseJson(sections.get(`neighbours ${number}`) ?? '')),
    portStates: new Map(
      objects(parseJson(sections.get(`ports ${number}`) ?? '')).flatMap((port) => {
        const [name, state] = [text(port['ifname']), text(port['state'])];
        return name === undefined || state === undefined ? [] : [[name, state] as const];
      }),
    ),
    fixedFdb: sections.lines(`fdb ${number}`).flatMap((line) => readFdbLine(line) ?? []),
    filter: { chains: [...readChains(sections, number), ...readAtInterfaces(sections, number)] },
    sockets: sections.lines(`sockets ${number}`).flatMap((line) => readSocket(line) ?? []),
    ...(hasConntrack ? { conntrack: { count, max } } : {}),
    answers: new Map(
      sections.all(`route ${number}`).flatMap((body) => {
        const answer = readAnswer(body, id);
        return answer === undefined ? [] : [answer];
      }),
    ),
    unread: sections.all(`unread ${number}`).map((said) => said.trim()),
  };
}

/** `ipv4/conf/eth0/rp_filter:1`; a dot in an interface's name stays one, as its directory has it. */
function readSysctls(lines: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.lastIndexOf(':');
    if (colon < 0) continue;
    // As sysctl(8) writes it, which makes of a dot in an interface's name a slash.
    const name = line.slice(0, colon).replace(/[./]/g, (sign) => (sign === '/' ? '.' : '/'));
    values[`net.${name}`] = line.slice(colon + 1).trim();
  }
  return values;
}

/** A line of `bridge fdb show`: `02:00:00:00:00:09 dev eth0 vlan 7 master br0 static`. */
export function readFdbLine(line: string): FixedFdbEntry | undefined {
  const [mac = '', ...words] = line.trim().split(/\s+/);
  const after = (word: string): string | undefined => {
    const at = words.indexOf(word);
    return at < 0 ? undefined : words[at + 1];
  };
  const [dev, bridge, vlan] = [after('dev'), after('master'), after('vlan')];
  const state = (['static', 'permanent'] as const).find((one) => words.includes(one));
  if (dev === undefined || bridge === undefined || state === undefined) return undefined;
  const more = {
    ...(vlan === undefined ? {} : { vlan: Number(vlan) }),
    ...(words.includes('sticky') ? { isSticky: true as const } : {}),
  };
  return { mac, dev, bridge, state, ...more };
}

export function readNeighbours(shown: unknown): Neighbour[] {
  return objects(shown).flatMap((raw) => {
    const [address, dev, mac] = [text(raw['dst']), text(raw['dev']), text(raw['lladdr'])];
    if (address === undefined || dev === undefined) return [];
    return [{ address, dev, ...(mac === undefined ? {} : { mac }), states: texts(raw['state']) }];
  });
}

/** A line of `ss -Hlntu`: `tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*`, `udp UNCONN 0 0 [::1]%lo:53 *:*`. */
export function readSocket(line: string): ListeningSocket | undefined {
  const [protocol, , waiting, backlog, local = ''] = line.trim().split(/\s+/);
  const match = /^\[?(.*?)\]?(?:%[^:]*)?:(\d+)$/.exec(local);
  if ((protocol !== 'tcp' && protocol !== 'udp') || match === null) return undefined;
  const [, address = '', port] = match;
  return {
    protocol,
    address: address.replace(/%.*$/, ''),
    port: Number(port),
    ...(protocol === 'tcp' ? { waiting: Number(waiting), backlog: Number(backlog) } : {}),
  };
}

function readAnswer(body: string, namespaceId: string): [string, KernelAnswer] | undefined {
  const [asked = '', ...rest] = body.split('\n');
  const [to, from, iif, ...flow] = asked.trim().split(' ');
  if (to === undefined) return undefined;
  const key = routeQuestionKey({
    namespaceId,
    to,
    ...(from === undefined || from === '-' ? {} : { from }),
    ...(iif === undefined || iif === '-' ? {} : { iif }),
    ...(flow.length === 0 ? {} : { flow: flow.join(' ') }),
  });
  const said = rest.join('\n').trim();
  const [raw] = objects(parseJson(said));
  if (!isObject(raw)) return [key, { error: said }];
  const [dev, via, source, type] = [text(raw['dev']), text(raw['gateway']), text(raw['prefsrc']), text(raw['type'])];
  return [
    key,
    {
      ...(dev === undefined ? {} : { dev }),
      ...(via === undefined ? {} : { via }),
      ...(source === undefined ? {} : { source }),
      ...(type === undefined ? {} : { type }),
    },
  ];
}

function readChains(sections: Sections, number: string): FilterChain[] {
  const saved = [
    { kind: 'iptables4', family: 'ip', backend: 'nft' },
    { kind: 'iptables6', family: 'ip6', backend: 'nft' },
    { kind: 'legacy4', family: 'ip', backend: 'legacy' },
    { kind: 'legacy6', family: 'ip6', backend: 'legacy' },
  ] as const;
  const ofIptables = saved.flatMap(({ kind, family, backend }) =>
    readIptablesFilter(sections.get(`${kind} ${number}`) ?? '', family, backend),
  );
  const printed = new Set(
    ofIptables.filter(({ backend }) => backend === 'nft').map(({ family, table }) => `${family} ${table}`),
  );
  const shown = parseJson(sections.get(`nft ${number}`) ?? '');
  const listing = sections.get(`nft-text ${number}`) ?? '';
  const ofNft = readNftFilter(
    shown,
    listing,
    (family, table) => printed.has(`${family} ${table}`) || table.startsWith(traceTablePrefix),
  );
  return [...ofNft, ...ofIptables];
}

function readAtInterfaces(sections: Sections, number: string): FilterChain[] {
  return [...sections.lines(`xdp ${number}`).flatMap(readXdp), ...sections.all(`tc ${number}`).flatMap(readTcFilters)];
}

/** Rules that took packets between two readings of a namespace, with how many: by the text of the rule. */
export function countedBetween(before: readonly FilterChain[], after: readonly FilterChain[]): Map<string, number> {
  const key = (chain: FilterChain, position: number): string =>
    [chain.engine, chain.backend ?? '', chain.family, chain.table, chain.name, position].join(' ');
  const first = new Map(
    before.flatMap((chain) => chain.rules.map((rule) => [key(chain, rule.position), rule.packets] as const)),
  );
  return new Map(
    after.flatMap((chain) =>
      chain.rules.flatMap((rule) => {
        const grown = (integer(rule.packets) ?? 0) - (first.get(key(chain, rule.position)) ?? 0);
        return grown > 0 ? [[rule.text, grown] as const] : [];
      }),
    ),
  );
}

export { readChains as readFilterChains };
