/** One line of an ssh_config: its keyword in lower case and its words. */
export interface ConfigLine {
  readonly keyword: string;
  readonly words: readonly string[];
}

/**
 * Takes a line of ssh_config(5) apart: `Keyword words` or `Keyword=words`, quotes around blanks, a comment after ` #`.
 *
 * @returns undefined for an empty line, a comment, and what cannot be read (ssh refuses such a file; we leave the line out).
 */
export function splitConfigLine(line: string): ConfigLine | undefined {
  const match = /^[\s\f]*(?:"([^"]+)"|([^\s=#"]+))(?:[\s\f]*=[\s\f]*|[\s\f]+)(.*)$/.exec(line.replace(/[\s\f]+$/, ''));
  if (match === null) return undefined;
  const words = splitWords(match[3] ?? '');
  if (words === undefined || words.length === 0) return undefined;
  return { keyword: (match[1] ?? match[2] ?? '').toLowerCase(), words };
}

/** As OpenSSH's argv_split: quotes join, a backslash stands before a quote, another backslash or a blank. */
function splitWords(text: string): string[] | undefined {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    const first = text.charAt(at);
    if (first === ' ' || first === '\t') {
      at++;
      continue;
    }
    if (first === '#') break;
    let word = '';
    let quote = '';
    for (; at < text.length; at++) {
      const character = text.charAt(at);
      const next = text.charAt(at + 1);
      if (character === '\\' && (/["'\\]/.test(next) || (quote === '' && next === ' '))) {
        word += next;
        at++;
      } else if (quote === '' && (character === ' ' || character === '\t')) break;
      else if (quote === '' && (character === '"' || character === "'")) quote = character;
      else if (quote !== '' && character === quote) quote = '';
      else word += character;
    }
    if (quote !== '') return undefined;
    words.push(word);
  }
  return words;
}
