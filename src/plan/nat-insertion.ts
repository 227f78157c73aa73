import type { Command } from '../base/command';
import type { ObservedMarkedRule, ObservedNatRule, IptablesBackend } from '../host/model';
import { splitIptablesWords } from '../host/iptables-save';
import { quoteArgument, quoteCommand } from '../base/shell-quote';
import { nft, shell } from './commands';
import { hereDocument } from './here-document';
import { iptablesRestore } from './iptables';

/** A chain that is not ours, in the root namespace. */
export interface FilterPlace {
  readonly engine: ObservedNatRule['engine'];
  readonly backend?: IptablesBackend;
  readonly family: string;
  readonly table: string;
  readonly chain: string;
}

/** Whether its names are such as nft and iptables take in a script: everything from a host is looked at first. */
export function hasPlainName({ table, chain }: FilterPlace): boolean {
  return [table, chain].every((name) => /^[A-Za-z_][A-Za-z0-9_./-]{0,127}$/.test(name));
}

/** A rule of ours for such a chain. */
export interface Insertion {
  /** Its comment without the mark. */
  readonly label: string;
  /** Everything that stands behind the chain's name. */
  readonly text: string;
}

/** Puts rules at the head of a chain in place of those of ours that were found there, in one transaction. */
export function insertInIptables(
  program: string,
  { table, chain }: FilterPlace,
  found: readonly ObservedMarkedRule[],
  wanted: readonly Insertion[],
): Command {
  const lines = [
    `*${table}`,
    ...found.map(({ text }) => text.replace(/^-A /, '-D ')),
    ...wanted.map(({ text }, index) => `-I ${chain} ${index + 1} ${text}`),
    'COMMIT',
    '',
  ];
  return iptablesRestore(undefined, program, lines.join('\n'));
}

/** The way back, whether or not the way there was taken. */
export function wayBackInIptables(
  program: string,
  { table, chain }: FilterPlace,
  found: readonly ObservedMarkedRule[],
  wanted: readonly Insertion[],
): Command {
  const name = quoteArgument(chain);
  return shell(
    [
      `t() { ${program} -w 5 -t ${quoteArgument(table)} "$@"; }`,
      ...wanted.map(({ text }) => `while t -D ${name} ${asShellWords(text)} 2>/dev/null; do :; done`),
      ...found.map(({ text, position }) => {
        const rule = asShellWords(text.slice(`-A ${chain} `.length));
        return `t -C ${name} ${rule} 2>/dev/null || t -I ${name} ${position} ${rule}`;
      }),
    ].join('\n'),
  );
}

/** A rule as iptables-save writes it, as words for the shell. */
export function asShellWords(rule: string): string {
  return splitIptablesWords(rule).map(quoteArgument).join(' ');
}

/** As insertInIptables, for a base chain of nftables. */
export function insertInNftables(
  place: FilterPlace,
  found: readonly ObservedMarkedRule[],
  wanted: readonly Insertion[],
): Command {
  return nft(
    undefined,
    [
      ...found.map(({ handle }) => `delete rule ${chainWords(place)} handle ${handle ?? 0}`),
      ...insertions(place, wanted),
      '',
    ].join('\n'),
  );
}

/**
 * The way back, whether or not the way there was taken. nft takes rules away by their numbers only.
 *
 * @param comments how the comments of our rules begin
 */
export function wayBackInNftables(
  comments: string,
  place: FilterPlace,
  found: readonly { readonly text: string }[],
): Command {
  const words = quoteCommand(chainWords(place).split(' '));
  const plain = comments.replace(/[.*[\]^$]/g, '\\$&');
  const script = [
    `nft -a list chain ${words} | sed -n ${quoteArgument(`s/.* comment "${plain}.*" # handle \\([0-9]*\\)$/\\1/p`)} |`,
    `  while read -r handle; do nft delete rule ${words} handle "$handle"; done`,
  ];
  if (found.length > 0) script.push(hereDocument('nft -f -', 0, insertions(place, found).join('\n')));
  return shell(script.join('\n'));
}

/** Each goes to the head, so the last comes first. */
function insertions(place: FilterPlace, rules: readonly { readonly text: string }[]): string[] {
  return rules.map(({ text }) => `insert rule ${chainWords(place)} ${text}`).reverse();
}

function chainWords({ family, table, chain }: FilterPlace): string {
  return `${family} ${table} ${chain}`;
}
