import type { LineParser, Reading } from './model';

/** curl's exit codes that need words (curl(1), EXIT CODES). */
const reasons: Readonly<Record<string, string>> = {
  '6': 'the name was not found',
  '7': 'the connection was refused, or there is no way',
  '28': 'no answer in time',
  '52': 'an empty answer',
  '56': 'the connection was reset',
};

/**
 * Reads the lines that the loop of `httpScript` prints, one for each request: `http NUMBER STATUS MILLISECONDS BYTES` or `http
 * NUMBER failed CODE WORDS`. Values are milliseconds until the last byte.
 */
export class HttpParser implements LineParser {
  read(line: string): Reading | undefined {
    const done = /^http (\d+) (\d{3}) ([\d.]+) (\d+)$/.exec(line);
    if (done !== null) {
      const [, number, status, time] = done;
      const isFine = /^[23]/.test(status ?? '');
      const sample = {
        number: Number(number),
        value: Number(time),
        ...(isFine ? {} : { note: `status ${status ?? ''}` }),
      };
      return { type: 'sample', sample };
    }
    const failed = /^http (\d+) failed (\d+) ?(.*)$/.exec(line);
    if (failed === null) return undefined;
    const [, number, code = '', words = ''] = failed;
    const said = words.replace(/^curl: \(\d+\) /, '').trim();
    return {
      type: 'sample',
      sample: { number: Number(number), note: said === '' ? (reasons[code] ?? `code ${code}`) : said },
    };
  }
}
