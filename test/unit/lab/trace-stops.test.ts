import assert from 'node:assert/strict';
import { drawnPaper, drawnTrace } from '../../../src/lab/trace/drawn-trace';
import { readQuestion } from '../../../src/lab/trace/question';
import { paperOf, stopOfCause, stopsOf } from '../../../src/lab/trace/stops';
import { traceReportView } from '../../../src/lab/trace/trace-view';
import { isDrawnTrace } from '../../../src/protocol/graph-trace';
import { parseToTrace } from '../../../src/protocol/trace-parse';
import { reportOf, type TraceReport } from '../../../src/trace/report';
import type { ProbeOutcome } from '../../../src/trace/sightings';
import { walk } from '../../../src/trace/walk';
import { buildGraphView } from '../../../src/lab/graph-view';
import { planetsHost } from '../graph/hosts';

describe('the stops of a trace', () => {
  const snapshot = planetsHost();
  const ids = new Set(
    [buildGraphView({ hostName: 'lab1', snapshot })].flatMap(({ nodes, nat }) =>
      [...nodes, ...nat].map(({ id }) => id),
    ),
  );

  function report(from: string, to: string, outcome: ProbeOutcome): TraceReport {
    const question = readQuestion({ from, to }, snapshot);
    assert.ok('destination' in question);
    const facts = { snapshot, details: new Map() };
    const paper = walk(facts, question);
    const watch = { outcome, sightings: [], packets: [], notWatched: [] };
    return reportOf(question, { paper, watch, facts, counted: new Map(), watchedIds: new Set() });
  }

  it('are the things of the graph, numbered out and back, with every hop in one of them', () => {
    const found = report('earth', 'neptune', { result: 'answered', milliseconds: 1 });
    const stops = stopsOf(found, snapshot);
    assert.deepEqual(
      stops.map(({ number, direction, nodeId }) => `${number} ${direction} ${nodeId ?? '-'}`),
      [
        '1 out ns:earth',
        '2 out if:earth/earth-veth',
        '3 out if:/earth-br-veth',
        '4 out bridge:planet-br',
        '5 out if:/nept-br-veth',
        '6 out if:neptune/neptune-veth',
        '7 back ns:neptune',
        '8 back if:neptune/neptune-veth',
        '9 back if:/nept-br-veth',
        '10 back bridge:planet-br',
        '11 back if:/earth-br-veth',
        '12 back if:earth/earth-veth',
      ],
    );
    assert.deepEqual(
      stops.flatMap(({ hops }) => hops),
      found.hops,
    );
    assert.ok(stops.every(({ state, isEnd }) => state === 'seen' && !isEnd));
    for (const { nodeId } of stops) assert.ok(nodeId !== undefined && ids.has(nodeId), `${nodeId} is not in the graph`);
  });

  it('are a bridge of Open vSwitch where they are a port that only that has', () => {
    const patch = { name: 'to-far', type: 'patch', options: { peer: 'to-near' } };
    const withPatch = {
      ...snapshot,
      namespaces: snapshot.namespaces.map((one) => ({
        ...one,
        links: one.links.map((link) =>
          link.name === 'planet-br' ? { ...link, openvswitch: { controllers: [], ports: [patch] } } : link,
        ),
      })),
    };
    const { hops } = report('earth', 'neptune', { result: 'answered', milliseconds: 1 });
    const port = hops.filter(({ dev }) => dev === 'earth-br-veth').slice(0, 1);
    const atPatch = port.map((hop) => ({ ...hop, kind: 'patch' as const, dev: 'to-far' }));
    const stops = stopsOf({ ...paperOf(atPatch), reached: 'yes' }, withPatch);
    assert.deepEqual(
      stops.map(({ nodeId, place }) => [nodeId, place]),
      [['bridge:planet-br', 'to-far of host']],
    );
  });

  it('end where the first cause bites; what lies behind is beyond', () => {
    const found = report('earth', '8.8.8.8', { result: 'lost' });
    const stops = stopsOf(found, snapshot);
    const end = stops.findIndex(({ isEnd }) => isEnd);
    assert.ok(end >= 0);
    assert.equal(stops.filter(({ isEnd }) => isEnd).length, 1);
    assert.ok(stops.slice(end + 1).every(({ state }) => state === 'beyond'));
    assert.ok(stops.slice(0, end).every(({ state }) => state !== 'beyond'));
    const [cause] = found.causes;
    assert.ok(cause);
    const own = stopOfCause(stops, found.hops, cause);
    if (cause.hop !== undefined) assert.equal(own?.number, stops[end]?.number);
  });

  it('are drawn on paper while the probe is under way, and then as they were found, in a shape that the page takes', () => {
    const found = report('earth', '8.8.8.8', { result: 'lost' });
    const paper = drawnPaper('earth → 8.8.8.8', found.hops, snapshot);
    assert.ok(isDrawnTrace(paper));
    assert.equal(paper.outcome, 'running');
    assert.ok(paper.stops.every(({ state, isEnd }) => state === 'paper' && isEnd === undefined));
    const drawn = drawnTrace('earth → 8.8.8.8', found, snapshot, 1_700_000_000_000);
    assert.ok(isDrawnTrace(drawn));
    assert.equal(drawn.said, found.verdict);
    assert.ok(drawn.stops.some(({ isEnd }) => isEnd));
    assert.deepEqual(stopsOf(paperOf([]), snapshot), []);
  });

  it('become a page without a control character of the host in it, in a shape that it takes', () => {
    const found = report('earth', '8.8.8.8', { result: 'unreachable', said: 'ping: \u001b[31mbad\u0007' });
    const files = { fileOf: () => 'planets.netns.yaml', changeable: () => undefined, declaring: () => undefined };
    const view = traceReportView(found, snapshot, files);
    const message = { type: 'view', view: { question: 'q', host: 'h', phase: 'done', at: 1, report: view } };
    assert.deepEqual(parseToTrace(message), message);
    assert.equal(/[\u0000-\u0008\u001b]/.test(JSON.stringify(view).replaceAll('\\n', '')), false); // eslint-disable-line no-control-regex -- that is what is looked for
    assert.equal(view.causes.length, found.causes.length + found.remarks.length);
    assert.ok(view.stops.every(({ decisions }) => decisions.length > 0));
  });
});
