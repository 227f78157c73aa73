import assert from 'node:assert/strict';
import { buildGraphView } from '../../../src/lab/graph-view';
import { Measurement } from '../../../src/lab/measure/measurement';
import { measureMarks } from '../../../src/lab/measure/marks';
import { planPaths, type MeasureRequest } from '../../../src/lab/measure/paths';
import type { MeasureMark } from '../../../src/protocol/measure-mark';
import { planetsHost } from '../graph/hosts';
import { dark, light } from './themes';
import { pictures, useGraphBrowser } from './use-graph-browser';

const namespace = (name: string) => ({ type: 'namespace', hostId: 'lab1', name }) as const;

describe('What measurements find, on the graph', function () {
  this.timeout(120_000);
  const openPage = useGraphBrowser('what measurements find, on the graph');
  const snapshot = planetsHost();
  const marks: MeasureMark[] = [
    { id: 'measure:0/0', from: 'ns:earth', to: 'ns:neptune', label: 'Ping: 0.045 ms', state: 'answered' },
    { id: 'measure:1/0', from: 'ns:neptune', to: 'outside', label: 'HTTP: failed', state: 'lost' },
  ];

  it('is named by the things that it is between; what is gone is left out', () => {
    const request: MeasureRequest = {
      kind: 'ping',
      from: namespace('earth'),
      targets: [namespace('neptune'), '8.8.8.8'],
    };
    const one = new Measurement(request, planPaths(request, snapshot));
    assert.deepEqual(measureMarks([one], snapshot), [
      { id: 'measure:0/0', from: 'ns:earth', to: 'ns:neptune', label: 'Ping: …', state: 'waiting' },
      { id: 'measure:0/1', from: 'ns:earth', to: 'outside', label: 'Ping: …', state: 'waiting' },
    ]);
    const without = { ...snapshot, namespaces: snapshot.namespaces.filter(({ name }) => name !== 'earth') };
    assert.deepEqual(measureMarks([one], without), []);
  });

  for (const theme of [dark, light]) {
    it(`is drawn as arcs, goes with another picture and comes back with it, ${theme.name}`, async () => {
      const graph = await openPage({ theme });
      const { page } = graph;
      const view = buildGraphView({ hostName: 'lab1', snapshot });
      const show = () => graph.draw({ type: 'view', view, hosts: [] });
      const drawn = (): Promise<string[]> =>
        page.evaluate(() => {
          interface Cytoscape {
            edges(selector: string): { map<T>(read: (edge: { data(name: string): unknown }) => T): T[] };
          }
          const canvas = document.querySelector<Element & { _cyreg?: { cy: Cytoscape } }>('.canvas');
          return (canvas?._cyreg?.cy.edges('.measure').map((edge) => String(edge.data('label'))) ?? []).sort();
        });
      await show();
      await graph.send({ type: 'measures', marks });
      await graph.until('the marks', async () => (await drawn()).length === 2);
      await page.screenshot({ path: `${pictures}/measure-marks-${theme.name}.png` });
      await show();
      await graph.until('the marks again', async () => (await drawn()).join() === 'HTTP: failed,Ping: 0.045 ms');
      await graph.send({ type: 'measures', marks: [{ ...marks[0]!, label: 'Ping: 0.050 ms' }] });
      await graph.until('the newest', async () => (await drawn()).join() === 'Ping: 0.050 ms');
      await graph.send({ type: 'measures', marks: [] });
      await graph.until('none', async () => (await drawn()).length === 0);
    });
  }
});
