import { waitForLockScript } from '../plan/script-launcher';
import type { Transport } from '../transport/transport';

/**
 * Waits until nobody changes the host any more. The waiting is done on the host, on the lock itself, so that it ends the
 * moment the lock is free; it holds nothing, and ends with the connection.
 *
 * @throws NetnsError `cancelled`, `connectionLost`
 */
export async function untilUnlocked(transport: Transport, signal?: AbortSignal): Promise<void> {
  const process = await transport.start(waitForLockScript, signal === undefined ? {} : { signal });
  await process.exited;
}
