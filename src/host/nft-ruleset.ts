import { integer, isObject, objects, optional, text, type JsonObject } from './json';

/** What `nft -j list ruleset` prints (libnftables-json(5)), taken apart. */
export interface NftRuleset {
  readonly tables: readonly { readonly family: string; readonly name: string }[];
  readonly chains: readonly NftChain[];
  readonly rules: readonly NftRule[];
}

export interface NftChain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  /** Of a base chain. */
  readonly type?: string;
  readonly hook?: string;
  readonly policy?: string;
}

export interface NftRule {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly handle: number | undefined;
  /** Its number in its chain, from 1. */
  readonly position: number;
  readonly comment: string | undefined;
  readonly expressions: readonly JsonObject[];
  /** The rule in nft's own words, without what it counted; in JSON where the listing does not have it. */
  readonly text: string;
}

/**
 * Takes a ruleset apart.
 *
 * @param listing what `nft -a list ruleset` prints, for the rules in nft's own words
 * @returns undefined where the JSON is not a ruleset
 */
export function readNftRuleset(shown: unknown, listing: string): NftRuleset | undefined {
  if (!isObject(shown) || !Array.isArray(shown['nftables'])) return undefined;
  const items = objects(shown['nftables']);
  const words = new Map(
    readListing(listing).map(({ family, table, chain, handle, text: rule }) => [
      `${family} ${table} ${chain} ${handle}`,
      rule,
    ]),
  );
  const counts = new Map<string, number>();
  return {
    tables: items.flatMap(({ table }) => {
      const family = isObject(table) ? text(table['family']) : undefined;
      const name = isObject(table) ? text(table['name']) : undefined;
      return family === undefined || name === undefined ? [] : { family, name };
    }),
    chains: items.flatMap(({ chain }) => readChain(chain) ?? []),
    rules: items.flatMap(({ rule }) => readRule(rule, words, counts) ?? []),
  };
}

function readChain(raw: unknown): NftChain | undefined {
  if (!isObject(raw)) return undefined;
  const [family, table, name] = [text(raw['family']), text(raw['table']), text(raw['name'])];
  if (family === undefined || table === undefined || name === undefined) return undefined;
  const [type, hook, policy] = [text(raw['type']), text(raw['hook']), text(raw['policy'])];
  return { family, table, name, ...optional('type', type), ...optional('hook', hook), ...optional('policy', policy) };
}

function readRule(raw: unknown, words: ReadonlyMap<string, string>, counts: Map<string, number>): NftRule | undefined {
  if (!isObject(raw)) return undefined;
  const family = text(raw['family']);
  const table = text(raw['table']);
  const chain = text(raw['chain']);
  if (family === undefined || table === undefined || chain === undefined) return undefined;
  const place = `${family} ${table} ${chain}`;
  const position = (counts.get(place) ?? 0) + 1;
  counts.set(place, position);
  const expressions = objects(raw['expr']);
  const handle = integer(raw['handle']);
  return {
    family,
    table,
    chain,
    handle,
    position,
    comment: text(raw['comment']),
    expressions,
    text:
      words.get(`${place} ${handle ?? ''}`) ??
      JSON.stringify(expressions.filter((expression) => !('counter' in expression))),
  };
}

/** A rule of a listing with handles (`nft -a list`). */
export interface ListedRule {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly handle: number;
  /** The rule in nft's words, without what it counted: that differs at every look, and has its own place. */
  readonly text: string;
  readonly packets?: number;
  readonly bytes?: number;
}

/** The rules of a listing with handles, in their order. */
export function readListing(listing: string): ListedRule[] {
  const rules: ListedRule[] = [];
  let [family, table, chain, open] = ['', '', '', ''];
  for (const line of listing.split('\n')) {
    const opensTable = /^table (\S+) (\S+) \{/.exec(line);
    const opensBlock = /^\t(\w+) (\S+) \{/.exec(line);
    if (opensTable !== null) [, family = '', table = ''] = opensTable;
    else if (opensBlock !== null) chain = opensBlock[1] === 'chain' ? (opensBlock[2] ?? '') : '';
    else if (/^\t?\}/.test(line)) [chain, open] = ['', ''];
    else if (chain !== '' && table !== '') {
      // A rule with a long anonymous set goes on over several lines; its handle ends it.
      open = `${open} ${line.trim()}`.trim();
      const ends = /^(.*?) # handle (\d+)$/.exec(open);
      if (ends !== null) rules.push({ family, table, chain, handle: Number(ends[2]), ...withoutCounts(ends[1] ?? '') });
      if (ends !== null || open.endsWith(';')) open = '';
    }
  }
  return rules;
}

function withoutCounts(rule: string): Pick<ListedRule, 'text' | 'packets' | 'bytes'> {
  const counter = /\bcounter packets (\d+) bytes (\d+)/.exec(rule);
  if (counter === null) return { text: rule.trim() };
  const [whole, packets, bytes] = counter;
  return { text: rule.replace(whole, 'counter').trim(), packets: Number(packets), bytes: Number(bytes) };
}
