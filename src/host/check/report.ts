import * as l10n from '@vscode/l10n';
import { plainLine } from '../../base/plain-text';
import type { HostFacts } from './facts';
import type { Finding } from './findings';

const words = { good: l10n.t`there`, lack: l10n.t`lacking`, note: l10n.t`to know`, unknown: l10n.t`unknown` } as const;
const order: readonly Finding['state'][] = ['lack', 'note', 'unknown', 'good'];
const headings = {
  lack: l10n.t`What is lacking`,
  note: l10n.t`Good to know`,
  unknown: l10n.t`What could not be read`,
  good: l10n.t`What is there`,
} as const;

/** One line that sums up: `nothing is lacking`, `2 things are lacking`. */
export function summarizeFindings(findings: readonly Finding[]): string {
  const lacking = findings.filter(({ state }) => state === 'lack').map(({ what }) => what);
  if (lacking.length === 0) return l10n.t`nothing is lacking`;
  return lacking.length === 1
    ? l10n.t`one thing is lacking: ${lacking.join(', ')}`
    : l10n.t`${lacking.length} things are lacking: ${lacking.join(', ')}`;
}

/** The findings as plain text, a line each with what it costs and what mends it below. For a terminal. */
export function describeFindings(findings: readonly Finding[]): string {
  return findings
    .flatMap(({ state, what, found, costs, command }) => [
      `${words[state].padEnd(8)} ${plainLine(what)}: ${plainLine(found)}`,
      ...(costs === undefined ? [] : [`         ${costs}`]),
      ...(command === undefined ? [] : [`         $ ${command}`]),
    ])
    .join('\n');
}

/** The findings as a Markdown document. Words of the host stand in code spans, where Markdown has no meaning. */
export function reportFindings(hostName: string, facts: HostFacts, findings: readonly Finding[]): string {
  const parts = [
    `# ${l10n.t`Check of ${code(hostName)}`}`,
    '',
    `${code(facts.system ?? 'Linux')}: ${summarizeFindings(findings)}.`,
    '',
  ];
  for (const state of order) {
    const all = findings.filter((finding) => finding.state === state);
    if (all.length === 0) continue;
    parts.push(`## ${headings[state]}`, '');
    for (const { what, found, costs, command } of all) {
      parts.push(
        `- **${what.replace(/[*_[\]<>\\`]/g, ' ')}**: ${code(found)}${costs === undefined ? '' : `. ${costs}`}`,
      );
      if (command !== undefined) parts.push('', '  ```sh', `  ${command}`, '  ```', '');
    }
    parts.push('');
  }
  parts.push(l10n.t`Nothing was changed on the host, and nothing is installed by itself.`, '');
  return parts.join('\n');
}

/** A code span that holds any text (CommonMark 6.1): fenced by more backticks than stand in it. */
function code(text: string): string {
  const plain = plainLine(text).trim();
  const fence = '`'.repeat(Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const pad = plain.startsWith('`') || plain.endsWith('`') ? ' ' : '';
  return plain === '' ? '' : `${fence}${pad}${plain}${pad}${fence}`;
}
