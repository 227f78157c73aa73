import * as l10n from '@vscode/l10n';
import { command } from '../base/command';
import { NetnsError } from '../base/errors';
import { quoteCommand, quoteText } from '../base/shell-quote';
import { readConnections, type TrackedConnection } from '../host/conntrack';
import { conntrackScript } from '../host/conntrack-script';
import type { ObservedNamespace } from '../host/model';
import { inside, placeOfNamespace } from '../plan/actions/place';
import type { Transport } from '../transport/transport';

export interface ConnectionList {
  readonly connections: readonly TrackedConnection[];
  /** There are more than were asked for. */
  readonly hasMore: boolean;
}

/**
 * Reads the connections that the kernel follows in a namespace, now: they are no part of a snapshot, since they come and go with
 * every packet. They come in the kernel’s order, which means nothing.
 *
 * @param limit so many at most
 * @throws NetnsError `commandFailed` where they cannot be read (with the host's words), `unsupported` for a namespace that cannot be
 *   entered, `cancelled`, and whatever the transport throws
 */
export async function readNamespaceConnections(
  transport: Transport,
  namespace: ObservedNamespace,
  limit: number,
  signal?: AbortSignal,
): Promise<ConnectionList> {
  const enter = quoteCommand(inside(placeOfNamespace(namespace), command('sh')).argv);
  const { code, stdout, stderr } = await transport.run(
    `exec ${enter} -c ${quoteText(conntrackScript(limit + 1))}`,
    signal === undefined ? {} : { signal },
  );
  if (code !== 0) {
    throw new NetnsError('commandFailed', l10n.t`The connections of ${called(namespace)} could not be read.`, {
      hostSaid: stderr.trim().slice(-1000),
      advice: l10n.t`It takes root, and /proc/net/nf_conntrack, python3 or conntrack on the host.`,
    });
  }
  const connections = readConnections(stdout.split('\n'));
  return { connections: connections.slice(0, limit), hasMore: connections.length > limit };
}

function called({ isRoot, name, title, id }: ObservedNamespace): string {
  return isRoot ? l10n.t`the root namespace` : l10n.t`namespace ${name ?? title ?? `net:[${id}]`}`;
}
