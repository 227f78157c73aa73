import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { NetnsError } from '../../../src/base/errors';
import { createHostStore } from '../../../src/lab/host-store';
import type { HostStore } from '../../../src/lab/model';
import { FakeTransport, readingOf } from './fake-transport';

/** Lets everything that waits on settled promises run. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

/** The clock that nobody sets. */
let ticks = 0;

/** Moves the clock, in steps, so that work planned on the way is done on the way. */
async function pass(milliseconds: number): Promise<void> {
  await settle();
  for (let at = 0; at < milliseconds; at += 10) {
    const step = Math.min(10, milliseconds - at);
    ticks += step;
    mock.timers.tick(step);
    await settle();
  }
}

describe('the store of a host', () => {
  let transport: FakeTransport;
  let store: HostStore;
  let heard: string[][];
  let failures: Error[];

  const names = (): string[] => (store.snapshot?.namespaces ?? []).flatMap(({ name }) => name ?? []);

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    transport = new FakeTransport();
    transport.answer = () => readingOf(['earth']);
    store = createHostStore(transport, { now: () => ticks });
    heard = [];
    failures = [];
    store.onDidFail((error) => failures.push(error));
  });

  afterEach(() => {
    store.dispose();
    mock.timers.reset();
  });

  const listen = (): { dispose(): void } => store.onDidChange(() => heard.push(names()));

  async function following(): Promise<{ dispose(): void }> {
    const listening = listen();
    await settle();
    transport.watches.at(-1)!.beReady();
    await settle();
    return listening;
  }

  it('does nothing until somebody listens, then watches before it reads', async () => {
    await pass(5000);
    assert.deepEqual(transport.calls, []);
    listen();
    await settle();
    assert.deepEqual(transport.calls, ['watch']);
    transport.watches[0]!.beReady();
    await settle();
    assert.deepEqual(transport.calls, ['watch', 'read']);
    assert.deepEqual(heard, [['earth']]);
  });

  it('reads again soon after a hint, and tells only of a real change', async () => {
    await following();
    await pass(200);
    transport.answer = () => readingOf(['earth', 'mars']);
    transport.watches[0]!.say('changed\n');
    await pass(40);
    assert.deepEqual(heard, [['earth'], ['earth', 'mars']]);
    transport.answer = () => readingOf(['earth', 'mars'], { packets: 7 });
    transport.watches[0]!.say('chan');
    transport.watches[0]!.say('ged\n');
    await pass(200);
    assert.equal(heard.length, 3, 'what a rule of NAT has counted is told');
    transport.answer = () => readingOf(['earth', 'mars'], { packets: 7, connections: 9 });
    transport.watches[0]!.say('changed\n');
    await pass(200);
    assert.equal(heard.length, 3, 'how many connections are followed is not');
    assert.equal(store.snapshot?.namespaces[0]?.nat[0]?.packets, 7);
    assert.equal(store.snapshot.namespaces[0].conntrack?.connections, 9);
  });

  it('reads once more after a hint, for what follows without an event, and then rests', async () => {
    await following();
    await pass(200);
    transport.watches[0]!.say('changed\n');
    await pass(500);
    assert.equal(transport.readings.length, 2);
    await pass(60_000);
    assert.equal(transport.readings.length, 3);
  });

  it('reads in time while the clock of the machine jumps back and forth', async () => {
    await following();
    const { now } = Date;
    try {
      for (const [hours, name] of [
        [-1, 'mars'],
        [2, 'venus'],
        [-48, 'ceres'],
      ] as const) {
        Date.now = () => now() + hours * 3_600_000;
        transport.answer = () => readingOf([name]);
        transport.watches[0]!.say('changed\n');
        await pass(300);
        assert.deepEqual(heard.at(-1), [name]);
      }
    } finally {
      Date.now = now;
    }
  });

  it('never reads twice at once, and spends at most half of its time reading while a link flaps', async () => {
    await following();
    transport.answer = undefined;
    let begun = 0;
    let busy = 0;
    for (let at = 0; at < 20_000; at += 20) {
      transport.watches[0]!.say('changed\nchanged\n');
      await pass(20);
      assert.ok(transport.readings.length - 1 - begun <= 1, 'two readings at once');
      if (transport.readings.length - 1 === begun) continue;
      busy += 20;
      // A reading that takes 400 ms.
      if (busy % 400 !== 0) continue;
      begun++;
      transport.readings.at(-1)!.answer(readingOf(['earth', `n${begun}`]));
    }
    assert.ok(begun > 15 && busy <= 11_000, `${begun} readings in ${busy} ms of 20 s`);
    assert.equal(heard.length, begun + 1);
  });

  it('refreshes with a reading that begins after the request', async () => {
    await following();
    transport.answer = undefined;
    const first = store.refresh();
    await settle();
    const [second, third] = [store.refresh(), store.refresh()];
    await settle();
    assert.equal(transport.readings.length, 2);
    transport.readings[1]!.answer(readingOf(['old']));
    assert.equal((await first).namespaces[1]?.name, 'old');
    await settle();
    assert.equal(transport.readings.length, 3);
    transport.readings[2]!.answer(readingOf(['new']));
    assert.equal((await second).namespaces[1]?.name, 'new');
    assert.equal(await third, await second);
  });

  it('refreshes without a listener, and lets a caller give up', async () => {
    assert.equal((await store.refresh()).hostname, 'fake');
    assert.deepEqual(transport.calls, ['read']);
    transport.answer = undefined;
    const giveUp = new AbortController();
    const refreshing = store.refresh(giveUp.signal);
    giveUp.abort();
    await assert.rejects(refreshing, (error) => error instanceof NetnsError && error.reason === 'cancelled');
  });

  it('starts the watch again after it ended, with growing waits, and reads afresh', async () => {
    await following();
    transport.answer = () => readingOf(['earth', 'unseen']);
    transport.watches[0]!.say('ended names killed\n');
    await settle();
    assert.equal(transport.watches[0]!.isDisposed, true);
    assert.match(failures[0]!.message, /stopped following its names/);
    await pass(600);
    transport.watches[1]!.beReady();
    await settle();
    assert.deepEqual(heard.at(-1), ['earth', 'unseen']);
    transport.refuseWatch = true;
    transport.watches[1]!.end(1);
    await pass(60_000);
    const attempts = transport.calls.filter((call) => call === 'watch').length;
    assert.ok(attempts >= 6 && attempts <= 10, `${attempts} attempts in a minute`);
  });

  it('goes on without what a host cannot watch, but not without its links', async () => {
    listen();
    await settle();
    transport.watches[0]!.say(
      'ready rootLinks\nready links\nended names no such option\nwithout nftables no python3\n',
    );
    await settle();
    assert.deepEqual(heard, []);
    transport.watches[0]!.say('ended rootNftables Operation not supported\n');
    await settle();
    assert.deepEqual(heard, [['earth']]);
    assert.equal(failures.length, 0);
    transport.watches[0]!.end(1);
    await pass(600);
    transport.watches[1]!.say('ended rootLinks unknown object\n');
    await settle();
    assert.match(failures.at(-1)!.message, /stopped following its rootLinks/);
  });

  it('tries a failed reading again while somebody listens', async () => {
    const listening = await following();
    await pass(2000);
    transport.answer = undefined;
    transport.watches[0]!.say('changed\n');
    await pass(50);
    transport.readings.at(-1)!.fail(new NetnsError('commandFailed', 'out of memory'));
    await settle();
    assert.equal(failures.at(-1)?.message, 'out of memory');
    const before = transport.readings.length;
    await pass(600);
    assert.equal(transport.readings.length, before + 1);
    transport.readings.at(-1)!.fail(new NetnsError('commandFailed', 'still'));
    listening.dispose();
    await pass(60_000);
    assert.equal(transport.readings.length, before + 1);
  });

  it('ends its watch with the last listener and starts a new one, with a reading, for the next', async () => {
    const listening = await following();
    listening.dispose();
    await settle();
    assert.equal(transport.watches[0]!.isDisposed, true);
    await pass(60_000);
    assert.deepEqual(transport.calls, ['watch', 'read']);
    await following();
    assert.deepEqual(transport.calls, ['watch', 'read', 'watch', 'read']);
  });

  it('stops for good when the connection has ended, saying why once', async () => {
    await following();
    transport.closing.fire(new NetnsError('connectionLost', 'gone'));
    await pass(60_000);
    assert.deepEqual(
      failures.map(({ message }) => message),
      ['gone'],
    );
    assert.deepEqual(transport.calls, ['watch', 'read']);
    assert.equal(transport.watches[0]!.isDisposed, true);
  });

  it('leaves nothing running and says nothing after dispose', async () => {
    await following();
    transport.answer = undefined;
    const refreshing = store.refresh();
    store.dispose();
    transport.readings.at(-1)!.answer(readingOf(['late']));
    await refreshing;
    transport.watches[0]!.say('changed\n');
    await pass(60_000);
    assert.equal(transport.watches[0]!.isDisposed, true);
    assert.deepEqual(heard, [['earth']]);
    assert.equal(transport.readings.length, 2);
    await assert.rejects(store.refresh(), (error) => error instanceof NetnsError && error.reason === 'cancelled');
  });
});
