import * as l10n from '@vscode/l10n';
import { printCommand } from '../base/command';
import { editOf } from './mending';
import type { Cause, TopologyEdit } from './model';
import type { TraceReport, TracedHop } from './report';

/** A report as lines of plain text, for a terminal. */
export function describeTrace(report: TraceReport): string {
  return [
    `${report.reached === 'yes' ? '✓' : report.reached === 'no' ? '✗' : '?'} ${report.verdict}`,
    ...section(l10n.t`The way`, wayLines(report.hops)),
    ...report.causes.flatMap((cause, index) => [
      '',
      `${index + 1}. ${cause.text}${cause.isLikely === true ? ' (likely)' : ''}`,
      ...cause.evidence.map((line) => `   seen: ${line}`),
      ...(cause.fix === undefined
        ? []
        : [`   fix:  ${cause.fix.title}`, ...cause.fix.run.map((command) => `         $ ${printCommand(command)}`)]),
      ...inFile(cause, ({ text, yaml }) => [`   file: ${text}`, ...yaml.split('\n').map((line) => `         ${line}`)]),
    ]),
    ...section(
      l10n.t`Noticed besides`,
      report.remarks.map(({ text }) => text),
    ),
    ...section(
      l10n.t`Paper and fact differ`,
      report.differences.map(({ text }) => text),
    ),
    ...section(l10n.t`What happened`, report.lesson),
    ...section(l10n.t`Notes`, report.notes),
  ].join('\n');
}

function inFile(cause: Cause, lines: (edit: TopologyEdit) => string[]): string[] {
  const edit = editOf(cause);
  return edit === undefined ? [] : lines(edit);
}

/** A report as Markdown, to keep and to show to others. What a host said stands in code, where nothing of it can be markup. */
export function traceMarkdown(report: TraceReport): string {
  return [
    `# ${l10n.t`Trace: ${code(report.from)} to ${code(report.to)} (${report.protocol})`}`,
    '',
    `**${escape(report.verdict)}**`,
    '',
    `| # | | ${[l10n.t`Place`, l10n.t`What happens`, l10n.t`Decided by`, l10n.t`Seen`].join(' | ')} |`,
    '| --- | --- | --- | --- | --- | --- |',
    ...report.hops.map(
      (hop, index) =>
        `| ${index + 1} | ${hop.direction} | ${code(placeOf(hop))} | ${escape(hop.text)} | ${hop.by === undefined ? '' : code(hop.by)} | ${seenInFact(hop)} |`,
    ),
    ...report.causes.flatMap((cause, index) => [
      '',
      `## ${index + 1}. ${escape(cause.text)}`,
      '',
      ...(cause.isLikely === true ? [l10n.t`This is likely, not certain.`, ''] : []),
      ...cause.evidence.map((line) => `- ${l10n.t`seen: ${code(line)}`}`),
      ...(cause.fix === undefined
        ? []
        : ['', `${escape(cause.fix.title)}:`, '', '```sh', ...cause.fix.run.map(printCommand), '```']),
      ...inFile(cause, ({ text, yaml }) => [
        '',
        l10n.t`In the topology file, ${escape(text)}:`,
        '',
        '```yaml',
        yaml,
        '```',
      ]),
    ]),
    ...(report.remarks.length === 0
      ? []
      : ['', '## Noticed besides', '', ...report.remarks.map(({ text }) => `- ${escape(text)}`)]),
    ...(report.differences.length === 0
      ? []
      : ['', '## Paper and fact differ', '', ...report.differences.map(({ text }) => `- ${escape(text)}`)]),
    ...(report.lesson.length === 0
      ? []
      : ['', `## ${l10n.t`What happened`}`, '', ...report.lesson.map((line) => `1. ${escape(line)}`)]),
    ...(report.notes.length === 0
      ? []
      : ['', `## ${l10n.t`Notes`}`, '', ...report.notes.map((line) => `- ${escape(line)}`)]),
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function wayLines(hops: readonly TracedHop[]): string[] {
  return hops.map((hop, index) => {
    const by = hop.by === undefined ? '' : `  [${hop.by}]`;
    const seen = [hop.fact ?? '', seenOf(hop)].filter((word) => word !== '').join('; ');
    return `${String(index + 1).padStart(2)} ${hop.direction === 'out' ? '→' : '←'} ${hop.text}${by}${seen === '' ? '' : `  (${seen})`}`;
  });
}

function placeOf({ place, dev }: TracedHop): string {
  return dev === undefined ? place : `${place}:${dev}`;
}

function seenOf({ isWatched, seenAfter }: TracedHop): string {
  if (!isWatched) return '';
  return seenAfter === undefined ? l10n.t`not seen` : l10n.t`seen, ${seenAfter} ms`;
}

function seenInFact(hop: TracedHop): string {
  return [hop.fact === undefined ? '' : code(hop.fact), seenOf(hop)].filter((word) => word !== '').join('; ');
}

function code(text: string): string {
  const plain = text.replaceAll('\n', ' ').replaceAll('|', '\\|');
  const fence = plain.includes('`') ? '``' : '`';
  return `${fence}${fence.length > 1 ? ` ${plain} ` : plain}${fence}`;
}

function escape(text: string): string {
  return text.replaceAll(/[\\`*_<>[\]|#]/g, (mark) => `\\${mark}`).replaceAll('\n', ' ');
}
