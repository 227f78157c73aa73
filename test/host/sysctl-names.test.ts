import assert from 'node:assert/strict';
import { sysctlNames } from '../../src/language/completion/sysctls';
import { startLabHost, type LabHost } from '../lab-host';

describe('the kernel settings that completion offers', () => {
  let lab: LabHost;
  before(async () => {
    lab = await startLabHost();
  });
  after(() => lab.stop());

  it('are settings of a real kernel, in a namespace of its own', async () => {
    const { code, stdout, stderr } = await lab.run(
      'ip netns add names && ip netns exec names find /proc/sys/net -type f; ip netns del names',
    );
    assert.equal(code, 0, stderr);
    const known = new Set(stdout.split('\n').map((file) => file.replace('/proc/sys/', '').replaceAll('/', '.')));
    assert.ok(known.size > 100, stdout.slice(0, 200));
    const unknown = sysctlNames(['lo']).filter((name) => !known.has(name));
    assert.deepEqual(unknown, []);
    assert.ok(sysctlNames(['absent0']).some((name) => !known.has(name)));
  });
});
