import { l10n } from 'vscode';
import { command } from '../../base/command';
import { NetnsError } from '../../base/errors';
import { connectionTable, mostListed } from '../../lab/connection-table';
import { readNamespaceConnections } from '../../lab/connections';
import { goneError, nameOf } from '../../lab/actions/shell';
import { namespaceOf } from '../../lab/actions/subjects';
import type { HostSnapshot, ObservedNamespace } from '../../host/model';
import { inside, placeOfNamespace } from '../../plan/actions/place';
import { plainLine } from '../host-data';
import { CommandId } from '../ids';
import { withLateProgress } from '../progress';
import type { Action, ActionCall } from './action';

/** The connections that the kernel follows in a namespace or on the host, with what NAT made of them, as a table in a document. */
export const showConnections: Action = {
  id: CommandId.showConnections,
  title: l10n.t('Show Connections'),
  appliesTo: ['namespace', 'host'],
  many: false,
  question: l10n.t('Show the connections of which namespace?'),
  async run(call) {
    const { host, parts } = call;
    const { namespace, name } = placeOf(call);
    const list = await withLateProgress(l10n.t('Reading the connections of {0}', name), (signal) =>
      readNamespaceConnections(host.transport(), namespace, mostListed, signal),
    );
    const output = await parts.outputs.open(plainLine(l10n.t('Connections of {0}', `${name} @ ${host.label}`)), false);
    output.write(connectionTable(list, l10n.t('{0} on {1}', name, host.label), new Date().toLocaleTimeString()));
    return { outcome: 'done', value: list.connections.length };
  },
  commands: (call) => Promise.resolve([inside(placeOfNamespace(placeOf(call).namespace), command('conntrack', '-L'))]),
};

function placeOf({ host, subjects: [subject] }: ActionCall): { namespace: ObservedNamespace; name: string } {
  const snapshot: HostSnapshot | undefined = host.snapshot;
  if (snapshot === undefined) throw new NetnsError('connectionLost', l10n.t('{0} is not connected.', host.label));
  const namespace = namespaceOf(snapshot, subject);
  if (namespace === undefined) throw goneError(subject);
  return { namespace, name: subject.type === 'host' ? l10n.t('the host') : nameOf(subject, snapshot) };
}
