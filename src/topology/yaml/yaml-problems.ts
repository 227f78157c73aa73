import * as l10n from '@vscode/l10n';
import type { ErrorCode, YAMLError } from 'yaml';
import type { Problem } from '../problem';

/** The parser's mistakes in words for somebody who writes a network, not a parser. Others keep the parser's own words. */
const wording: Partial<Record<ErrorCode, string>> = {
  ALIAS_PROPS: l10n.t`An alias (\`*name\`) has no anchor and no tag of its own.`,
  BAD_ALIAS: l10n.t`There is no name behind this \`*\` or \`&\`.`,
  BAD_DIRECTIVE: l10n.t`This line starts with \`%\`, which only YAML directives do. Remove it.`,
  BAD_DQ_ESCAPE: l10n.t`This is no escape that YAML knows. In double quotes \`\\\` starts an escape: write \`\\\\\`, or use single quotes.`,
  BAD_SCALAR_START: l10n.t`A plain value cannot start with this character: put the value in quotes.`,
  BLOCK_AS_IMPLICIT_KEY: l10n.t`There is a second \`:\` on this line. Start a new line after the first, or put the value in quotes.`,
  BLOCK_IN_FLOW: l10n.t`Inside brackets a comma stands between two entries, and no list or mapping over several lines.`,
  KEY_OVER_1024_CHARS: l10n.t`A key has at most 1024 characters.`,
  MULTIPLE_ANCHORS: l10n.t`One thing can have only one anchor (\`&name\`).`,
  MULTIPLE_TAGS: l10n.t`One thing can have only one tag (\`!name\`).`,
  RESOURCE_EXHAUSTION: l10n.t`This is nested too deeply to be read.`,
  TAB_AS_INDENT: l10n.t`Indent with spaces: YAML does not allow tabs here.`,
  TAG_RESOLVE_FAILED: l10n.t`Topology files use no YAML tags. Remove the tag.`,
};

/** One code stands for several mistakes, which the beginning of the parser's message tells apart. */
const wordingByMessage: readonly (readonly [beginning: string, words: string])[] = [
  ['Implicit map keys need to be followed', l10n.t`There is no \`:\` after this.`],
  ['Missing closing "quote', l10n.t`The closing \`"\` of this text is missing.`],
  ["Missing closing 'quote", l10n.t`The closing \`'\` of this text is missing.`],
  [
    'All mapping items',
    l10n.t`This stands at another column than what it belongs with: the keys of one mapping begin at one column.`,
  ],
  [
    'All collection items',
    l10n.t`This stands at another column than what it belongs with: the items of one list begin at one column.`,
  ],
  [
    'Flow map',
    l10n.t`A \`{\` above is not closed by a \`}\`, or this stands no further in than the line that it began on.`,
  ],
  [
    'Flow sequence',
    l10n.t`A \`[\` above is not closed by a \`]\`, or this stands no further in than the line that it began on.`,
  ],
  [
    'Block scalar values',
    l10n.t`The lines of a text under \`|\` or \`>\` stand further in than its key, and behind spaces.`,
  ],
  [
    'Unexpected scalar at node end',
    l10n.t`This stands behind the end of the value. Put all of it in quotes, or begin a new line.`,
  ],
  ['Unexpected flow-', l10n.t`This bracket closes nothing.`],
  ['Unexpected ,', l10n.t`There is nothing before this comma.`],
  ['Unexpected block-seq-ind', l10n.t`A list begins on a line below its key, or stands in brackets: \`[a, b]\`.`],
  ['Implicit keys need to be on a single line', l10n.t`A key and its \`:\` stand on one line.`],
];

function describeByMessage(message: string): string | undefined {
  return wordingByMessage.find(([beginning]) => message.startsWith(beginning))?.[1];
}

/** The parser points at the white space before a line that stands wrongly; a person looks at what stands there. */
function contentFrom(text: string, start: number, end: number): Problem['range'] {
  const found = text.slice(start).search(/\S/);
  if (found < 0) return { start, end };
  const first = start + found;
  const length = text.slice(first).search(/\s*(?:\s#|[\r\n]|$)/);
  return { start: first, end: first + Math.max(length, 1) };
}

type Kebab<Code extends string> = Code extends `${infer Head}_${infer Rest}`
  ? `${Lowercase<Head>}-${Kebab<Rest>}`
  : Lowercase<Code>;
/** Without those that its options and we keep the parser from finding. */
type FoundCode = Exclude<ErrorCode, 'DUPLICATE_KEY' | 'MULTIPLE_DOCS' | 'NON_STRING_KEY'>;

/**
 * Turns an error or warning of the YAML parser into a problem.
 *
 * @param base where in the text the parser's offsets count from
 */
export function describeYamlError({ code, message, pos, name }: YAMLError, text: string, base = 0): Problem {
  const start = Math.min(Math.max(pos[0] + base, 0), text.length);
  const end = Math.min(Math.max(pos[1] + base, start), text.length);
  return {
    severity: name === 'YAMLWarning' && code !== 'TAG_RESOLVE_FAILED' ? 'warning' : 'error',
    code: `yaml-${code.toLowerCase().replaceAll('_', '-') as Kebab<FoundCode>}`,
    message:
      wording[code] ?? describeByMessage(message) ?? l10n.t`This is not valid YAML: ${message.replace(/\.$/, '')}.`,
    range: code === 'BAD_INDENT' || code === 'BLOCK_AS_IMPLICIT_KEY' ? contentFrom(text, start, end) : { start, end },
  };
}
