import assert from 'node:assert/strict';
import type { Disposable } from '../../src/base/disposable';
import { rootNamespace, type HostSnapshot } from '../../src/host/model';
import { createHostStore } from '../../src/lab/host-store';
import type { HostStore } from '../../src/lab/model';
import type { Transport } from '../../src/transport/transport';
import { startTcpProxy } from '../fixtures/tcp-proxy';
import { startLabHost, type LabHost } from '../lab-host';
import {
  connectThrough,
  connectTo,
  linkOf,
  namespaceOf,
  ourProcesses,
  peerOf,
  type,
  until,
  untilStore,
} from './observed-lab';
import { useLabHost } from './use-lab-host';

const has = (name: string) => (snapshot: HostSnapshot) => snapshot.namespaces.some((one) => one.name === name);

for (const plainly of [false, true]) {
  describe(`following the changes of a host, ${plainly ? 'reading all of it again' : 'by the agent'}`, () => {
    let lab: LabHost;
    let transport: Transport;
    let store: HostStore;
    let failures: Error[];
    let changes: number;
    let following: Disposable;

    useLabHost((host) => ({ lab, transport } = host));
    beforeEach(async () => {
      failures = [];
      changes = 0;
      store = createHostStore(transport, { plainly });
      store.onDidFail((error) => failures.push(error));
      following = store.onDidChange(() => changes++);
      await untilStore(store, () => true);
    });
    afterEach(async () => {
      store.dispose();
      await until(async () => (await ourProcesses(lab)).length === 0, 'nothing of ours runs on the host');
      assert.deepEqual(failures, []);
    });

    /** Types a command on the host and waits until the store shows what it does; returns the milliseconds. */
    async function shows(command: string, isSo: (snapshot: HostSnapshot) => boolean): Promise<number> {
      const [milliseconds] = await Promise.all([untilStore(store, isSo), type(lab, [command])]).catch(
        (error: unknown) => {
          throw new Error(`${command}: ${String(error)}`);
        },
      );
      return milliseconds;
    }

    it('shows within a second that a namespace was added or deleted', async () => {
      const added: number[] = [];
      const deleted: number[] = [];
      for (let run = 0; run < 10; run++) {
        added.push(await shows('ip netns add mars', has('mars')));
        deleted.push(await shows('ip netns del mars', (snapshot) => !has('mars')(snapshot)));
      }
      console.log(`      added: ${added.join(' ')} ms; deleted: ${deleted.join(' ')} ms`);
      // The middle, since the machine that runs the tests may be busy; no single change may take more than the five seconds of `shows`.
      for (const times of [added, deleted]) assert.ok(times.sort((a, b) => a - b)[5]! < 1000);
    });

    it('answers who asked for a reading though the last that followed the host goes meanwhile', async () => {
      await type(lab, ['ip netns add mars']);
      const asked = store.refresh();
      following.dispose();
      assert.ok(has('mars')(await asked));
    });

    it('shows what changes in the root namespace', async () => {
      const root = (isSo: (namespace: ReturnType<typeof rootNamespace>) => boolean) => (snapshot: HostSnapshot) =>
        isSo(rootNamespace(snapshot));
      await shows(
        'ip link add br7 type bridge',
        root(({ links }) => links.some(({ name }) => name === 'br7')),
      );
      await shows('ip link set br7 up', (snapshot) => linkOf(snapshot, undefined, 'br7').up);
      await shows('ip link set br7 down', (snapshot) => !linkOf(snapshot, undefined, 'br7').up);
      await shows(
        'ip addr add 10.7.0.1/16 dev br7',
        (snapshot) => linkOf(snapshot, undefined, 'br7').addresses.length > 0,
      );
      await shows('ip link set br7 alias hello', (snapshot) => linkOf(snapshot, undefined, 'br7').alias === 'hello');
      await shows(
        'ip route add blackhole 10.8.0.0/16',
        root(({ routes }) => routes.some(({ to }) => to === '10.8.0.0/16')),
      );
      await shows(
        'ip route del blackhole 10.8.0.0/16',
        root(({ routes }) => !routes.some(({ to }) => to === '10.8.0.0/16')),
      );
      await shows(
        'ip rule add from 10.9.0.0/16 table 9',
        root(({ rules }) => rules.some(({ table }) => table === '9')),
      );
      await shows(
        'sysctl -qw net.ipv4.ip_forward=1',
        root(({ sysctls }) => sysctls['net.ipv4.ip_forward'] === '1'),
      );
      await shows(
        'sysctl -qw net.ipv6.conf.all.forwarding=1',
        root(({ sysctls }) => sysctls['net.ipv6.conf.all.forwarding'] === '1'),
      );
      await shows(
        'iptables -t nat -A POSTROUTING -s 10.7.0.0/16 -j MASQUERADE',
        root(({ nat }) => nat[0]?.source === '10.7.0.0/16'),
      );
      await shows(
        'nft add table ip netns-topology-x',
        root(({ nftTables }) => nftTables.some(({ name }) => name === 'netns-topology-x')),
      );
      await shows(
        'nft flush ruleset',
        root(({ nat, nftTables }) => nat.length === 0 && nftTables.length === 0),
      );
    });

    it('shows what changes inside namespaces that have no cable to the root namespace', async () => {
      const numbers = (await lab.run('ip netns list-id')).stdout;
      await shows('ip netns add left', has('left'));
      await shows('ip netns add right', has('right'));
      await shows(
        'ip link add lr netns left type veth peer name rl netns right',
        (snapshot) =>
          has('left')(snapshot) &&
          namespaceOf(snapshot, 'left').links.length > 1 &&
          peerOf(snapshot, 'left', 'lr') === 'right:rl',
      );
      assert.equal(
        (await lab.run('ip netns list-id')).stdout,
        numbers,
        'the watch numbered namespaces in the root namespace',
      );
      await shows('ip -n left link set lr up', (snapshot) => linkOf(snapshot, 'left', 'lr').up);
      await shows('ip -n right link set rl up', (snapshot) => linkOf(snapshot, 'left', 'lr').operState === 'up');
      await shows('ip -n left addr add 10.5.0.1/24 dev lr', (snapshot) =>
        linkOf(snapshot, 'left', 'lr').addresses.some(({ cidr }) => cidr === '10.5.0.1/24'),
      );
      await shows('ip -n left route add default via 10.5.0.2', (snapshot) =>
        namespaceOf(snapshot, 'left').routes.some(({ to }) => to === 'default'),
      );
      await shows(
        'ip netns exec right sysctl -qw net.ipv4.ip_forward=1',
        (snapshot) => namespaceOf(snapshot, 'right').sysctls['net.ipv4.ip_forward'] === '1',
      );
      await shows(
        'ip netns exec right nft add table ip t',
        (snapshot) => namespaceOf(snapshot, 'right').nftTables.length === 1,
      );
      await shows('ip -n left link del lr', (snapshot) => namespaceOf(snapshot, 'right').links.length === 1);
      await type(lab, ['ip netns del left', 'ip netns del right']);
      await untilStore(store, (snapshot) => !has('left')(snapshot) && !has('right')(snapshot));
    });

    if (!plainly) {
      it('shows what rules of NAT have counted, which no event tells', async () => {
        const counted = (source: string) => (snapshot: HostSnapshot) =>
          rootNamespace(snapshot).nat.find((rule) => rule.source === source)?.packets;
        const rules = {
          '127.0.0.2':
            "nft 'add table ip t; add chain ip t p { type nat hook postrouting priority 100; }; add rule ip t p ip saddr 127.0.0.2 counter masquerade'",
          '127.0.0.3': 'iptables -t nat -A POSTROUTING -s 127.0.0.3 -j MASQUERADE',
          '127.0.0.4': 'iptables-legacy -t nat -A POSTROUTING -s 127.0.0.4 -j MASQUERADE',
        };
        for (const [source, command] of Object.entries(rules)) {
          await shows(command, (snapshot) => counted(source)(snapshot) === 0);
          await shows(`ping -c 1 -I ${source} 127.0.0.1`, (snapshot) => counted(source)(snapshot) === 1);
          await shows(`ping -c 1 -I ${source} 127.0.0.1`, (snapshot) => counted(source)(snapshot) === 2);
        }
        await type(lab, ['nft flush ruleset', 'iptables-legacy -t nat -F']);
        await untilStore(store, (snapshot) => rootNamespace(snapshot).nat.length === 0);
      });
    }

    it('holds no namespace: one that is deleted is gone, with its cables', async () => {
      await type(lab, ['ip netns add held', 'ip link add cable type veth peer name inside netns held']);
      await untilStore(store, has('held'));
      await type(lab, ['ip netns del held']);
      const isGone = async (): Promise<boolean> => (await lab.run('ip link show cable')).code !== 0;
      await until(isGone, 'the cable went with its namespace');
    });

    it('shows a service that starts inside, which sends no event, with the change before it', async () => {
      await type(lab, [
        'ip netns add busy',
        'ip -n busy link set lo up',
        'ip netns exec busy sleep 600 >/dev/null 2>&1 & until ip netns pids busy | grep -q .; do :; done',
      ]);
      await untilStore(
        store,
        (snapshot) => has('busy')(snapshot) && namespaceOf(snapshot, 'busy').processes.length === 1,
      );
      await type(lab, ['kill $(ip netns pids busy)', 'ip netns del busy']);
    });

    it('works little while a link flaps, and shows how it ended', async () => {
      await type(lab, ['ip link add flap type bridge']);
      const begun = Date.now();
      const before = changes;
      await type(lab, [
        'i=0; while [ $i -lt 500 ]; do ip link set flap up; ip link set flap down; i=$((i+1)); done; ip link set flap up',
      ]);
      const flapped = Date.now() - begun;
      await untilStore(store, (snapshot) => linkOf(snapshot, undefined, 'flap').up);
      console.log(`      1001 changes in ${flapped} ms: heard of ${changes - before}`);
      assert.ok(changes - before <= flapped / 100 + 5);
    });

    it('starts its watch again when something on the host kills a part of it', async () => {
      const one = plainly ? 'ip netns monitor$' : 'python3 -I -S -c # netns-topology-agent';
      const [process] = (await lab.run(`pgrep -f '^${one}'`)).stdout.split('\n');
      await type(lab, [`kill -KILL ${process!}`]);
      await until(() => Promise.resolve(failures.length > 0), 'the store says that its watch ended');
      assert.match(failures.splice(0)[0]!.message, plainly ? /stopped following its names/ : /ended with code 137/);
      await shows('ip netns add again', has('again'));
      await type(lab, ['ip netns del again']);
    });

    it('leaves nothing on the host when nobody listens any more', async () => {
      const quiet = createHostStore(transport, { plainly });
      const listening = quiet.onDidChange(() => undefined);
      await untilStore(quiet, () => true);
      store.dispose();
      assert.notEqual((await ourProcesses(lab)).length, 0);
      listening.dispose();
      await until(async () => (await ourProcesses(lab)).length === 0, 'the watch has ended');
      assert.ok(quiet.snapshot !== undefined);
      quiet.dispose();
    });
  });
}

