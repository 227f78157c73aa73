import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';

/**
 * A token marks a script's own lines of output, and stands in it unquoted.
 *
 * @throws NetnsError `internal` for one that is not 8 to 64 letters and digits
 */
export function requirePlainToken(token: string): void {
  if (!/^[A-Za-z0-9]{8,64}$/.test(token))
    throw new NetnsError('internal', l10n.t`The token of a script must be plain.`);
}
