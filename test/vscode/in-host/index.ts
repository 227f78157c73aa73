import Mocha from 'mocha';
import { recordOutcomes } from './outcomes';
import { removeTopologies } from './support';

/**
 * The suite that runs inside a real extension host: VS Code calls `run` (`extensionTestsPath`). Prints what each test did and,
 * as the last line, `NETNS_TEST_RESULT {"passed":…,"failed":…,"skipped":…}`; rejects where a test failed.
 */
export async function run(): Promise<void> {
  // For working on one thing: NETNS_TEST_GREP='Check results' npm test -- --suite in-host
  const grep = process.env['NETNS_TEST_GREP'];
  const options = { ui: 'bdd', timeout: 60_000, color: false, reporter: 'spec' } as const;
  const mocha = new Mocha(grep === undefined ? options : { ...options, grep });
  mocha.suite.emit('pre-require', globalThis, 'in-host', mocha);
  recordOutcomes();
  await import('./manifest.test');
  await import('./host-settings.test');
  await import('./host.test');
  await import('./connect-prompts.test');
  await import('./tree.test');
  await import('./words-from-hosts.test');
  await import('./editor.test');
  await import('./editor-language.test');
  await import('./editor-lenses.test');
  await import('./editor-problems.test');
  await import('./editor-fixes.test');
  await import('./editor-completion.test');
  await import('./editor-untouched.test');
  await import('./editor-places.test');
  await import('./editor-typing.test');
  await import('./editor-entries.test');
  await import('./editor-live.test');
  await import('./hosts-setting.test');
  await import('./host-editing.test');
  await import('./check-results.test');
  await import('./graph-content.test');
  await import('./graph.test');
  await import('./graph-rates.test');
  await import('./graph-editing.test');
  await import('./graph-export.test');
  await import('./api.test');
  await import('./lab.test');
  await import('./adoption.test');
  await import('./command-approval.test');
  await import('./drift.test');
  await import('./check-tests.test');
  await import('./check-host.test');
  await import('./tasks.test');
  await import('./export.test');
  await import('./adopt.test');
  await import('./actions-shell.test');
  await import('./actions-change.test');
  await import('./actions-programs.test');
  await import('./capture.test');
  await import('./actions-forwards.test');
  await import('./actions-in-file.test');
  await import('./measure.test');
  await import('./trace.test');
  await import('./actions-services.test');
  await import('./actions-nat.test');
  await import('./plan-document.test');
  // Last: it looks at what the others have called.
  await import('./actions-all.test');
  // It opens every example, which others find unopened.
  await import('./examples.test');
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run((count) => resolve(count));
    let [passed, failed, skipped] = [0, 0, 0];
    runner.on('pass', () => passed++);
    runner.on('fail', () => failed++);
    runner.on('pending', () => skipped++);
    runner.on('end', () => {
      console.log(`NETNS_TEST_RESULT ${JSON.stringify({ passed, failed, skipped })}`);
    });
  });
  removeTopologies();
  if (failures > 0) throw new Error(`${failures} tests failed in the extension host.`);
}
