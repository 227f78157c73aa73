import { LineReader } from '../base/line-reader';
import type { RemoteProcess, StartOptions, Transport } from '../transport/transport';

/** How much of the end of the standard error is kept, in characters. */
const keptStderr = 4096;

/**
 * Runs a script to its end and hands over each line of its standard output as it comes.
 *
 * @returns the end of its standard error, for an error's message
 * @throws what `Transport.start` and `RemoteProcess.exited` throw. The process has ended then, or is being ended.
 */
export async function runLines(
  transport: Transport,
  script: string,
  onLine: (line: string) => void,
  options: StartOptions = {},
): Promise<string> {
  const process = await transport.start(script, options);
  const lines = new LineReader();
  const stderr = keepStderr(process);
  const subscription = process.onStdout((text) => {
    for (const line of lines.feed(text)) onLine(line);
  });
  try {
    await process.exited;
  } finally {
    subscription.dispose();
    process.dispose();
  }
  return stderr();
}

/** Keeps the end of what a process says on its standard error. @returns what says it */
export function keepStderr(process: Pick<RemoteProcess, 'onStderr'>): () => string {
  let said = '';
  process.onStderr((text) => (said = (said + text).slice(-keptStderr)));
  return () => said;
}
