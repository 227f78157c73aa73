import assert from 'node:assert/strict';
import { rangeOfDecider, type DeclaredDecider } from '../../../src/lab/trace/declared';
import { declaredDecider, deciderOf, subjectOfDecider, subjectOfStop } from '../../../src/lab/trace/deciders';
import { readQuestion } from '../../../src/lab/trace/question';
import { stopsOf } from '../../../src/lab/trace/stops';
import { traceReportView } from '../../../src/lab/trace/trace-view';
import { subjectLabel } from '../../../src/protocol/subject';
import { parseTopology } from '../../../src/topology/parse';
import { reportOf, type TraceReport } from '../../../src/trace/report';
import { walk } from '../../../src/trace/walk';
import { planetsHost } from '../graph/hosts';

const file = `name: planets
host: { forwarding: true }
namespaces:
  earth:
    routes:
      - { to: 10.20.0.0/16, via: 10.10.0.2 }
      - { to: default, via: 10.10.0.1 }
nat:
  inter net: { masquerade: 10.10.0.0/16 }
port-forwards:
  web: { listen: 8000, to: "10.10.0.10:8000" }
`;

describe('what decided about a traced packet', () => {
  const snapshot = planetsHost();

  function report(): TraceReport {
    const question = readQuestion({ from: 'earth', to: '8.8.8.8' }, snapshot);
    assert.ok('destination' in question);
    const facts = { snapshot, details: new Map() };
    const paper = walk(facts, question);
    const watch = { outcome: { result: 'answered' }, sightings: [], packets: [], notWatched: [] } as const;
    return reportOf(question, { paper, watch, facts, counted: new Map(), watchedIds: new Set() });
  }

  it('has its row in the tree: a route, a rule of NAT, and each stop itself', () => {
    const { hops } = report();
    const routes = hops.flatMap((hop) => {
      const decider = deciderOf(hop, snapshot);
      const subject = decider && subjectOfDecider('lab1', snapshot, decider);
      return subject === undefined ? [] : [`${hop.direction} ${subject.type} ${subjectLabel(subject)}`];
    });
    assert.deepEqual(routes.slice(0, 2), ['out route earth:default', 'out route default']);
    const stops = stopsOf(report(), snapshot).map((stop) => subjectOfStop('lab1', snapshot, stop));
    assert.deepEqual(
      stops.slice(0, 4).map((subject) => subject && `${subject.type} ${subjectLabel(subject)}`),
      ['namespace earth', 'interface earth:earth-veth', 'interface earth-br-veth', 'bridge planet-br'],
    );
    assert.ok(
      stops.some((subject) => subject === undefined),
      'the outside has none',
    );
  });

  it('is linked in the report, to the tree and to the file that declares it', () => {
    const view = traceReportView(report(), snapshot, {
      fileOf: () => 'planets.netns.yaml',
      changeable: () => undefined,
      declaring: ({ route }) => (route?.to === 'default' ? 'planets.netns.yaml' : undefined),
    });
    const [lookUp] = view.stops[0]?.decisions ?? [];
    assert.equal(lookUp?.leadsTo, 'tree');
    assert.equal(lookUp.file, 'planets.netns.yaml');
    const rules = { ...report() };
    const rule = { engine: 'nftables', family: 'inet', table: 'filter', chain: 'forward', handle: 3 } as const;
    const hops = rules.hops.map((hop, index) => (index === 1 ? { ...hop, by: 'drop', rule } : hop));
    const changed = traceReportView({ ...rules, hops }, snapshot, {
      fileOf: () => undefined,
      changeable: () => undefined,
      declaring: () => undefined,
    });
    assert.equal(changed.stops.flatMap(({ decisions }) => decisions)[1]?.leadsTo, 'rule');
  });

  it('is said to be otherwise in fact where it is, at its stop, beside the host’s own word', () => {
    const found = report();
    const index = found.hops.findIndex(({ dev }) => dev === 'planet-br');
    const hops = found.hops.map((hop, at) =>
      at === index ? { ...hop, fact: 'nft monitor trace: verdict drop' } : hop,
    );
    const differences = [{ text: 'The kernel dropped it.', hop: index }, { text: 'Another way.' }];
    const view = traceReportView({ ...found, hops, differences }, snapshot, {
      fileOf: () => undefined,
      changeable: () => undefined,
      declaring: () => undefined,
    });
    const stop = view.stops.find(({ decisions }) => decisions.some(({ fact }) => fact !== undefined));
    assert.match(stop?.place ?? '', /^planet-br of host/);
    assert.deepEqual(view.differences, [
      { text: 'The kernel dropped it.', stop: stop?.number },
      { text: 'Another way.' },
    ]);
  });

  it('stands in the file where that declares it, and is found there', () => {
    const parsed = parseTopology(file);
    const at = (wanted: DeclaredDecider): string | undefined => {
      const range = rangeOfDecider(parsed, wanted);
      return range && file.slice(range.start, range.end).split('\n')[0];
    };
    assert.match(
      at({ type: 'route', namespace: 'earth', to: 'default', via: '10.10.0.1', table: 'main' }) ?? '',
      /default/,
    );
    assert.equal(at({ type: 'route', namespace: 'earth', to: 'default', via: '10.10.0.9', table: 'main' }), undefined);
    assert.equal(at({ type: 'route', namespace: 'earth', to: 'default', via: '10.10.0.1', table: '7' }), undefined);
    assert.equal(at({ type: 'route', to: 'default', via: '10.10.0.1', table: 'main' }), undefined);
    assert.equal(at({ type: 'forwarding' }), 'forwarding');
    assert.equal(at({ type: 'forwarding', namespace: 'earth' }), undefined);
    assert.equal(at({ type: 'nat', kind: 'nat', name: 'inter_net' }), 'inter net', 'as comments on the host write it');
    assert.equal(at({ type: 'nat', kind: 'port-forward', name: 'web' }), 'web');
  });

  it('is in no file where a person made it', () => {
    const deciders = report().hops.flatMap((hop) => deciderOf(hop, snapshot) ?? []);
    assert.ok(deciders.every((one) => one.type !== 'nat' || declaredDecider(one) === undefined));
    const route = deciders.find(({ type }) => type === 'route');
    assert.ok(route);
    assert.deepEqual(declaredDecider(route)?.declared, {
      type: 'route',
      namespace: 'earth',
      to: 'default',
      table: 'main',
      via: '10.10.0.1',
    });
  });
});
