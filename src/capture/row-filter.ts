import type { CaptureRow } from '../protocol/capture';

/** Whether a row is to be shown. */
export type RowFilter = (row: CaptureRow) => boolean;

type Field = 'where' | 'from' | 'to' | 'protocol' | 'text';
const fields: Readonly<Record<string, Field>> = {
  where: 'where',
  from: 'from',
  to: 'to',
  protocol: 'protocol',
  text: 'text',
};

/**
 * A filter of what somebody typed: every word must stand in the row, in upper or lower case; `"two words"` together; `!word` must
 * not; `from:word` (`to:`, `where:`, `protocol:`, `text:`) in that column, `where:=word` alone there. Undefined where nothing was typed.
 */
export function rowFilter(typed: string): RowFilter | undefined {
  const tests = [...typed.matchAll(/(!?)((?:[a-z]+:=?)?)(?:"([^"]*)"?|(\S+))/gi)]
    .map(testOf)
    .filter((one) => one !== undefined);
  return tests.length === 0 ? undefined : (row) => tests.every((test) => test(row));
}

function testOf([, not = '', prefix = '', quoted, plain = '']: RegExpMatchArray): RowFilter | undefined {
  const field = fields[prefix.replace(/:=?$/, '').toLowerCase()];
  const word = (field === undefined ? `${prefix}${quoted ?? plain}` : (quoted ?? plain)).toLowerCase();
  // The beginning of a word that is still being typed.
  if (word === '' || word === '!') return undefined;
  const wanted = not === '';
  if (field !== undefined && prefix.endsWith('=')) return (row) => (row[field].toLowerCase() === word) === wanted;
  return (row) => (field === undefined ? wholeOf(row) : row[field]).toLowerCase().includes(word) === wanted;
}

function wholeOf({ where, from, to, protocol, text }: CaptureRow): string {
  return `${where} ${from} ${to} ${protocol} ${text}`;
}
