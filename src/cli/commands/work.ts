import type { Transport } from '../../transport/transport';
import type { Invocation } from '../arguments';
import type { Outcome, Output } from '../output';

/** What a command works with. */
export interface Work {
  readonly invocation: Invocation;
  readonly output: Output;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Connects to the target; commands first read their file, so that a mistake in it needs no host. The caller disposes. */
  readonly connect: () => Promise<Transport>;
}

export type RunCommand = (work: Work) => Promise<Outcome>;

/** The file of a command that cannot be without one; the command line was checked for it. */
export function fileOf({ file }: Invocation): string {
  if (file === undefined) throw new Error('A command line without a file was let through.');
  return file;
}
