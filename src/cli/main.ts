import { isCancelled } from '../base/errors';
import type { Transport } from '../transport/transport';
import { parseArguments, type CommandName, type Invocation } from './arguments';
import { runAdopt } from './commands/adopt';
import { runApply } from './commands/apply';
import { runCheckHost } from './commands/check-host';
import { runDestroy } from './commands/destroy';
import { runExport } from './commands/export';
import { runObserve } from './commands/observe';
import { runPlanCommand } from './commands/plan';
import { runTrace } from './commands/trace';
import { runVerify } from './commands/verify';
import type { RunCommand } from './commands/work';
import { connectAsking } from './host-key-prompt';
import { Output } from './output';
import { onStopRequest } from './stop-request';
import { usage, UsageError } from './usage';

const commands: Readonly<Record<CommandName, RunCommand>> = {
  observe: runObserve,
  plan: runPlanCommand,
  apply: runApply,
  verify: runVerify,
  destroy: runDestroy,
  export: runExport,
  adopt: runAdopt,
  trace: runTrace,
  'check-host': runCheckHost,
};

/** Runs the headless driver. Returns the exit code; see `usage` for what the codes mean. */
async function main(argv: readonly string[]): Promise<number> {
  let invocation: Invocation | 'help';
  try {
    invocation = parseArguments(argv);
  } catch (error) {
    new Output(argv.includes('--json')).error(undefined, error);
    return error instanceof UsageError ? 2 : 1;
  }
  if (invocation === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  return await run(invocation);
}

async function run(invocation: Invocation): Promise<number> {
  const output = new Output(invocation.json);
  const stopRequest = onStopRequest(output);
  const { signal } = stopRequest;
  let transport: Transport | undefined;
  const connect = async (): Promise<Transport> => {
    if (invocation.target === undefined) throw new UsageError('--target is missing.');
    return (transport = await connectAsking(invocation.target, signal));
  };
  try {
    const outcome = await commands[invocation.command]({ invocation, output, signal, connect });
    output.document(invocation.command, outcome);
    return outcome.ok ? 0 : 1;
  } catch (error) {
    output.error(invocation.command, error);
    if (error instanceof UsageError) return 2;
    return isCancelled(error) ? 130 : 1;
  } finally {
    transport?.dispose();
    stopRequest.dispose();
  }
}

// A reader that goes away (`… | head`) must not break off an apply.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
