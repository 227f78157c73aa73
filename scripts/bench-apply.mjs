// Runs test/bench/apply.ts with what it compares with: Mininet, installed where there is apt.
import { ensurePackages } from './setup/debian-packages.mjs';
import { run } from './setup/processes.mjs';

await ensurePackages(['lab host', 'Mininet']);
await run('node', ['--import', 'tsx', 'test/bench/apply.ts', ...process.argv.slice(2)]);
