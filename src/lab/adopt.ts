import * as l10n from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import { NetnsError } from '../base/errors';
import { adoptionScript } from '../host/adoption-script';
import type { HostSnapshot } from '../host/model';
import { readAdoption, type AdoptionDetails } from '../host/read-adoption';
import type { Transport } from '../transport/transport';

/**
 * Reads of a host what a topology file can say and the snapshot does not hold, in one round trip.
 *
 * @param namespaces those that are to be read; without it, all that have names
 * @throws NetnsError `commandFailed`, `unexpectedOutput`, `cancelled`, and whatever the transport throws
 */
export async function observeForAdoption(
  transport: Transport,
  snapshot: HostSnapshot,
  namespaces: readonly string[] | undefined,
  signal?: AbortSignal,
): Promise<AdoptionDetails> {
  const names = snapshot.namespaces.flatMap(({ name, isRoot }) =>
    isRoot || name === undefined || namespaces?.includes(name) === false ? [] : [name],
  );
  const boundary = randomBytes(12).toString('hex');
  const options = signal === undefined ? {} : { signal };
  const { code, stdout, stderr } = await transport.run(adoptionScript(names, boundary), options);
  if (code !== 0) {
    throw new NetnsError('commandFailed', l10n.t`Reading the host ${transport.description} ended with code ${code}.`, {
      hostSaid: stderr.slice(-1000),
    });
  }
  return readAdoption(stdout, boundary, names);
}
