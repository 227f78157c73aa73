/** Control characters, and the marks that turn the direction of text around (Unicode TR 36, 3.2). */
// eslint-disable-next-line no-control-regex -- control characters are what this pattern is for
const invisible = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Words that a host, a server or a file chose, as one line that is safe to show: an escape sequence would otherwise
 * command the terminal. What cannot be seen becomes U+FFFD; line breaks and tabs become blanks.
 */
export function plainLine(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replaceAll('\t', ' ')
    .replace(invisible, '\ufffd');
}

/** As plainLine, keeping the lines; those at the end that are blank are left out. */
export function plainLines(text: string): string[] {
  return text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => plainLine(line));
}
