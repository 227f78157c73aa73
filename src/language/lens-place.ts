import type { ParsedTopology } from '../topology/parse';

/** The offset that the lenses on the whole file stand above: its `name`, or its beginning while it has none. */
export function fileLensOffset({ keyRangeOf }: ParsedTopology): number {
  return keyRangeOf(['name'])?.start ?? 0;
}
