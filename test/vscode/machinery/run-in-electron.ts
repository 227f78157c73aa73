import { runTests } from '@vscode/test-electron';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { bundleSuite } from './extension-host';
import { userSettings, writeSettings } from './settings';
import { copyExamples, labHostEnvironment, startLabHost } from './suite-setup';
import { temporaryFolder } from './temporary-folder';

const repository = path.resolve(__dirname, '../../..');

/**
 * `npm run test:electron`: the suite of test/vscode/in-host in a desktop VS Code, the one that VSCODE_EXECUTABLE_PATH names or one
 * that is downloaded into .vscode-test/. As root, because it starts a lab host.
 */
async function main(): Promise<void> {
  const build = spawnSync(process.execPath, ['scripts/build.mjs', '--quiet'], { cwd: repository, stdio: 'inherit' });
  if (build.status !== 0) throw new Error('The build failed.');
  const suite = await bundleSuite('');
  const folder = await temporaryFolder('electron');
  const lab = await startLabHost();
  try {
    const userData = path.join(folder.path, 'user-data');
    await writeSettings(userData, userSettings([]));
    const executable = process.env['VSCODE_EXECUTABLE_PATH'];
    await runTests({
      ...(executable === undefined ? {} : { vscodeExecutablePath: executable }),
      extensionDevelopmentPath: repository,
      extensionTestsPath: suite,
      extensionTestsEnv: labHostEnvironment(lab),
      launchArgs: [
        await copyExamples(folder.path),
        ...['--user-data-dir', userData],
        ...['--extensions-dir', path.join(folder.path, 'extensions')],
        '--disable-extensions',
        '--disable-workspace-trust',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // Electron, like Chromium, refuses its sandbox to root.
      ],
    });
  } finally {
    await lab.stop();
    folder.remove();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  console.error(
    '\nWithout a way to download VS Code, name one that is installed: VSCODE_EXECUTABLE_PATH=/usr/share/code/code',
  );
  process.exitCode = 1;
});
