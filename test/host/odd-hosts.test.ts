import assert from 'node:assert/strict';
import { createHostStore } from '../../src/lab/host-store';
import type { HostStore } from '../../src/lab/model';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { linkOf, namespaceOf, type, until, untilStore } from './observed-lab';
import { useLabHost } from './use-lab-host';

describe('following an odd host', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;
  let store: HostStore;
  let failures: Error[];

  useLabHost((host) => ({ lab, transport } = host));
  beforeEach(async () => {
    failures = [];
    store = createHostStore(transport);
    store.onDidFail((error) => failures.push(error));
    store.onDidChange(() => undefined);
    await untilStore(store, () => true);
  });
  afterEach(async () => {
    store.dispose();
    await lab.run('ip -all netns del');
    assert.deepEqual(failures, []);
  });

  const names = (): string[] => (store.snapshot?.namespaces ?? []).flatMap(({ name }) => name ?? []);

  it('shows names with blanks, dots, quotes and letters of any script, as they come and go', async () => {
    const odd = ['two words', '.hidden', 'a.b-c', 'пространство', '名前空間', 'it’s "quoted"', '$(reboot)', '-n'];
    for (const name of odd) {
      const quoted = `'${name.replaceAll("'", `'\\''`)}'`;
      // ip(8) takes some of them for options; whoever mounts the file himself has them nevertheless.
      await type(lab, [
        `mkdir -p /run/netns; : >/run/netns/${quoted}; unshare -n mount --bind /proc/self/ns/net /run/netns/${quoted}`,
      ]);
    }
    await untilStore(store, () => odd.every((name) => names().includes(name)));
    for (const name of odd) await type(lab, [`umount /run/netns/'${name}'; rm /run/netns/'${name}'`]);
    await untilStore(store, () => names().length === 0);
  });

  it('stays right while namespaces are removed in the middle of being read', async () => {
    await type(lab, ['ip netns add stays; ip -n stays link add d0 type veth peer name d1']);
    const churn = lab.run(`
      for round in 1 2 3 4 5 6 7 8; do
        for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
          echo netns add churn$n; echo link add c$round.$n type veth peer name e netns churn$n
        done | ip -batch -
        for n in 1 2 3 4 5 6 7 8 9 10 11 12; do echo netns del churn$n; done | ip -force -batch -
      done`);
    const asked: Promise<unknown>[] = [];
    for (let look = 0; look < 10; look++) asked.push(store.refresh());
    await Promise.all(asked);
    assert.equal((await churn).stderr, '');
    await untilStore(store, () => names().join() === 'stays');
    const snapshot = await store.refresh();
    assert.equal(linkOf(snapshot, 'stays', 'd0').peer?.name, 'd1');
    assert.deepEqual(snapshot.unread, []);
    assert.ok(!namespaceOf(snapshot, undefined).links.some(({ name }) => /^c\d/.test(name)));
  });

  it('shows 300 interfaces of one namespace, and each change of one of them', async () => {
    await type(lab, [
      'ip netns add many; for i in $(seq 150); do echo "link add a$i type veth peer name b$i"; done | ip -n many -batch -',
    ]);
    await untilStore(
      store,
      (snapshot) => names().includes('many') && namespaceOf(snapshot, 'many').links.length === 301,
    );
    await Promise.all([
      untilStore(store, (snapshot) => linkOf(snapshot, 'many', 'b77').mtu === 1400),
      type(lab, ['ip -n many link set b77 mtu 1400']),
    ]);
    assert.equal(linkOf(store.snapshot!, 'many', 'a77').peer?.name, 'b77');
  });

  it('works little while a link inside flaps 100 times a second, and shows how it ended', async () => {
    await type(lab, ['ip netns add flaps; ip -n flaps link add f0 type veth peer name f1; ip -n flaps link set f1 up']);
    await untilStore(
      store,
      (snapshot) => names().includes('flaps') && namespaceOf(snapshot, 'flaps').links.length === 3,
    );
    const agentTime = async (): Promise<number> => {
      const { stdout } = await lab.run("cut -d ' ' -f 1 /proc/$(pgrep -f '^python3 -I -S -c # netns')/schedstat");
      return Number(stdout) / 1e9;
    };
    let heard = 0;
    store.onDidChange(() => heard++);
    const [begun, before] = [performance.now(), await agentTime()];
    await type(lab, [
      `nsenter --net=/run/netns/flaps python3 -c '
import subprocess, time
end, state = time.monotonic() + 4, "up"
while time.monotonic() < end:
    began = time.monotonic()
    subprocess.run(["ip", "link", "set", "f0", state])
    state = "down" if state == "up" else "up"
    time.sleep(max(0, 0.01 - (time.monotonic() - began)))
subprocess.run(["ip", "link", "set", "f0", "down"])
'`,
    ]);
    const seconds = (performance.now() - begun) / 1000;
    const spent = (await agentTime()) - before;
    await until(() => Promise.resolve(!linkOf(store.snapshot!, 'flaps', 'f0').up), 'the last state is shown');
    console.log(
      `      ${seconds.toFixed(1)} s of flapping: heard of ${heard}, the agent used ${(spent * 1000).toFixed(0)} ms`,
    );
    assert.ok(heard <= seconds * 10 + 5, `${heard} changes in ${seconds} s`);
    assert.ok(spent < seconds / 2);
  });
});
