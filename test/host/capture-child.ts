import { connect } from '../../src/transport/connect';
import type { SshTarget } from '../fixtures/ssh';
import { noPrompts } from '../fixtures/ssh';
import { earth, mars, startSession } from './capture-lab';

/** Captures until somebody ends it, for a test that kills it: argv[2] is the target as JSON. */
async function main(): Promise<void> {
  const transport = await connect(JSON.parse(process.argv[2] ?? '') as SshTarget, noPrompts);
  await startSession(transport, [earth, mars]);
  console.log('running');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
