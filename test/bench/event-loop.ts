import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds between two looks at the clock. */
const resolution = 1;

/** Runs work and tells the longest time, in milliseconds, for which this thread's event loop answered nobody meanwhile. */
export async function longestBlock(work: () => Promise<void>): Promise<number> {
  const delays = monitorEventLoopDelay({ resolution });
  delays.enable();
  try {
    await work();
    // The delay that the work's last piece made is noted when the loop turns once more.
    await new Promise((resolve) => setTimeout(resolve, 5));
  } finally {
    delays.disable();
  }
  return Math.max(delays.max / 1e6 - resolution, 0);
}
