import type { ErrorCode, YAMLError } from 'yaml';
import type { Problem } from '../problem';

/** The parser's mistakes in words for somebody who writes a network, not a parser. Others keep the parser's own words. */
const wording: Partial<Record<ErrorCode, string>> = {
  BAD_DIRECTIVE: 'This line starts with `%`, which only YAML directives do. Remove it.',
  BAD_DQ_ESCAPE:
    'This is no escape that YAML knows. In double quotes `\\` starts an escape: write `\\\\`, or use single quotes.',
  BAD_SCALAR_START: 'A plain value cannot start with this character: put the value in quotes.',
  BLOCK_AS_IMPLICIT_KEY:
    'There is a second `:` on this line. Start a new line after the first, or put the value in quotes.',
  BLOCK_IN_FLOW: 'A list or mapping over several lines cannot stand inside brackets.',
  MULTIPLE_ANCHORS: 'One thing can have only one anchor (`&name`).',
  MULTIPLE_TAGS: 'One thing can have only one tag (`!name`).',
  RESOURCE_EXHAUSTION: 'This is nested too deeply to be read.',
  TAB_AS_INDENT: 'Indent with spaces: YAML does not allow tabs here.',
  TAG_RESOLVE_FAILED: 'Topology files use no YAML tags. Remove the tag.',
};

/** Of the many things that can be missing, the one that happens with every key as it is typed. */
function describeMissing(message: string): string | undefined {
  return message.startsWith('Implicit map keys') ? 'There is no `:` after this.' : undefined;
}

/** Turns an error or warning of the YAML parser into a problem. */
export function describeYamlError({ code, message, pos, name }: YAMLError, text: string): Problem {
  const start = Math.min(Math.max(pos[0], 0), text.length);
  const end = Math.min(Math.max(pos[1], start), text.length);
  return {
    severity: name === 'YAMLWarning' && code !== 'TAG_RESOLVE_FAILED' ? 'warning' : 'error',
    code: `yaml-${code.toLowerCase().replaceAll('_', '-')}`,
    message: wording[code] ?? describeMissing(message) ?? `This is not valid YAML: ${message.replace(/\.$/, '')}.`,
    range: { start, end },
  };
}
