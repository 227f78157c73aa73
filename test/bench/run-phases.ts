import type { Transport } from '../../src/transport/transport';

/** When, in milliseconds since the run began, a plan's script had come so far. */
interface Marks {
  sent?: number;
  begun?: number;
  done?: number;
  kept?: number;
}

/** The seconds that each phase of a run took. */
export interface RunPhases {
  /** Making the script, until it is handed to the connection. */
  readonly compiling: number;
  /** Until the first step begins: the channel, the lock, the journal, the worker's start. */
  readonly starting: number;
  /** The steps. */
  readonly steps: number;
  /** Until the work is kept: a round trip and the record. */
  readonly keeping: number;
  /** Until the script has ended and nothing of it is left. */
  readonly ending: number;
}

/** A transport that notes how far the script of a plan has come, by what it says (`script-events.ts`). */
export function withPhases(transport: Transport): { transport: Transport; phases: (begun: number) => RunPhases } {
  let marks: Marks = {};
  const start: Transport['start'] = async (script, options) => {
    marks = { sent: performance.now() };
    const process = await transport.start(script, options);
    process.onStdout((text) => {
      const now = performance.now();
      if (/^@\w+ begin /m.test(text)) marks.begun ??= now;
      if (/^@\w+ (ready|armed)$/m.test(text)) marks.done ??= now;
      if (/^@\w+ committed$/m.test(text)) marks.kept ??= now;
    });
    return process;
  };
  return {
    transport: Object.create(transport, { start: { value: start } }) as Transport,
    phases: (begun) => {
      const end = performance.now();
      const { sent = end, begun: first = end, done = end, kept = end } = marks;
      const seconds = (from: number, to: number): number => (to - from) / 1000;
      return {
        compiling: seconds(begun, sent),
        starting: seconds(sent, first),
        steps: seconds(first, done),
        keeping: seconds(done, kept),
        ending: seconds(kept, end),
      };
    },
  };
}