describe('asking for a host that nobody follows yet', () => {
  let lab: LabHost;
  let transport: Transport;

  useLabHost((host) => ({ lab, transport } = host));

  it('is answered by the agent, who stays for whoever follows then, and else goes', async () => {
    await type(lab, ['ip netns add earth']);
    const store = createHostStore(transport, { pace: { linger: 3000 } });
    const snapshot = await store.refresh();
    assert.ok(has('earth')(snapshot));
    assert.ok(snapshot.missingKinds !== undefined, 'what the kernel lacks is said, for whoever plans');
    const [agent] = await ourProcesses(lab);
    assert.match(agent ?? '', /netns-topology-agent/);
    const listening = store.onDidChange(() => undefined);
    await Promise.all([untilStore(store, has('mars')), type(lab, ['ip netns add mars'])]);
    listening.dispose();
    await until(async () => (await ourProcesses(lab)).length === 0, 'the agent has gone');
    assert.ok(has('mars')(await store.refresh()));
    await until(async () => (await ourProcesses(lab)).length === 0, 'the agent has gone again');
    await type(lab, ['ip netns del earth', 'ip netns del mars']);
    store.dispose();
  });

  it('shows a part of a large host while the rest is still being read', async () => {
    // What a program tells of the root namespace comes late, and a picture without that namespace is none.
    const rule = 'iptables -t nat -$VERB POSTROUTING -s 10.9.0.0/16 -j MASQUERADE';
    await type(lab, [rule.replace('$VERB', 'A'), 'for i in $(seq 1000); do echo netns add n$i; done | ip -batch -']);
    const store = createHostStore(transport, { pace: { linger: 100 } });
    const parts: { seen: number; read: number; of: number }[] = [];
    store.onDidReadPart?.(({ snapshot, read, of }) => parts.push({ seen: snapshot.namespaces.length, read, of }));
    const { namespaces } = await store.refresh();
    assert.equal(namespaces.length, 1001);
    console.log(`      ${parts.map(({ read, of }) => `${read} of ${of}`).join(', ')}`);
    assert.ok(parts.length > 0);
    for (const { seen, read, of } of parts) assert.ok(seen > 1 && seen <= read && read < of && of === 1001);
    store.dispose();
    await type(lab, ['ip -all netns del', rule.replace('$VERB', 'D')]);
  });

  it('is followed without root as well, by the plain road at once', async () => {
    const withoutRoot = await connectTo(lab, lab.users.sudoWithPassword);
    assert.equal(withoutRoot.privilege?.type, 'none');
    const store = createHostStore(withoutRoot);
    const failures: Error[] = [];
    store.onDidFail((error) => failures.push(error));
    store.onDidChange(() => undefined);
    await untilStore(store, ({ hostname }) => hostname !== '', 30_000);
    assert.equal(store.tellsRates, false);
    const hasBridge = (snapshot: HostSnapshot): boolean =>
      rootNamespace(snapshot).links.some(({ name }) => name === 'seen');
    await Promise.all([untilStore(store, hasBridge), type(lab, ['ip link add seen type bridge'])]);
    // Each attempt with the agent would have failed, and been told of.
    assert.deepEqual(failures, []);
    await type(lab, ['ip link del seen']);
    store.dispose();
    withoutRoot.dispose();
  });

  it('can be given up, and leaves nothing on the host', async () => {
    const store = createHostStore(transport, { pace: { linger: 500 } });
    const giveUp = new AbortController();
    const asking = store.refresh(giveUp.signal);
    giveUp.abort();
    await assert.rejects(asking, /cancelled/);
    await until(async () => (await ourProcesses(lab)).length === 0, 'nothing of ours runs');
    store.dispose();
  });
});

describe('following a host whose connection is cut', () => {
  it('says so once, and leaves nothing on the host', async () => {
    const lab = await startLabHost();
    const proxy = await startTcpProxy({ host: lab.address, port: lab.port });
    try {
      const transport = await connectThrough(proxy.port, lab);
      const store = createHostStore(transport);
      const failures: Error[] = [];
      store.onDidFail((error) => failures.push(error));
      store.onDidChange(() => undefined);
      await untilStore(store, () => true);
      assert.notEqual((await ourProcesses(lab)).length, 0);
      proxy.cutAll();
      await until(() => Promise.resolve(failures.length > 0), 'the store says that the connection is lost');
      await until(async () => (await ourProcesses(lab)).length === 0, 'the watch has ended on the host');
      store.dispose();
      transport.dispose();
    } finally {
      await proxy.stop();
      await lab.stop();
    }
  });
});
