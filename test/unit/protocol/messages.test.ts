import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildGraphView } from '../../../src/lab/graph-view';
import { openChannel } from '../../../src/protocol/channel';
import { graphHtml } from '../../../src/protocol/graph-html';
import type { FromGraph, ToGraph } from '../../../src/protocol/messages';
import { parseFromGraph, parseToGraph } from '../../../src/protocol/parse';
import { parseTopology } from '../../../src/topology/parse';
import { planetsHost } from '../graph/hosts';

const fromGraph: readonly FromGraph[] = [
  { type: 'ready' },
  { type: 'selected', nodeId: 'ns:earth' },
  { type: 'selected', nodeId: undefined },
  { type: 'chooseHost', hostId: 'lab1' },
  { type: 'action', action: 'retry' },
  { type: 'drawn', nodes: 10, cables: 3 },
  { type: 'edit', edit: { type: 'add', kind: 'bridge' } },
  { type: 'edit', edit: { type: 'connect', from: 'ns:earth', to: 'host' } },
  { type: 'edit', edit: { type: 'connect', from: 'ns:earth' } },
  { type: 'edit', edit: { type: 'rename', nodeId: 'ns:earth' } },
  { type: 'edit', edit: { type: 'delete', nodeId: 'ns:earth' } },
  { type: 'history', step: 'redo' },
  { type: 'open', nodeId: 'ns:earth' },
  { type: 'command', command: 'netns.graph.delete', nodeId: 'ns:earth' },
  { type: 'showProblem' },
  { type: 'chooseSide', side: 'live' },
  { type: 'chooseMoment', moment: 3 },
  { type: 'chooseMoment', moment: undefined },
  { type: 'rendered', image: { format: 'svg', data: '<svg />' } },
  { type: 'rendered', image: { format: 'clipboard', data: '', error: 'not allowed' } },
  { type: 'places', key: 'ranks one', places: { positions: { 'ns:a': { x: 1, y: -2.5 } }, pinned: ['ns:a'] } },
];

const toGraph: readonly ToGraph[] = [
  {
    type: 'view',
    view: buildGraphView({ hostName: 'lab1', snapshot: planetsHost() }),
    hosts: [{ id: 'lab1', label: 'lab1' }],
    selectedHost: 'lab1',
  },
  { type: 'notice', title: 'Lost', text: 'why', actions: [{ id: 'retry', label: 'Try Again' }], busy: false },
  { type: 'select', nodeId: undefined },
  {
    type: 'view',
    view: buildGraphView({ hostName: '', topology: parseTopology('name: t\nnamespaces: { a: }\n').topology }),
    hosts: [],
    file: { uri: 'file:///t.netns.yaml', name: 't.netns.yaml', note: 'an error' },
  },
  {
    type: 'menu',
    items: [{ command: 'netns.graph.delete', title: 'Delete', group: 'z@1', when: [{ key: 'a', matches: '^b$' }] }],
  },
  { type: 'places', layout: 'force', kept: { 'ranks one': { positions: { host: { x: 0, y: 0 } }, pinned: [] } } },
  { type: 'layout', layout: 'ranks' },
  { type: 'moments', moments: [{ id: 1, time: 1e12, events: [{ what: 'went', words: 'namespace earth went' }] }] },
  { type: 'render', format: 'png' },
  { type: 'edited', said: 'Added the namespace ns1' },
];

describe('Messages between the extension and the graph', () => {
  for (const message of fromGraph) {
    it(`lets ${JSON.stringify(message)} from the graph through`, () => {
      assert.deepEqual(parseFromGraph(overTheWire(message)), overTheWire(message));
    });
  }
  for (const message of toGraph) {
    it(`lets ${message.type} to the graph through`, () => {
      assert.deepEqual(parseToGraph(overTheWire(message)), overTheWire(message));
    });
  }

  const rejected: readonly unknown[] = [
    undefined,
    null,
    'ready',
    [],
    {},
    { type: 'toString' },
    { type: '__proto__' },
    { type: ['ready'] },
    { type: 'selected', nodeId: 7 },
    { type: 'chooseHost' },
    { type: 'action', action: 'formatDisk' },
    { type: 'edit', edit: { type: 'overwrite', text: '' } },
    { type: 'edit', edit: { type: 'add', kind: 'host' } },
    { type: 'edit', edit: { type: 'connect', from: 'ns:a', to: 7 } },
    { type: 'edit', edit: { type: '__proto__' } },
    { type: 'history', step: 'save' },
    { type: 'places', key: 'a', places: { positions: { a: { x: '1', y: 2 } }, pinned: [] } },
    { type: 'layout', layout: 'spiral' },
    { type: 'chooseSide', side: 'left' },
    { type: 'rendered', image: { format: 'exe', data: '' } },
    { type: 'command', command: ['workbench.action.quit'] },
    { type: 'drawn', nodes: -1, cables: 0 },
    { type: 'drawn', nodes: 1.5, cables: 0 },
  ];
  for (const message of rejected) {
    it(`rejects ${JSON.stringify(message)}`, () => {
      assert.equal(parseFromGraph(message), undefined);
      assert.equal(parseToGraph(message), undefined);
    });
  }

  it('rejects a view with one wrong node', () => {
    const [message] = structuredClone(toGraph) as unknown as [{ view: { nodes: { state: string }[] } }];
    message.view.nodes[3]!.state = 'sideways';
    assert.equal(parseToGraph(message), undefined);
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (value) => {
        parseFromGraph(value);
        parseToGraph(value);
      }),
    );
  });
});

describe('A channel', () => {
  it('hands on what is valid, reports what is not, and is silent once disposed', () => {
    let deliver: (message: unknown) => void = () => assert.fail('nobody listens');
    let listening = true;
    const sent: unknown[] = [];
    const received: FromGraph[] = [];
    const rejected: unknown[] = [];
    const channel = openChannel<FromGraph, ToGraph>({
      send: (message) => sent.push(message),
      listen: (receive) => {
        deliver = receive;
        return { dispose: () => (listening = false) };
      },
      parse: parseFromGraph,
      onMessage: (message) => received.push(message),
      onRejected: (message) => rejected.push(message),
    });
    deliver({ type: 'ready' });
    deliver({ type: 'nonsense' });
    channel.post({ type: 'select', nodeId: 'ns:earth' });
    channel.dispose();
    deliver({ type: 'ready' });
    channel.post({ type: 'select', nodeId: 'ns:mars' });
    assert.deepEqual(received, [{ type: 'ready' }]);
    assert.deepEqual(rejected, [{ type: 'nonsense' }]);
    assert.deepEqual(sent, [{ type: 'select', nodeId: 'ns:earth' }]);
    assert.equal(listening, false);
  });
});

describe("The graph's page", () => {
  const html = graphHtml({
    cspSource: 'https://example.invalid',
    nonce: 'abc',
    scriptUri: 'https://example.invalid/graph.js?a=1&b="><script>alert(1)</script>',
    styleUri: 'style.css',
    codiconUri: 'codicon.css',
  });

  it('lets no script run but its own, and reaches no network', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    assert.match(policy, /^default-src 'none';/);
    assert.match(policy, /script-src 'nonce-abc';/);
    assert.doesNotMatch(policy, /unsafe|connect-src|\*/);
  });

  it('takes addresses as data', () => {
    assert.equal(html.match(/<script/g)?.length, 1);
  });
});

/** As structured cloning and JSON leave it: properties that are undefined are gone. */
function overTheWire(message: unknown): unknown {
  return JSON.parse(JSON.stringify(message));
}
