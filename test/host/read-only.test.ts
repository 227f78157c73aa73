import assert from 'node:assert/strict';
import type { NetnsError } from '../../src/base/errors';
import { Host } from '../../src/vscode/hosts/host';
import { hostServices } from '../../src/vscode/hosts/host-services';
import { noPrompts, targetOf, until } from '../fixtures/ssh';
import { startLabHost, type LabHost } from '../lab-host';

describe('a host on which we have no root', () => {
  let lab: LabHost;
  let host: Host;
  before(async () => {
    lab = await startLabHost();
    await lab.run(`ip netns add mars; ip link add br0 type bridge; ip link set br0 up
      ip link add v1 type veth peer name v2 netns mars; ip link set v1 master br0 up; nft add table ip mine`);
    host = new Host({ id: 'lab1', label: 'lab1', target: targetOf(lab, 'student') }, hostServices);
    await host.connect(noPrompts);
  });
  after(async () => {
    host.dispose();
    await lab.stop();
  });

  it('is shown as far as it can be seen, and says what is missing and why', () => {
    const { snapshot } = host;
    assert.equal(host.state.status, 'live');
    assert.ok(snapshot !== undefined);
    assert.ok(snapshot.namespaces.find(({ isRoot }) => isRoot)?.links.some(({ name }) => name === 'br0'));
    const unread = snapshot.unread.map(({ what }) => what).sort();
    assert.deepEqual(unread, ['namespace mars', 'nftables rules of the root namespace']);
    assert.match(host.readOnlyBecause?.message ?? '', /sudo does not allow it without a password/);
  });

  it('is followed', async function () {
    // First it is tried whether the host runs the agent.
    this.timeout(120_000);
    const watch = host.watch();
    try {
      await until('it is watched', async () => (await lab.run('pgrep -u student -x ip')).code === 0, 45_000);
      await lab.run('ip link add br-new type bridge');
      await until('the bridge is seen', () => {
        return host.snapshot?.namespaces.some(({ links }) => links.some(({ name }) => name === 'br-new')) === true;
      });
    } finally {
      watch.dispose();
    }
  });

  it('is changed by nothing: apply, destroy, checks and actions are refused with the reason', async () => {
    for (const work of [() => host.exclusively(() => Promise.resolve()), () => host.sharing(() => Promise.resolve())]) {
      await assert.rejects(work, (error: NetnsError) => error.reason === 'privilege' && error.advice !== undefined);
    }
  });
});
