// Mocha's own "spec" on the console, and the counts in the file that the environment variable NETNS_TEST_COUNTS names. The file is
// written after every test, so that a suite which is cut off still has the counts so far. It says too how long each file took.
const { writeFileSync } = require('node:fs');
const path = require('node:path');
const process = require('node:process');
const { reporters, Runner } = require('mocha');

const { EVENT_HOOK_END, EVENT_RUN_END, EVENT_TEST_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } =
  Runner.constants;

module.exports = class CountsReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const counts = { total: runner.total, passed: 0, failures: [], skips: [], seconds: {}, ended: false };
    const write = () => {
      if (process.env.NETNS_TEST_COUNTS) writeFileSync(process.env.NETNS_TEST_COUNTS, JSON.stringify(counts));
    };
    runner.on(EVENT_TEST_PASS, () => {
      counts.passed++;
      write();
    });
    let before = Date.now();
    const clock = ({ file, parent }) => {
      const name = path.relative(process.cwd(), file ?? parent?.file ?? '');
      counts.seconds[name] = (counts.seconds[name] ?? 0) + (Date.now() - before) / 1000;
      before = Date.now();
    };
    runner.on(EVENT_HOOK_END, clock);
    runner.on(EVENT_TEST_END, clock);
    // A hook that fails is here too; the tests that it kept from running are missing from the sum.
    runner.on(EVENT_TEST_FAIL, (test, error) => {
      const message = String(error?.message ?? error).slice(0, 500);
      counts.failures.push({ title: test.fullTitle(), isTest: test.type === 'test', message });
      write();
    });
    runner.on(EVENT_TEST_PENDING, (test) => {
      counts.skips.push(test.fullTitle());
      write();
    });
    runner.once(EVENT_RUN_END, () => {
      counts.ended = true;
      write();
    });
    write();
  }
};
