import type { Batch, BatchLine, Segment } from './script-batches';

/**
 * Which batches a program does in one process, where the host has python3 (`wave-program.ts`): those of a wave with many
 * namespaces, and the removals of a large lab, whose batches follow each other.
 */

/** So many batches of a wave are worth the start of a program (some 40 ms). */
export const worthProgram = 16;

/** So many removals are: ip(8) takes some 0.5 ms for each. */
const worthRemovals = 50;

/** Waves that are carried out by one call. */
export interface Row {
  readonly waves: Segment['waves'];
  /** They are removals in the root namespace, a batch each. */
  readonly isRemoval: boolean;
  readonly isForProgram: boolean;
}

/** The waves of a segment in their order, removals that follow each other together. */
export function rowsOf({ waves }: Segment): Row[] {
  const rows: Row[] = [];
  for (let start = 0, end = 0; start < waves.length; start = end) {
    while (isRemovalWave(waves[end])) end++;
    const isRemoval = end > start;
    if (!isRemoval) end = start + 1;
    const own = waves.slice(start, end);
    const lines = own.flat().reduce((sum, batch) => sum + batch.lines.length, 0);
    const isForProgram = isRemoval ? lines >= worthRemovals : own.some(({ length }) => length >= worthProgram);
    rows.push({ waves: own, isRemoval, isForProgram });
  }
  return rows;
}

function isRemovalWave(wave: readonly Batch[] | undefined): boolean {
  const [batch, ...others] = wave ?? [];
  if (batch === undefined || others.length > 0 || batch.namespace !== undefined || batch.family !== undefined) {
    return false;
  }
  return batch.lines.every((line) => isLinkRemoval(line) || isNamespaceRemoval(line));
}

/** True for a line that removes one interface, by its name alone. */
export function isLinkRemoval(line: BatchLine | undefined): boolean {
  const [object, verb, keyword, , ...more] = line?.words ?? [];
  return object === 'link' && verb === 'del' && keyword === 'dev' && more.length === 0;
}

function isNamespaceRemoval({ words: [object, verb] }: BatchLine): boolean {
  return object === 'netns' && verb === 'del';
}
