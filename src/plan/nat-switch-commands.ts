import type { Command } from '../base/command';
import { quoteArgument, quoteCommand, quoteText } from '../base/shell-quote';
import type { ChainPlace, ChainRule } from '../host/chain-reading';
import { splitIptablesWords } from '../host/iptables-save';
import { printSwitchedOff, switchedOffDirectory } from '../host/switched-off';
import { inNamespace, nft, shell } from './commands';
import { asShellWords } from './nat-insertion';

/** The commands that take a rule out of a chain that may be anyone's, and put it back as it was. */

/** Takes a rule out: by its own words where it is iptables', by its number where it is nftables'. */
export function takeOut(place: ChainPlace, rule: ChainRule): Command {
  const { family, table, chain, namespace } = place;
  const argv =
    place.engine === 'nftables'
      ? ['nft', 'delete', 'rule', family, table, chain, 'handle', String(rule.handle ?? 0)]
      : [...iptables(place), '-D', chain, ...ruleWords(rule)];
  return inNamespace(namespace, { argv });
}

/** Puts a rule in front of the one at `index`, with what it has counted. */
export function putIn(place: ChainPlace, rule: ChainRule, index: number): Command {
  if (place.engine === 'nftables') return nft(place.namespace, nftInsertion(place, rule, index));
  const argv = [...iptables(place), '-I', place.chain, String(index + 1), ...ruleWords(rule), ...countWords(rule)];
  return inNamespace(place.namespace, { argv });
}

function iptables({ program, table }: ChainPlace): string[] {
  return [program ?? 'iptables', '-w', '5', '-t', table];
}

function nftInsertion({ family, table, chain }: ChainPlace, rule: ChainRule, index: number): string {
  const counted = rule.text.replace(
    /\bcounter\b(?! packets)/,
    `counter packets ${rule.packets ?? 0} bytes ${rule.bytes ?? 0}`,
  );
  // `add … index N` puts it behind that rule (nft(8), "Rules"); the head of the chain has no rule to stand behind.
  const where = `${family} ${table} ${chain}`;
  return index === 0 ? `insert rule ${where} ${counted}\n` : `add rule ${where} index ${index - 1} ${counted}\n`;
}

/** What stands behind `-A CHAIN`. */
function ruleWords({ text }: ChainRule): string[] {
  return splitIptablesWords(text).slice(2);
}

function countWords({ packets, bytes }: ChainRule): string[] {
  return packets === undefined || bytes === undefined ? [] : ['-c', String(packets), String(bytes)];
}

/** The way back from `takeOut`, whether or not it was gone. */
export function putBackUnlessThere(place: ChainPlace, rule: ChainRule, index: number): Command {
  const { argv, stdin } = putIn(place, rule, index);
  const put = quoteCommand(argv);
  if (place.engine === 'nftables') {
    const list = quoteCommand(listing(place));
    return shell(`${list} | grep -q '# handle ${rule.handle ?? 0}$' || printf %s ${quoteText(stdin ?? '')} | ${put}`);
  }
  return shell(`${check(place, rule)} || ${put}`);
}

/** The way back from `putIn`. `before`: the chain's rules before it. */
export function takeOutIfThere(place: ChainPlace, rule: ChainRule, before: readonly ChainRule[]): Command {
  if (place.engine === 'iptables') {
    return shell(`! ${check(place, rule)} || ${quoteCommand(takeOut(place, rule).argv)}`);
  }
  const known = before.map(({ handle }) => handle).filter((handle) => handle !== undefined);
  const remove = quoteCommand(
    inNamespace(place.namespace, { argv: ['nft', 'delete', 'rule', place.family, place.table, place.chain, 'handle'] })
      .argv,
  );
  return shell(
    [
      `text=${quoteText(`\t\t${rule.text}`)}`,
      // -s leaves out what rules have counted.
      `${quoteCommand(listing(place, '-s'))} | while IFS= read -r line; do`,
      `  handle=\${line##* # handle }`,
      `  case ${quoteArgument(` ${known.join(' ')} `)} in *" $handle "*) continue ;; esac`,
      `  [ "\${line% # handle *}" != "$text" ] || ${remove} "$handle"`,
      'done',
    ].join('\n'),
  );
}

function listing({ namespace, family, table, chain }: ChainPlace, ...options: string[]): string[] {
  const argv = ['nft', ...options, '-a', 'list', 'chain', family, table, chain];
  return [...inNamespace(namespace, { argv }).argv];
}

/** True in the shell if the rule is in its chain. */
function check(place: ChainPlace, rule: ChainRule): string {
  const command = inNamespace(place.namespace, { argv: [...iptables(place), '-C', place.chain] });
  return `${quoteCommand(command.argv)} ${asShellWords(rule.text.replace(/^-A \S+ /, ''))} 2>/dev/null`;
}

/** Writes a record, for root's eyes only, in one piece or not at all. */
export function remember(
  record: Parameters<typeof printSwitchedOff>[0] & { readonly by?: string; readonly since?: string },
): Command {
  const file = `${switchedOffDirectory}/${record.id}.json`;
  const head =
    record.by === undefined || record.by === '' || record.since === undefined
      ? '"${SUDO_USER:-$(id -un)}" "$(date -u +%Y-%m-%dT%H:%M:%SZ)"'
      : `${quoteArgument(record.by)} ${quoteArgument(record.since)}`;
  return shell(
    [
      'umask 077',
      `mkdir -p ${switchedOffDirectory}`,
      `{ printf '%s %s\\n' ${head}; printf '%s\\n' ${quoteText(printSwitchedOff(record))}; } >${file}.new`,
      `mv -f ${file}.new ${file}`,
    ].join('\n'),
  );
}

/** Removes a record. */
export function forget(id: string): Command {
  const file = `${switchedOffDirectory}/${id}.json`;
  return shell(`rm -f ${file} ${file}.new\nrmdir ${switchedOffDirectory} 2>/dev/null || :`);
}
