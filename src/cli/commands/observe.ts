import { observe } from '../../lab/observe';
import { describeSnapshot } from '../describe-snapshot';
import type { RunCommand } from './work';

/** `observe`: reads the host once and shows it. */
export const runObserve: RunCommand = async ({ output, signal, connect }) => {
  const snapshot = await observe(await connect(), signal);
  output.result(describeSnapshot(snapshot));
  return { ok: true, document: { snapshot } };
};
