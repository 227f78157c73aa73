/** What iptables-save(8) prints, taken apart. */
export interface SavedTables {
  readonly chains: readonly SavedChain[];
  readonly rules: readonly SavedRule[];
}

export interface SavedChain {
  readonly table: string;
  readonly name: string;
  /** `ACCEPT` or `DROP`; `-` for a chain that somebody made. */
  readonly policy: string;
}

export interface SavedRule {
  readonly table: string;
  readonly chain: string;
  /** The rule without its counters: `-A POSTROUTING -s 10.0.0.0/8 -j MASQUERADE`. */
  readonly text: string;
  /** Its number in its chain, from 1, among the rules that were printed. */
  readonly position: number;
  readonly packets?: number;
  readonly bytes?: number;
  readonly options: readonly SavedOption[];
}

export interface SavedOption {
  readonly name: string;
  readonly value: string | undefined;
  /** Written with `!` in front. */
  readonly negated: boolean;
}

/** Takes the output of `iptables-save -c` apart. Lines that are none of its are left out. */
export function readSavedTables(saved: string): SavedTables {
  const chains: SavedChain[] = [];
  const rules: SavedRule[] = [];
  const counts = new Map<string, number>();
  let table = '';
  for (const line of saved.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim();
    const chain = /^:(\S+) (\S+)/.exec(line);
    if (chain !== null) chains.push({ table, name: chain[1] ?? '', policy: chain[2] ?? '' });
    const rule = /^(?:\[(\d+):(\d+)\] )?(-A (\S+)(?: .*)?)$/.exec(line);
    if (rule === null) continue;
    const [, packets, bytes, text = '', name = ''] = rule;
    const key = `${table} ${name}`;
    const position = (counts.get(key) ?? 0) + 1;
    counts.set(key, position);
    rules.push({
      table,
      chain: name,
      text,
      position,
      ...(packets === undefined ? {} : { packets: Number(packets), bytes: Number(bytes) }),
      options: readOptions(splitIptablesWords(text)),
    });
  }
  return { chains, rules };
}

/** The value of the first of these options that stands without `!`. */
export function optionOf({ options }: SavedRule, ...names: string[]): string | undefined {
  return options.find(({ name, negated }) => !negated && names.includes(name))?.value;
}

/** The value of an option that stands behind `!`. */
export function negatedOptionOf({ options }: SavedRule, wanted: string): string | undefined {
  return options.find(({ name, negated }) => negated && name === wanted)?.value;
}

function readOptions(words: readonly string[]): SavedOption[] {
  const options: SavedOption[] = [];
  for (let i = 0; i < words.length; i++) {
    const negated = words[i] === '!';
    if (negated) i++;
    const name = words[i];
    if (name === undefined || !isOptionName(name)) continue;
    const next = words[i + 1];
    // A comment is free text, and may look like an option.
    const hasValue = next !== undefined && (name === '--comment' || (next !== '!' && !isOptionName(next)));
    options.push({ name, negated, value: hasValue ? next : undefined });
    if (hasValue) i++;
  }
  return options;
}

const isOptionName = (word: string): boolean => /^--?[A-Za-z]/.test(word);

/**
 * A rule's words as iptables-save quotes them: double quotes where there is white space, a backslash before `"`, `\` and `'`
 * inside (xtables_save_string in libxtables/xtables.c).
 */
export function splitIptablesWords(rule: string): string[] {
  return [...rule.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare]) =>
    quoted === undefined ? (bare ?? '') : quoted.replace(/\\(.)/g, '$1'),
  );
}
