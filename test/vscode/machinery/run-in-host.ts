import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundleSuite, linePrefix, runInExtensionHost } from './extension-host';
import { userSettings } from './settings';
import { copyExamples, labHostEnvironment, startLabHost } from './suite-setup';
import { temporaryFolder } from './temporary-folder';

const artifacts = path.resolve(__dirname, '../../../artifacts');

/** `npm test`'s suite "in-host": test/vscode/in-host in a real extension host, beside a lab host. Exits with 0 if all held. */
async function main(): Promise<number> {
  const suite = await bundleSuite(linePrefix);
  const folder = await temporaryFolder('in-host');
  const lab = await startLabHost();
  try {
    mkdirSync(path.join(artifacts, 'screenshots'), { recursive: true });
    const { exitCode, result } = await runInExtensionHost({
      suite,
      folder: folder.path,
      workspace: await copyExamples(folder.path),
      settings: userSettings([]),
      env: labHostEnvironment(lab),
      screenshot: path.join(artifacts, 'screenshots/in-host.png'),
      logFile: path.join(artifacts, 'in-host-workbench.log'),
      timeoutSeconds: 600,
      onOutput: (line) => {
        console.log(line);
      },
    });
    writeCounts(result);
    return exitCode === 0 && result !== undefined && result.failed === 0 ? 0 : 1;
  } finally {
    await lab.stop();
    folder.remove();
  }
}

/** Counts in the shape of scripts/testing/counts-reporter.cjs; the titles stand in the output already. */
function writeCounts(result: { passed: number; failed: number; skipped: number } | undefined): void {
  const file = process.env['NETNS_TEST_COUNTS'];
  if (file === undefined || result === undefined) return;
  const { passed, failed, skipped } = result;
  const titles = (count: number, what: string) =>
    Array.from({ length: count }, (_, n) => `${what} ${n + 1}, see above`);
  const failures = titles(failed, 'a test in the extension host').map((title) => ({ title, isTest: true }));
  const skips = titles(skipped, 'a test in the extension host');
  writeFileSync(file, JSON.stringify({ total: passed + failed + skipped, passed, failures, skips, ended: true }));
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
