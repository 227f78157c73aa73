// Runs one suite, each of its processes in a group of its own, and counts what it did.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { artifactsFolder, root } from '../setup/paths.mjs';
import { endGroup, startGroup } from '../setup/processes.mjs';
import { secondsFile } from './suites.mjs';

/** How long a suite's process may live on after its last test; longer means that it forgot to close something. */
const patienceAfterLastTest = 20;

/**
 * @param {import('./suites.mjs').Suite} suite
 * @returns {Promise<{ passed: number, failed: number, skipped: number, notes: string[], seconds: number }>} a suite that did not
 * end well has at least one failure, whatever its tests say.
 */
export async function runSuite(suite) {
  mkdirSync(artifactsFolder, { recursive: true });
  const started = Date.now();
  const results = await Promise.all(suite.commands.map((command, index) => runPart(suite, command, index)));
  if (suite.id === 'host' && process.env.UPDATE_SECONDS === '1') keepSeconds(results);
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    notes: results.flatMap(({ notes }) => notes),
    seconds: (Date.now() - started) / 1000,
  };
}

/** What runs beside others keeps its output until it ends: lines of two at once cannot be read. */
async function runPart(suite, command, index) {
  const name = suite.commands.length === 1 ? suite.id : `${suite.id}-${index + 1}`;
  const countsFile = path.join(artifactsFolder, `counts-${name}.json`);
  const outputFile = suite.alone ? undefined : path.join(artifactsFolder, `output-${name}.log`);
  for (const file of [countsFile, outputFile]) if (file !== undefined) rmSync(file, { force: true });
  const end = await runToItsEnd(suite, command, countsFile, outputFile);
  if (outputFile !== undefined) process.stdout.write(readFileSync(outputFile, 'utf8'));
  const counts = existsSync(countsFile) ? JSON.parse(readFileSync(countsFile, 'utf8')) : undefined;
  return { ...judge(suite, counts, end), secondsOf: counts?.seconds ?? {} };
}

/** What is shorter than the few seconds that a file takes at least is not worth a line. */
function keepSeconds(results) {
  const all = Object.entries(Object.assign({}, ...results.map(({ secondsOf }) => secondsOf)));
  const kept = all.map(([file, seconds]) => [file, Math.round(seconds)]).filter(([, seconds]) => seconds >= 5);
  writeFileSync(secondsFile, `${JSON.stringify(Object.fromEntries(kept.sort()), undefined, 2)}\n`);
}

function runToItsEnd(suite, command, countsFile, outputFile) {
  return new Promise((resolve) => {
    const [program, ...args] = command;
    const output = outputFile === undefined ? 'inherit' : openSync(outputFile, 'w');
    const child = startGroup(program, args, {
      cwd: root,
      env: { ...process.env, NETNS_TEST_COUNTS: countsFile },
      stdio: ['ignore', output, output],
    });
    if (output !== 'inherit') closeSync(output);
    let why;
    const end = (reason) => {
      why ??= reason;
      void endGroup(child);
    };
    const limit = setTimeout(() => end(`did not end within ${suite.timeoutSeconds} s`), suite.timeoutSeconds * 1000);
    let endedAt;
    const watch = setInterval(() => {
      if (endedAt === undefined && hasEnded(countsFile)) endedAt = Date.now();
      if (endedAt !== undefined && Date.now() - endedAt > patienceAfterLastTest * 1000) {
        end(`did not exit within ${patienceAfterLastTest} s of its last test: something is still open`);
      }
    }, 1000);
    const settle = (exitCode, reason) => {
      clearTimeout(limit);
      clearInterval(watch);
      resolve({ exitCode, why: why ?? reason });
    };
    child.once('error', (error) => settle(-1, `cannot be started: ${error.message}`));
    child.once('exit', (code, signal) => settle(code ?? -1, signal === null ? undefined : `was ended by ${signal}`));
  });
}

function hasEnded(countsFile) {
  try {
    return JSON.parse(readFileSync(countsFile, 'utf8')).ended;
  } catch {
    return false; // Not there yet, or half written.
  }
}

/** Adds up the counts. Nothing that did not run, and no process that did not end well, may look like a success. */
export function judge(suite, counts, { exitCode, why }) {
  const notes = [];
  if (counts === undefined) {
    notes.push(`${suite.title}: ${why ?? `ended with exit code ${exitCode}`} before the first test.`);
    return { passed: 0, failed: 1, skipped: 0, notes };
  }
  const { passed, failures, skips, total } = counts;
  let failed = failures.length;
  const notRun = total - passed - skips.length - failures.filter(({ isTest }) => isTest).length;
  if (notRun > 0) {
    failed += notRun;
    notes.push(`${suite.title}: ${notRun} tests did not run; they count as failed.`);
  }
  if (why !== undefined) {
    failed++;
    notes.push(`${suite.title}: ${why}.`);
  } else if (exitCode !== 0 && failed === 0) {
    failed++;
    notes.push(`${suite.title}: ended with exit code ${exitCode}, though no test failed.`);
  }
  if (passed + failed + skips.length === 0) {
    failed++;
    notes.push(`${suite.title}: there was not a single test.`);
  }
  for (const { title, message } of failures) {
    notes.push(`failed: ${title}${message === undefined ? '' : `: ${message.replace(/\s*\n\s*/g, ' | ')}`}`);
  }
  for (const title of skips) notes.push(`skipped: ${title}`);
  return { passed, failed, skipped: skips.length, notes };
}
