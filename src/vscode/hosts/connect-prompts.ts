import { window } from 'vscode';
import type { ConnectPrompts } from '../../transport/transport';
import { plainLine } from '../host-data';

const trust = 'Trust and Connect';

/** Asks in a modal dialog, as a question about a key must not be answered by accident. */
export const connectPrompts: ConnectPrompts = {
  async acceptHostKey({ host, keyType, fingerprint }) {
    const answer = await window.showWarningMessage(
      `The host key of ${plainLine(host)} is not known yet.`,
      {
        modal: true,
        detail:
          `${plainLine(keyType)} ${plainLine(fingerprint)}\n\n` +
          'Compare this with the fingerprint that “ssh-keygen -lf” shows for the key on the host itself. ' +
          'If you trust it, it is written to your known_hosts file.',
      },
      trust,
    );
    return answer === trust;
  },
};
