import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { quoteCommand } from '../../src/base/shell-quote';
import type { LabHost } from '../lab-host';
import { buildDriver, documentOf, projectFolder } from './cli-driver';
import { settledState, untilStateIs } from './lab-plans';
import { type } from './observed-lab';
import { useLabHost } from './use-lab-host';

/**
 * The trap of the fourth tutorial: its bridge is 192.168.0.1/16, and so is many a network at home. The host has its address
 * in there, and so has the client, which is a namespace of the host here: these addresses are never used outside of it.
 */
describe('a host that is itself in the network of the tutorial’s bridge', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let atFirst: string;

  useLabHost((host) => ({ lab } = host));
  before(async () => {
    await buildDriver();
    const key = await readFile(lab.identityFile, 'utf8');
    const known = (await readFile(lab.knownHostsFile, 'utf8')).replace(lab.address, '192.168.0.20');
    await type(lab, [
      'ip netns add client',
      'ip link add lan0 type veth peer name lan0 netns client',
      'ip addr add 192.168.0.20/16 dev lan0',
      'ip link set lan0 up',
      'ip -n client addr add 192.168.0.50/16 dev lan0',
      'ip -n client link set lan0 up',
      `umask 077; cat >/tmp/known <<'END'\n${known}END`,
      `umask 077; cat >/tmp/key <<'END'\n${key}END`,
    ]);
    await drive('observe');
    atFirst = await settledState(lab);
  });

  /** The driver, as somebody at 192.168.0.50 would run it. */
  async function drive(...words: readonly string[]) {
    const target = ['--target', 'ssh://root@192.168.0.20', '--identity', '/tmp/key', '--known-hosts', '/tmp/known'];
    const driver = [process.execPath, path.join(projectFolder, 'dist/lab.js'), ...words, ...target, '--json'];
    return await lab.run(quoteCommand(['ip', 'netns', 'exec', 'client', ...driver]));
  }

  for (const name of ['in-and-out-1-bridge', 'in-and-out-2-gateway', 'in-and-out']) {
    it(`has ${name} refused before anything runs, with the reason`, async () => {
      const result = await drive('apply', path.join(projectFolder, 'examples', `${name}.netns.yaml`));
      assert.equal(result.code, 1, result.stderr);
      const { error } = documentOf(result) as { error: { reason: string; message: string; advice: string } };
      assert.equal(error.reason, 'unsafe');
      assert.match(error.message, /192\.168\.0\.1\/16/);
      assert.match(error.message, /SSH connection/);
      assert.match(error.advice, /Nothing was changed/);
      await untilStateIs(lab, atFirst, 'after the refusal');
    });
  }

  it('takes the same lab in another network', async () => {
    const text = await readFile(path.join(projectFolder, 'examples/in-and-out.netns.yaml'), 'utf8');
    await type(lab, [`cat >/tmp/other.netns.yaml <<'END'\n${text.replaceAll('192.168.', '10.168.')}END`]);
    const applied = await drive('apply', '/tmp/other.netns.yaml');
    assert.equal(applied.code, 0, applied.stderr);
    const destroyed = await drive('destroy', '/tmp/other.netns.yaml');
    assert.equal(destroyed.code, 0, destroyed.stderr);
    await untilStateIs(lab, atFirst, 'after the destroy');
  });
});
