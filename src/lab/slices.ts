import { cancelledError } from '../transport/cancellation';

/** After so many milliseconds of work others have their turn; a piece takes some 30 for 1,000 namespaces. */
const slice = 10;

/**
 * Does work that comes in pieces in slices: whoever else works in this thread waits for a piece of it at most.
 *
 * @throws NetnsError `cancelled` once `signal` says that nobody wants it any more
 */
export async function inSlices<T>(pieces: Generator<void, T>, signal?: AbortSignal): Promise<T> {
  for (let begun = performance.now(); ;) {
    const { done, value } = pieces.next();
    if (done === true) return value;
    if (performance.now() - begun < slice) continue;
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted === true) throw cancelledError();
    begun = performance.now();
  }
}
