import * as l10n from '@vscode/l10n';
import type { LineParser, Reading } from './model';

/** curl's exit codes that need words (curl(1), EXIT CODES). */
const reasons: Readonly<Record<string, string>> = {
  '6': l10n.t`the name was not found`,
  '7': l10n.t`the connection was refused, or there is no way`,
  '28': l10n.t`no answer in time`,
  '52': l10n.t`an empty answer`,
  '56': l10n.t`the connection was reset`,
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
        ...(isFine ? {} : { note: l10n.t`status ${status ?? ''}` }),
      };
      return { type: 'sample', sample };
    }
    const failed = /^http (\d+) failed (\d+) ?(.*)$/.exec(line);
    if (failed === null) return undefined;
    const [, number, code = '', words = ''] = failed;
    const said = words.replace(/^curl: \(\d+\) /, '').trim();
    return {
      type: 'sample',
      sample: { number: Number(number), note: said === '' ? (reasons[code] ?? l10n.t`code ${code}`) : said },
    };
  }
}
