import { NetnsError } from '../../base/errors';
import { observeForAdoption } from '../../lab/adopt';
import { observe } from '../../lab/observe';
import { adoptTopology, labNameFor } from '../../plan/adopt/adopt';
import type { RunCommand } from './work';

/** `adopt`: prints the live state as a topology file. Changes nothing. */
export const runAdopt: RunCommand = async ({ invocation, output, signal, connect }) => {
  const transport = await connect();
  const snapshot = await observe(transport, signal);
  const { namespaces } = invocation;
  const missing = (namespaces ?? []).find((name) => snapshot.namespaces.every((one) => one.name !== name));
  if (missing !== undefined) {
    throw new NetnsError('invalidTopology', `There is no namespace ${missing} on the host.`, {
      advice: '`observe` shows what is there.',
    });
  }
  const details = await observeForAdoption(transport, snapshot, namespaces, signal);
  const name = invocation.name ?? labNameFor(snapshot);
  const { text, leftOut } = adoptTopology(snapshot, {
    name,
    details,
    ...(namespaces === undefined ? {} : { namespaces }),
  });
  output.verbatim(text);
  return { ok: true, document: { lab: name, text, leftOut } };
};
