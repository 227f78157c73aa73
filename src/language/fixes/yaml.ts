import * as l10n from '@vscode/l10n';
import type { ParsedTopology } from '../../topology/parse';
import { writeQuoted } from '../../topology/write/scalar-text';
import { fix, type Answer, type Fix, type Question } from './fix';

/** The smallest lab that does something: for a file with nothing in it. */
const firstLab = `name: my-lab
namespaces:
  red:
    interfaces:
      eth0: { addresses: [10.10.0.1/24] }
  blue:
    interfaces:
      eth0: { addresses: [10.10.0.2/24] }
links:
  - endpoints: [red:eth0, blue:eth0]
checks:
  - { from: red, ping: blue }
`;

export const beginFile: Answer = ({ parsed: { text } }) => {
  const isBroken = text !== '' && !text.endsWith('\n');
  const range = { start: text.length, end: text.length };
  return [
    fix(l10n.t`Write a lab of two namespaces and a cable`, [{ range, newText: (isBroken ? '\n' : '') + firstLab }]),
  ];
};

/** Of an entry that is there twice: the second, which counts for nothing, with its lines. */
export const removeSecond: Answer = ({ parsed: { text }, problem: { range, data } }) => {
  const lineStart = text.lastIndexOf('\n', range.start - 1) + 1;
  const end = Number(data?.['end']);
  const last = Math.max(range.end, range.start + text.slice(range.start, end).trimEnd().length);
  const rest = /^[ \t]*:?[ \t]*(#.*)?(\r?\n|$)/.exec(text.slice(last, text.indexOf('\n', last) + 1 || text.length));
  // Inside brackets nobody can say by its line what belongs to it.
  if (text.slice(lineStart, range.start).trim() !== '' || rest === null || /[&]/.test(text.slice(range.start, last)))
    return [];
  const edit = { range: { start: lineStart, end: last + rest[0].length }, newText: '' };
  return [fix(l10n.t`Remove this one, which counts for nothing`, [edit], false)];
};

/** A line that YAML reads as a directive. */
export const removeLine: Answer = ({ parsed: { text }, problem: { range } }) => {
  const end = text.startsWith('\r\n', range.end) ? range.end + 2 : Math.min(range.end + 1, text.length);
  return [fix(l10n.t`Remove this line`, [{ range: { start: range.start, end }, newText: '' }])];
};

/** A tag, or a second anchor, with the space behind it. */
export const removeProperty: Answer = ({ parsed: { text }, problem: { range } }) => {
  const space = /^ */.exec(text.slice(range.end, range.end + 80))?.[0].length ?? 0;
  return [
    fix(l10n.t`Remove “${text.slice(range.start, range.end)}”`, [
      { range: { start: range.start, end: range.end + space }, newText: '' },
    ]),
  ];
};

/** Tabs before a line's first letter become two spaces each, in the whole file: a mixture would mean something else. */
export const indentWithSpaces: Answer = ({ parsed: { text } }) => {
  const edits = [...text.matchAll(/^[ \t]*\t[ \t]*/gm)].map(({ index, 0: white }) => ({
    range: { start: index, end: index + white.length },
    newText: white.replaceAll('\t', '  '),
  }));
  return [fix(l10n.t`Indent with spaces`, edits)];
};

/** A key that is being written. */
export const addColon: Answer = ({ parsed: { text }, problem: { range, message } }) => {
  if (message !== l10n.t`There is no \`:\` after this.`) return [];
  const word = text.slice(range.start, range.end).trimEnd();
  const end = range.start + word.length;
  return word === '' || word.includes('\n')
    ? []
    : [fix(l10n.t`Add the “:”`, [{ range: { start: end, end }, newText: ':' }])];
};

/** A value that YAML reads as something else, in quotes: from the place to the end of its line, or of its brackets. */
export const quoteValue: Answer = ({ parsed, problem: { range } }) => {
  const start = valueStart(parsed, range.start);
  return [start === undefined ? undefined : quoted(parsed, start)];
};

function quoted({ text }: ParsedTopology, start: number): Fix | undefined {
  const found = text.slice(start).search(/\s+#|\r?\n/);
  const end = found < 0 ? text.length : start + found;
  const written = text.slice(start, end).trimEnd();
  if (written === '' || /["[\]{}]|,$/.test(written)) return undefined;
  return fix(l10n.t`Put the value in quotes`, [
    { range: { start, end: start + written.length }, newText: writeQuoted(written) },
  ]);
}

/** Behind the line's first `: ` or dash. */
function valueStart({ text }: ParsedTopology, offset: number): number | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const line = text.slice(lineStart, end < 0 ? text.length : end);
  const head = /^[ \t]*(?:- +)*(?:[^\s:#"'[\]{}]+: +)?/.exec(line)?.[0] ?? '';
  return head.trim() === '' ? undefined : lineStart + head.length;
}

/** `\d` in double quotes: a backslash that means itself. */
export const escapeBackslash: Answer = ({ problem: { range } }: Question) => [
  fix(l10n.t`Write the backslash twice`, [{ range: { start: range.start, end: range.start }, newText: '\\' }]),
];
