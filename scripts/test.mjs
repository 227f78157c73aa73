// `npm test`: installs what is missing, builds, and runs every suite. `-- --suite unit|host|in-host|driven` (also several times)
// runs only some. The last line of the output is always `N passed, N failed, N skipped`.
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureCodeServer } from './setup/code-server.mjs';
import { ensurePackages } from './setup/debian-packages.mjs';
import { ensureNpmPackages } from './setup/npm-packages.mjs';
import { artifactsFolder, root } from './setup/paths.mjs';
import { run } from './setup/processes.mjs';
import { main, requireNode, say, StopError } from './setup/say.mjs';
import { requireTypeScript } from './setup/typescript.mjs';
import { runSuite } from './testing/run-suite.mjs';
import { suites } from './testing/suites.mjs';

const measurementsFile = path.join(artifactsFolder, 'measurements.jsonl');

await main(async () => {
  requireNode(20);
  const selected = selectSuites();
  const started = Date.now();
  const isRoot = process.getuid?.() === 0;
  const runnable = selected.filter((suite) => isRoot || !suite.needsRoot);
  const limits = [];
  for (const suite of selected.filter((other) => !runnable.includes(other))) {
    limits.push(`Skipped, because only root may make network namespaces: ${suite.title}. Run "sudo npm test".`);
  }

  await ensureNpmPackages();
  await ensurePackages([...new Set(selected.flatMap((suite) => suite.packages))]);
  if (runnable.some((suite) => suite.needsCodeServer)) await ensureCodeServer();
  limits.push(...(await limitsOfThisMachine(isRoot)));

  for (const old of [measurementsFile, path.join(artifactsFolder, 'screenshots')])
    rmSync(old, { recursive: true, force: true });
  const isPackaged = runnable.some((suite) => suite.needsPackage);
  const build = isPackaged ? 'scripts/package.mjs' : 'scripts/build.mjs';
  if ((await run(process.execPath, [build], { cwd: root, allowFailure: true })) !== 0) {
    say('The build failed: nothing was tested.');
    console.log(count({ passed: 0, failed: 1, skipped: 0 }));
    return 1;
  }

  const total = { passed: 0, failed: 0, skipped: selected.length - runnable.length };
  const lines = [];
  const notes = [];
  const results = new Map();
  const together = runnable.filter(({ alone }) => !alone);
  for (const wave of [together, ...runnable.filter(({ alone }) => alone).map((suite) => [suite])]) {
    if (wave.length === 0) continue;
    say(`Running the ${wave.map(({ title }) => title).join(' and the ')} …`);
    await Promise.all(wave.map(async (suite) => results.set(suite, await runSuite(suite))));
  }
  for (const [suite, result] of results) {
    for (const key of Object.keys(total)) total[key] += result[key];
    lines.push(`${suite.title.padEnd(46)} ${count(result)}  (${result.seconds.toFixed(0)} s)`);
    notes.push(...result.notes);
  }

  const minutes = ((Date.now() - started) / 60_000).toFixed(1);
  printList('Measured', measurements());
  printList('What this machine cannot do', limits);
  printList('To look at', notes);
  printList(`Suites, ${minutes} minutes with set-up and build`, lines);
  console.log(count(total));
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
});

function selectSuites() {
  const { values } = parseArgs({ options: { suite: { type: 'string', multiple: true } } });
  const ids = values.suite ?? suites.map(({ id }) => id);
  const unknown = ids.find((id) => !suites.some((suite) => suite.id === id));
  if (unknown !== undefined) {
    throw new StopError(`There is no suite "${unknown}"; there are ${suites.map(({ id }) => id).join(', ')}.`, 2);
  }
  return suites.filter(({ id }) => ids.includes(id));
}

/** What the tests would use if it were here. Which tests skip for it, they say themselves. */
async function limitsOfThisMachine(isRoot) {
  const limits = [];
  if (isRoot && process.platform === 'linux') {
    const { probeKernel } = requireTypeScript('test/lab-host/kernel.ts');
    const lacking = Object.entries(await probeKernel()).filter(([, present]) => !present);
    for (const [feature] of lacking) limits.push(`The kernel has no ${feature}.`);
  }
  if (process.env.VSCODE_EXECUTABLE_PATH === undefined) {
    limits.push(
      'No desktop VS Code: the tests use code-server; "npm run test:electron" uses VSCODE_EXECUTABLE_PATH or a download.',
    );
  }
  return limits;
}

/** What the build and the tests measured: one JSON object per line, `{ name, value, unit }`, of which the last with a name counts. */
function measurements() {
  try {
    const lines = readFileSync(measurementsFile, 'utf8').trim().split('\n');
    const newest = new Map(lines.map((line) => JSON.parse(line)).map((one) => [one.name, one]));
    return [...newest.values()].map(({ name, value, unit }) => `${name}: ${value} ${unit}`);
  } catch {
    return [];
  }
}

function count({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function printList(title, lines) {
  if (lines.length > 0) console.log(`\n${title}:\n${lines.map((line) => `  ${line}`).join('\n')}\n`);
}
