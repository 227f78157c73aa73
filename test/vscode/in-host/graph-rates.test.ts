import assert from 'node:assert/strict';
import { NetnsError } from '../../../src/base/errors';
import type { HostRates } from '../../../src/host/rates';
import type { ToGraph } from '../../../src/protocol/messages';
import { parseToGraph } from '../../../src/protocol/parse';
import { RateTeller } from '../../../src/vscode/graph/rate-teller';
import { Host } from '../../../src/vscode/hosts/host';
import { waitFor } from '../machinery/wait-for';
import { configuration, FakeHost, noPrompts } from './fake-host';
import { planets } from './snapshots';

describe('The rates of a graph', () => {
  let fake: FakeHost;
  let host: Host;
  let told: Extract<ToGraph, { type: 'rates' }>[];
  let teller: RateTeller;
  beforeEach(async () => {
    fake = new FakeHost(planets());
    host = new Host(configuration('lab1'), {
      ...fake.services,
      reconnectPace: { first: 1, longest: 1, look: 5000, random: () => 0 },
    });
    told = [];
    teller = new RateTeller((message) => {
      assert.ok(parseToGraph(JSON.parse(JSON.stringify(message))), 'the page would refuse this');
      told.push(message);
    });
    await host.connect(noPrompts);
  });
  afterEach(() => {
    teller.dispose();
    assert.equal(fake.rateListeners, 0, 'the host goes on counting for nobody');
    host.dispose();
  });

  /** Of the first interface of the first namespace besides the host's own. */
  function some(): HostRates {
    const [, namespace] = fake.current.namespaces;
    const link = namespace?.links.find(({ kind }) => kind !== 'loopback');
    assert.ok(namespace && link);
    const direction = { packets: 2, bytes: 196, errors: 0, drops: 0 };
    return { namespaces: { [namespace.id]: { [link.index]: { received: direction, sent: direction } } } };
  }

  it('are counted only while a page that shows them is on the screen', () => {
    teller.follow(host);
    assert.equal(fake.rateListeners, 0);
    teller.want(true);
    assert.equal(fake.rateListeners, 1);
    fake.measure(some());
    assert.equal(told.at(-1)?.rates.length, 1);
    assert.equal(told.at(-1)?.rates[0]?.sent.bits, 1568);
    // Hidden: what was told is taken back, for a number that stands still is wrong.
    teller.follow(undefined);
    assert.equal(fake.rateListeners, 0);
    assert.deepEqual(told.at(-1), { type: 'rates', rates: [] });
    teller.follow(host);
    assert.equal(fake.rateListeners, 1);
    teller.want(false);
    assert.equal(fake.rateListeners, 0);
  });

  it('go on when a lost connection is back', async () => {
    teller.follow(host);
    teller.want(true);
    fake.loseConnection(new NetnsError('connectionLost', 'Cut.'));
    assert.equal(fake.rateListeners, 0);
    await waitFor('the connection', () => host.state.status === 'live');
    assert.equal(fake.rateListeners, 1);
  });

  it('say that a host has none to tell', async () => {
    host.disconnect();
    fake.tellsRates = false;
    await host.connect(noPrompts);
    teller.follow(host);
    teller.want(true);
    assert.match(told.at(-1)?.unavailable ?? '', /^lab1 tells no rates: .*python3/);
  });
});
