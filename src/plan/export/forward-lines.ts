import { quoteArgument, quoteCommand } from '../../base/shell-quote';
import type { Step } from '../model';
import { asShellWords } from '../nat-insertion';
import type { Lines } from './nat-lines';

/**
 * A way through a chain that drops what the host is to pass on, rule by rule. The planner's own command loads them as one
 * text, which is read here again; a mark of ours becomes a plain comment.
 */
export function forwardLines(lab: string, { run: [command] }: Step): Lines {
  const lines = (command?.stdin ?? '').replaceAll('netns-topology:', 'lab ').split('\n');
  const program = command?.argv[0] ?? '';
  return program === 'nft' ? inNftables(lab, lines) : inIptables(program.replace(/-restore$/, ''), lines);
}

function inIptables(program: string, lines: readonly string[]): Lines {
  const table = lines.find((line) => line.startsWith('*'))?.slice(1) ?? 'filter';
  const rules = lines.flatMap((line) => {
    const [, chain, place, rule] = /^-I (\S+) (\d+) (.*)$/.exec(line) ?? [];
    return chain === undefined || place === undefined || rule === undefined ? [] : [{ chain, place, rule }];
  });
  const words = (...argv: string[]): string => quoteCommand([program, '-t', table, ...argv]);
  return {
    up: rules.map(({ chain, place, rule }) => `${words('-I', chain, place)} ${asShellWords(rule)}`),
    down: rules.map(({ chain, rule }) => `${words('-D', chain)} ${asShellWords(rule)}`),
  };
}

function inNftables(lab: string, lines: readonly string[]): Lines {
  const rules = lines.filter((line) => line.startsWith('insert rule '));
  const chains = new Set(rules.map((rule) => rule.split(' ').slice(2, 5).join(' ')));
  return {
    up: rules.map((rule) => quoteCommand(['nft', rule])),
    // nft takes a rule away by its number only.
    down: [...chains].flatMap((chain) => [
      `nft -a list chain ${chain} | sed -n ${quoteArgument(`s/.* comment "lab ${lab} let .*" # handle \\([0-9]*\\)$/\\1/p`)} |`,
      `  while read -r handle; do nft delete rule ${chain} handle "$handle"; done`,
    ]),
  };
}
