import assert from 'node:assert/strict';
import { NetnsError } from '../../../src/base/errors';
import { Host } from '../../../src/vscode/hosts/host';
import { HostRegistry } from '../../../src/vscode/hosts/host-registry';
import { configuration, FakeHost, noPrompts } from './fake-host';
import { namespace, snapshot } from './snapshots';

describe('A host’s connection', () => {
  let fake: FakeHost;
  let host: Host;
  let states: string[];

  beforeEach(() => {
    fake = new FakeHost(snapshot());
    host = new Host(configuration('lab1'), fake.services);
    states = [];
    host.onDidChange((change) => {
      if (change === 'state') states.push(host.state.status);
    });
  });
  afterEach(() => {
    host.dispose();
    assert.equal(fake.transportsOpen, 0, 'a transport is left open');
    assert.equal(fake.listeners, 0, 'somebody still listens to the store');
  });

  it('is made once, however many ask, and is live with a reading', async () => {
    await Promise.all([host.connect(noPrompts), host.connect(noPrompts)]);
    await host.connect(noPrompts);
    assert.equal(fake.connectCalls, 1);
    assert.deepEqual(states, ['connecting', 'live']);
    assert.equal(host.snapshot?.hostname, 'lab');
  });

  it('that fails says why, and can be tried again', async () => {
    fake.failure = new NetnsError('login', 'Refused.');
    await assert.rejects(host.connect(noPrompts), { reason: 'login' });
    assert.equal(host.state.status, 'failed');
    fake.failure = undefined;
    await host.connect(noPrompts);
    assert.deepEqual(states, ['connecting', 'failed', 'connecting', 'live']);
  });

  it('that is stopped while it is made rejects as cancelled, and the next attempt is not touched by it', async () => {
    let open = (): void => undefined;
    fake.gate = new Promise((resolve) => (open = resolve));
    const first = host.connect(noPrompts);
    host.disconnect();
    const second = host.connect(noPrompts);
    open();
    await assert.rejects(first, { reason: 'cancelled' });
    await second;
    assert.equal(host.state.status, 'live');
    assert.equal(fake.transportsOpen, 1);
  });

  it('that ends by itself is lost, with the reason and without a picture', async () => {
    await host.connect(noPrompts);
    fake.loseConnection(new NetnsError('connectionLost', 'Cut.'));
    assert.equal(host.state.status, 'lost');
    assert.equal(host.snapshot, undefined);
    assert.throws(() => host.transport(), { reason: 'connectionLost' });
  });

  it('is watched only while somebody looks, also over a new connection', async () => {
    const first = host.watch();
    assert.equal(fake.listeners, 0);
    await host.connect(noPrompts);
    const second = host.watch();
    assert.equal(fake.listeners, 1);
    first.dispose();
    first.dispose();
    assert.equal(fake.listeners, 1);
    host.disconnect();
    assert.equal(fake.listeners, 0);
    await host.connect(noPrompts);
    assert.equal(fake.listeners, 1);
    second.dispose();
    assert.equal(fake.listeners, 0);
  });

  it('is for one work that changes the host at a time', async () => {
    let finish = (): void => undefined;
    const first = host.exclusively(() => new Promise<void>((resolve) => (finish = resolve)));
    assert.equal(host.isBusy, true);
    await assert.rejects(
      host.exclusively(() => Promise.resolve()),
      { reason: 'busy' },
    );
    finish();
    await first;
    await assert.rejects(
      host.exclusively(() => Promise.reject(new Error('fails'))),
      /fails/,
    );
    assert.equal(await host.exclusively(() => Promise.resolve(7)), 7);
  });

  it('keeps its picture where a reading fails, and says so until the next one', async () => {
    await host.connect(noPrompts);
    const watch = host.watch();
    fake.failReading(new NetnsError('commandFailed', 'No.'));
    assert.equal(host.state.status, 'live');
    assert.equal(host.lastReadingError?.message, 'No.');
    fake.change(snapshot({ namespaces: [namespace(undefined), namespace('mars')] }));
    assert.equal(host.lastReadingError, undefined);
    assert.equal(host.snapshot?.namespaces.length, 2);
    watch.dispose();
  });
});

describe('The registry of hosts', () => {
  it('keeps the connection of an entry that leads where it did, and ends that of one that changed or went', async () => {
    const fake = new FakeHost(snapshot());
    const registry = new HostRegistry(fake.services);
    registry.update([configuration('a'), configuration('b'), configuration('c')]);
    for (const host of registry.hosts) await host.connect(noPrompts);
    assert.equal(fake.transportsOpen, 3);
    const elsewhere = { ...configuration('b'), target: { type: 'ssh', host: 'elsewhere', user: 'root' } } as const;
    registry.update([elsewhere, { ...configuration('a'), label: 'A' }]);
    assert.deepEqual(
      registry.hosts.map((host) => [host.id, host.label, host.state.status]),
      [
        ['b', 'b', 'disconnected'],
        ['a', 'A', 'live'],
      ],
    );
    assert.equal(fake.transportsOpen, 1);
    registry.dispose();
    assert.equal(fake.transportsOpen, 0);
  });
});
