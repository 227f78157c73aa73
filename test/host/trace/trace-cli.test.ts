import assert from 'node:assert/strict';
import type { LabHost } from '../../lab-host';
import { buildDriver, documentOf, overSsh } from '../cli-driver';
import { useLabHost } from '../use-lab-host';
import { makeWorld } from './world';

describe('npm run lab -- trace', function () {
  this.timeout(120_000);
  let lab: LabHost;

  useLabHost((host) => ({ lab } = host));
  before(async () => {
    await buildDriver();
    await makeWorld(lab);
  });

  it('mends what is found with --fix, one cause after the other, and says how to take it back', async () => {
    const { code, stderr } = await lab.run('sysctl -qw net.ipv4.ip_forward=0; iptables -t nat -F POSTROUTING');
    assert.equal(code, 0, stderr);
    const drive = overSsh(lab, 'root');
    const stuck = documentOf(await drive(['trace', 'earth', '8.8.8.8', '--json']));
    assert.equal(stuck['ok'], false);
    const mended = await drive(['trace', 'earth', '8.8.8.8', '--fix']);
    assert.equal(mended.code, 0, mended.stdout + mended.stderr);
    assert.match(mended.stdout, /✓ earth reaches 8\.8\.8\.8/);
    const back = mended.stdout.slice(mended.stdout.indexOf('To take the fixes back:'));
    assert.match(back, /iptables -t nat -D POSTROUTING .*\n {2}\$ sysctl -w net\.ipv4\.ip_forward=0/);
  });

  it('sends packets of a size with --size', async () => {
    const drive = overSsh(lab, 'root');
    const { trace } = documentOf(await drive(['trace', 'earth', 'neptune', '--size', '1600', '--json'])) as {
      trace: { reached: string; causes: { id: string }[] };
    };
    assert.deepEqual(
      [trace.reached, trace.causes.map(({ id }) => id)],
      ['no', ['mtu', 'mtu']],
      'neither end lets it out',
    );
  });
});
