/**
 * A command line with a text on one of its descriptors, as a here-document that nothing in the text can end.
 * The delimiter is quoted, so the shell takes the text as it is (POSIX.1-2017, Shell Command Language, 2.7.4).
 *
 * @param rest what follows on the command's line, such as ` || return`
 */
export function hereDocument(line: string, descriptor: number, text: string, rest = ''): string {
  const content = text.endsWith('\n') ? text : `${text}\n`;
  const lines = new Set(content.split('\n'));
  let marker = 'INPUT';
  for (let n = 1; lines.has(marker); n++) marker = `INPUT${n}`;
  return `${line} ${descriptor === 0 ? '' : descriptor}<<'${marker}'${rest}\n${content}${marker}`;
}
