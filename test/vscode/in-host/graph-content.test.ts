import assert from 'node:assert/strict';
import { NetnsError } from '../../../src/base/errors';
import type { PingMatrix } from '../../../src/protocol/ping-matrix';
import { parseToGraph } from '../../../src/protocol/parse';
import { parseTopology } from '../../../src/topology/parse';
import { graphContent } from '../../../src/vscode/graph/graph-content';
import { Host } from '../../../src/vscode/hosts/host';
import { configuration, FakeHost, noPrompts } from './fake-host';
import { planets } from './snapshots';

const { topology } = parseTopology('name: design\nnamespaces:\n  earth: {}\n  pluto: {}\n');

describe('What a graph says', () => {
  let fake: FakeHost;
  let host: Host;
  beforeEach(() => {
    fake = new FakeHost(planets());
    host = new Host(configuration('lab1'), fake.services);
  });
  afterEach(() => host.dispose());

  /** The content as the page gets it: the page refuses what does not have the protocol's shape. */
  function content(input: Partial<Parameters<typeof graphContent>[0]>): ReturnType<typeof graphContent> {
    const made = graphContent({ hosts: [host], host, topology: undefined, ...input });
    assert.ok(parseToGraph(JSON.parse(JSON.stringify(made))), 'the page would refuse this');
    return made;
  }
  const said = (input: Partial<Parameters<typeof graphContent>[0]> = {}): unknown[] => {
    const made = content(input);
    assert.ok(made.type === 'notice');
    return [made.title, made.text, made.actions.map(({ id }) => id), made.busy ?? false];
  };

  it('in the place of a picture, in each state of its host', async () => {
    assert.deepEqual(said({ host: undefined, hosts: [] }).slice(2), [['connect', 'newTopology'], false]);
    assert.deepEqual(said(), ['lab1 is not connected', 'Connect to see its network.', ['connect'], false]);
    const connecting = host.connect(noPrompts);
    assert.deepEqual(said(), ['Connecting to lab1…', '', [], true]);
    await connecting;
    assert.equal(content({}).type, 'view');
    fake.loseConnection(new NetnsError('connectionLost', 'Cut.', { advice: 'Plug it in.' }));
    const [title, words, ...rest] = said();
    assert.deepEqual([title, ...rest], ['The connection to lab1 was lost', ['retry', 'showLog'], true]);
    assert.match(String(words), /^Cut\.\nPlug it in\.\nReconnecting by itself \(try 1\)\.\nNext try at .+\.$/);
    fake.failure = new NetnsError('login', 'Refused.', { hostSaid: 'go away' });
    await assert.rejects(host.connect(noPrompts));
    const refused = ['Cannot connect to lab1', 'Refused.\nThe host said: go away', ['retry', 'showLog'], false];
    assert.deepEqual(said(), refused);
  });

  it('of a host that is still being read: how far it is, and of a large one what is there already', async () => {
    let finish: () => void = () => undefined;
    fake.reading = new Promise((resolve) => (finish = resolve));
    const connecting = host.connect(noPrompts);
    await new Promise((resolve) => setImmediate(resolve));
    const { namespaces, ...rest } = planets();
    const snapshot = { ...rest, namespaces: namespaces.filter(({ name }) => name !== 'neptune') };
    fake.parts.fire({ snapshot, read: 2, of: 3 });
    assert.deepEqual(said(), ['Reading lab1…', '2 of 3 namespaces', [], true]);
    fake.parts.fire({ snapshot, read: 2, of: 500 });
    const drawn = content({});
    assert.ok(drawn.type === 'view');
    assert.deepEqual(
      drawn.view.nodes.filter(({ kind }) => kind === 'namespace').map(({ name }) => name),
      ['earth'],
    );
    const design = content({ topology });
    assert.ok(design.type === 'view' && design.view.compared === undefined, 'what is not read yet is not missing');
    finish();
    await connecting;
    const whole = content({});
    assert.ok(whole.type === 'view' && whole.view.nodes.some(({ name }) => name === 'neptune'));
  });

  it('of a file: the design alone, and laid over its host once that is live', async () => {
    const presences = (): unknown => {
      const made = content({ topology });
      assert.ok(made.type === 'view');
      const shown = made.view.nodes.filter(({ kind }) => kind === 'namespace');
      return Object.fromEntries(shown.map(({ name, presence }) => [name, presence]));
    };
    assert.deepEqual(presences(), { earth: 'declared', pluto: 'declared' });
    await host.connect(noPrompts);
    const overlaid = presences() as Record<string, string>;
    assert.equal(overlaid['pluto'], 'declared');
    assert.equal(overlaid['neptune'], 'live');
    assert.notEqual(overlaid['earth'], 'declared');
  });

  it('of a file and its host says who reaches whom, not of a moment that is past and not of a design', async () => {
    const matrix: PingMatrix = {
      lab: 'design',
      host: 'lab1',
      places: ['earth', 'host'],
      cells: [
        { from: 'earth', to: 'host', family: 'inet', address: '10.10.0.1', outcome: 'reached', milliseconds: 0.1 },
      ],
    };
    const reach = (input: Partial<Parameters<typeof graphContent>[0]>): unknown => {
      const made = content({ topology, matrix, ...input });
      assert.ok(made.type === 'view');
      return made.view.nodes.find(({ id }) => id === 'ns:earth')?.reach;
    };
    assert.equal(reach({}), undefined);
    await host.connect(noPrompts);
    assert.deepEqual([reach({}), reach({ side: 'live' }), reach({ side: 'declared' })], ['✓ 1/1', '✓ 1/1', undefined]);
  });

  it('of a file and its host: one of them alone, where that is wanted', async () => {
    const file = { uri: 'file:///t.netns.yaml', name: 't.netns.yaml' };
    const drawn = (side: 'both' | 'declared' | 'live' | undefined): unknown => {
      const made = content({ topology, file, side });
      assert.ok(made.type === 'view');
      const names = made.view.nodes.filter(({ kind }) => kind === 'namespace').map(({ name }) => name);
      return { side: made.side, names: names.sort(), file: made.file?.name, compared: made.view.compared ?? false };
    };
    assert.deepEqual(drawn('live'), { side: undefined, names: ['earth', 'pluto'], file: file.name, compared: false });
    await host.connect(noPrompts);
    const all = ['earth', 'neptune', 'pluto'];
    assert.deepEqual(drawn(undefined), { side: 'both', names: all, file: file.name, compared: true });
    assert.deepEqual(drawn('declared'), {
      side: 'declared',
      names: ['earth', 'pluto'],
      file: file.name,
      compared: false,
    });
    assert.deepEqual(drawn('live'), { side: 'live', names: ['earth', 'neptune'], file: undefined, compared: false });
  });

  it('of a host without root for us: that much of it is not seen', async () => {
    fake.privilege = { type: 'none', error: new NetnsError('privilege', 'No root.') };
    await host.connect(noPrompts);
    const made = content({});
    assert.ok(made.type === 'view');
    assert.match(made.readOnly ?? '', /^There is no root on lab1/);
    const design = content({ topology, side: 'declared' });
    assert.ok(design.type === 'view' && design.readOnly === undefined, 'a design hides nothing');
  });

  it('of a moment of its history: the host as it was then, with no file to edit', async () => {
    await host.connect(noPrompts);
    const now = planets();
    const snapshot = { ...now, namespaces: now.namespaces.filter(({ name }) => name !== 'neptune') };
    const moment = { id: 3, time: 0, events: [], snapshot };
    const made = content({ topology, file: { uri: 'file:///t.netns.yaml', name: 't.netns.yaml' }, moment });
    assert.ok(made.type === 'view');
    assert.deepEqual([made.moment, made.file], [3, undefined]);
    const neptune = made.view.nodes.find(({ name }) => name === 'neptune');
    assert.equal(neptune, undefined);
  });
});
