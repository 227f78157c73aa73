/**
 * Measures the editor's work on a topology of 5,000 lines (1,000 namespaces) beside a small one, in a real extension host:
 * `npm run bench:language`. Prints a table, in milliseconds and megabytes.
 */
import { mkdir } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { bundleSuite, linePrefix, runInExtensionHost } from '../vscode/machinery/extension-host';
import { userSettings } from '../vscode/machinery/settings';
import { temporaryFolder } from '../vscode/machinery/temporary-folder';
import type { Measured } from './language-suite';

async function main(): Promise<void> {
  const suite = await bundleSuite(linePrefix, path.join(__dirname, 'language-suite.ts'));
  const folder = await temporaryFolder('bench');
  const workspace = path.join(folder.path, 'workspace');
  await mkdir(workspace);
  const measured: Measured[] = [];
  try {
    const { exitCode } = await runInExtensionHost({
      suite,
      folder: folder.path,
      workspace,
      settings: userSettings([]),
      logFile: path.join(folder.path, 'workbench.log'),
      timeoutSeconds: 300,
      onOutput: (line) => {
        const found = /^NETNS_BENCH (.*)$/.exec(line)?.[1];
        if (found === undefined) console.log(line);
        else measured.push(JSON.parse(found) as Measured);
      },
    });
    if (exitCode !== 0) throw new Error(`The benchmark ended with exit code ${exitCode}.`);
  } finally {
    folder.remove();
  }
  print(measured);
}

function print(measured: readonly Measured[]): void {
  const names = Object.keys(measured[0]?.values ?? {});
  // What else ran on the machine made everything slower.
  console.log(`${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}\n`);
  console.log(`| | ${measured.map(({ lines }) => `${lines} lines`).join(' | ')} |`);
  console.log(`| --- |${measured.map(() => ' ---: |').join('')}`);
  for (const name of names) {
    console.log(`| ${name} | ${measured.map(({ values }) => (values[name] ?? NaN).toFixed(0)).join(' | ')} |`);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
