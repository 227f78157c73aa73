import { optional } from './json';
import type { ObservedNatRule } from './model';
import { joinTarget } from './read-nft';

const kinds: Readonly<Record<string, ObservedNatRule['kind']>> = {
  MASQUERADE: 'masquerade',
  SNAT: 'snat',
  DNAT: 'dnat',
  REDIRECT: 'redirect',
};

/** Reads the NAT rules out of what `iptables-save -c -t nat` prints (iptables-save(8)), in their order. Other lines are left out. */
export function readIptablesNat(saved: string): ObservedNatRule[] {
  let table = '';
  return saved.split('\n').flatMap((line) => {
    if (line.startsWith('*')) table = line.slice(1).trim();
    const rule = /^(?:\[(\d+):\d+\] )?(-A .*)$/.exec(line);
    if (rule === null || table !== 'nat') return [];
    return readRule(table, rule[2] ?? '', rule[1]) ?? [];
  });
}

function readRule(table: string, rule: string, packets: string | undefined): ObservedNatRule | undefined {
  const options = readOptions(splitWords(rule));
  const plain = (...names: string[]): string | undefined =>
    options.find((o) => !o.negated && names.includes(o.name))?.value;
  const negated = (name: string): string | undefined => options.find((o) => o.negated && o.name === name)?.value;
  const kind = kinds[plain('-j', '-g') ?? ''];
  const chain = plain('-A');
  if (kind === undefined || chain === undefined) return undefined;
  const port = plain('--dport', '--dports');
  return {
    kind,
    engine: 'iptables',
    table,
    chain,
    text: rule,
    ...optional('source', shortAddress(plain('-s'))),
    ...optional('destination', shortAddress(plain('-d'))),
    ...optional('in', plain('-i')),
    ...optional('out', plain('-o')),
    ...optional('notOut', negated('-o')),
    ...optional('protocol', plain('-p')),
    ...optional('port', port !== undefined && /^\d+$/.test(port) ? Number(port) : undefined),
    ...optional('to', targetOf(plain)),
    ...optional('packets', packets === undefined ? undefined : Number(packets)),
  };
}

/** iptables-save writes a single address with its length, nft without; the model has it without. */
function shortAddress(address: string | undefined): string | undefined {
  return address?.replace(address.includes(':') ? /\/128$/ : /\/32$/, '');
}

function targetOf(plain: (...names: string[]) => string | undefined): string | undefined {
  return plain('--to-destination', '--to-source') ?? joinTarget(undefined, plain('--to-ports'));
}

interface Option {
  readonly name: string;
  readonly value: string | undefined;
  /** Written with `!` in front. */
  readonly negated: boolean;
}

function readOptions(words: readonly string[]): Option[] {
  const options: Option[] = [];
  for (let i = 0; i < words.length; i++) {
    const negated = words[i] === '!';
    if (negated) i++;
    const name = words[i];
    if (name === undefined || !isOptionName(name)) continue;
    const next = words[i + 1];
    const hasValue = next !== undefined && next !== '!' && !isOptionName(next);
    options.push({ name, negated, value: hasValue ? next : undefined });
    if (hasValue) i++;
  }
  return options;
}

const isOptionName = (word: string): boolean => /^--?[A-Za-z]/.test(word);

/** Words as iptables-save quotes them: double quotes where there is white space, a backslash before `"`, `\` and `'` inside. */
function splitWords(rule: string): string[] {
  return [...rule.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare]) =>
    quoted === undefined ? (bare ?? '') : quoted.replace(/\\(.)/g, '$1'),
  );
}
