import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import type { Command } from '../../base/command';
import { quoteArgument, quoteCommand } from '../../base/shell-quote';
import { nft, shell } from '../commands';
import { chooseBackend, iptablesProgram } from '../iptables';
import type { Step } from '../model';
import { isInterfaceName } from '../names';
import { iptablesPlace, plainIptablesWords } from '../nat-iptables';
import { nftChain, nftComment, nftRule } from '../nat-nft';
import { planForwardingOn } from '../nat-forwarding-switch';
import { broughtBy, broughtWord } from '../nat-brought';
import { needsWay, planWay } from '../nat-way';
import type { NatFamily, NatRule } from '../nat-rules';
import { objectRef } from '../planning';
import { placed, placeOfNamespace } from './place';
import { byHand, namespaceName, type Where } from './things';

/** The nftables table of rules that nobody's lab has, on hosts without iptables. */
const handTable = 'netns-nat';

/** A rule to add, with the words of its comment: what it brings with it. */
export interface HandRule extends NatRule {
  readonly brings?: readonly string[];
}

/**
 * New NAT rules by hand, as the tutorials type them: in iptables where the host has it, else in an nftables table for all
 * such rules. Forwarding goes with them.
 *
 * @param bridge the one whose packets they translate: where the host drops what it passes on, it gets a way through
 * @throws NetnsError `missingTool` where the host has neither; `unsupported` in a namespace that no command reaches
 */
export function addNatRules(where: Where, rules: readonly HandRule[], bridge?: string): Step[] {
  const { snapshot, namespace } = where;
  if (!namespace.isRoot && namespace.name === undefined) {
    throw new NetnsError('unsupported', l10n.t`The namespace has no name, so no command reaches into it.`, {
      advice: l10n.t`Give it one with: ip netns attach NAME PID`,
    });
  }
  for (const { match } of rules) {
    const name = [match.in, match.out, match.notOut].find((one) => one !== undefined && !isInterfaceName(one));
    if (name !== undefined) throw new NetnsError('unsupported', l10n.t`“${name}” cannot stand in a NAT rule.`);
  }
  const families = (['ip', 'ip6'] as const).filter((family) => rules.some((rule) => rule.family === family));
  const dropping = bridge !== undefined && namespace.isRoot ? families.filter((one) => needsWay(snapshot, one)) : [];
  const hasForward = rules.some(({ action }) => action.type === 'dnat');
  const isOpen = (family: NatFamily): boolean =>
    namespace.nat.some(({ text, place }) => place?.family === family && broughtBy(text, 'way') === bridge);
  return [
    ...families.flatMap((family) => planForwardingOn(namespace, family)),
    ...rules.map((rule) => {
      // What comes with a port forward may be another's too: the way is that of the forward itself.
      const isCarrier = rule.action.type === 'dnat' || !hasForward;
      const brings = [
        ...(rule.brings ?? []),
        ...(isCarrier && dropping.includes(rule.family) ? [broughtWord('way', bridge ?? '')] : []),
      ];
      return addNatRule(where, { ...rule, brings });
    }),
    ...dropping.filter((family) => !isOpen(family)).flatMap((family) => planWay(snapshot, bridge ?? '', family, true)),
  ];
}

/**
 * One rule by itself.
 *
 * @param program of iptables; undefined: what the host has, `nft`: nftables
 */
export function addNatRule(where: Where, rule: HandRule, program = programFor(where, rule.family)): Step {
  const comment = (rule.brings ?? []).join(' ');
  const commands =
    program === 'nft'
      ? inNftables(where, comment === '' ? rule : { ...rule, label: `${rule.label} ${comment}` })
      : inIptables(where, program, rule, comment);
  const name = plainIptablesWords(rule).join(' ');
  return { action: 'create', object: objectRef('nat', name, namespaceName(where.namespace)), why: byHand, ...commands };
}

/** @throws NetnsError `missingTool` where the host has neither iptables nor nft */
function programFor({ snapshot }: Where, family: NatFamily): string {
  const backend = chooseBackend(snapshot)?.backend;
  const program = backend === undefined ? undefined : iptablesProgram(snapshot, backend, family);
  if (program !== undefined) return program;
  if (snapshot.tools['nft'] !== undefined) return 'nft';
  throw new NetnsError('missingTool', l10n.t`The host has neither iptables nor nft.`, {
    advice: l10n.t`Install nftables on the host (Debian, Ubuntu: apt install nftables).`,
  });
}

interface Commands {
  readonly run: readonly Command[];
  readonly undo: readonly Command[];
}

function inIptables({ namespace }: Where, program: string, rule: NatRule, comment: string): Commands {
  const { table, hook } = iptablesPlace(rule);
  const place = placeOfNamespace(namespace);
  const target = plainIptablesWords(rule);
  const words = comment === '' ? target : ['-m', 'comment', '--comment', comment, ...target];
  const change = (how: string): Command =>
    placed(place, { argv: [program, '-w', '5', '-t', table, how, hook, ...words] });
  return { run: [change('-A')], undo: [change('-D')] };
}

/** A rule is found again by its comment, which holds a hash of it; the table goes with its last rule. */
function inNftables({ namespace }: Where, rule: NatRule): Commands {
  const { family, chain } = rule;
  const name = namespace.isRoot ? undefined : namespace.name;
  const script = [
    `add table ${family} ${handTable}`,
    `add chain ${family} ${handTable} ${nftChain(chain)}`,
    `add rule ${family} ${handTable} ${chain} ${nftRule(rule)}`,
    '',
  ].join('\n');
  const tool = (...words: string[]): string =>
    quoteCommand(placed(placeOfNamespace(namespace), { argv: ['nft', ...words] }).argv);
  const mark = `comment "${nftComment(rule)}" # handle `;
  const undo = shell(
    [
      `${tool('-a', 'list', 'chain', family, handTable, chain)} | while IFS= read -r line; do`,
      `  case $line in *${quoteArgument(mark)}*) ${tool('delete', 'rule', family, handTable, chain, 'handle')} "\${line##* }" ;; esac`,
      'done',
      `${tool('list', 'table', family, handTable)} | grep -q comment || ${tool('delete', 'table', family, handTable)}`,
    ].join('\n'),
  );
  return { run: [nft(name, script)], undo: [undo] };
}
