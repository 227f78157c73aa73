import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { buildGraphView } from '../../../src/lab/graph-view';
import { graphContext } from '../../../src/protocol/graph-subject';
import { parseToGraph } from '../../../src/protocol/parse';
import { parseTopology } from '../../../src/topology/parse';
import { describeCable } from '../../../webview/words';
import { eth0, host, link, namespace } from './hosts';
import { stackedHost, tunnelHost } from './stacked-hosts';

const example = (name: string) => parseTopology(readFileSync(`examples/${name}.netns.yaml`, 'utf8')).topology;

describe('What stands on another interface, in the graph', () => {
  it('is led to that where it lies in another namespace, and named by it as iproute2 does where it lies in the same', () => {
    const view = buildGraphView({ hostName: 'lab1', snapshot: stackedHost() });
    assert.ok(parseToGraph({ type: 'view', view, hosts: [] }));
    const stacked = view.cables.filter(({ kind }) => kind === 'stacked');
    assert.deepEqual(
      stacked.map((cable) => describeCable(cable, view)),
      [
        'macvlan from mac0 of red to lan of the host, 10.40.0.11/24, up',
        'macvlan from mac0 of blue to lan of the host, 10.40.0.12/24, down',
      ],
    );
    assert.equal(view.nodes.find(({ id }) => id === 'if:/eth0.10')?.on, 'eth0');
    const context = graphContext(view, stacked[0]?.id, { hostId: 'one' });
    assert.deepEqual([context.webviewSection, context.netnsSubject?.type, context.netnsSubject?.name], [
      'interface',
      'interface',
      'mac0',
    ]); // prettier-ignore
  });

  it('has no line where what it stands on is not seen', () => {
    const far = link(4, 'mac0', { kind: 'macvlan', parent: 'lan', parentNamespaceId: 'id-elsewhere' });
    const view = buildGraphView({ hostName: 'lab1', snapshot: host([eth0()], [namespace('red', [far])]) });
    assert.deepEqual(
      view.cables.map(({ kind }) => kind),
      ['uplink'],
    );
  });

  for (const name of ['macvlan', 'vxlan', 'vlan']) {
    it(`is drawn of a file, ${name}`, () => {
      const view = buildGraphView({ hostName: 'lab1', topology: example(name) });
      const lines = view.cables.filter(({ kind }) => kind !== 'veth').map((cable) => describeCable(cable, view));
      const on = view.nodes.flatMap((node) => (node.on === undefined ? [] : [`${node.id}@${node.on}`]));
      const wanted: Record<string, unknown> = {
        macvlan: {
          lines: [
            'macvlan from mac0 of red to lab-lan of the host, 10.40.0.11/24',
            'macvlan from mac0 of blue to lab-lan of the host, 10.40.0.12/24',
          ],
          on: [],
        },
        vxlan: {
          lines: ['VXLAN 42 tunnel from tunnel of left to tunnel of right, 10.50.0.1/24 – 10.50.0.2/24'],
          on: ['if:left/tunnel@wan', 'if:right/tunnel@wan'],
        },
      };
      if (wanted[name] !== undefined) assert.deepEqual({ lines, on }, wanted[name]);
      else assert.ok(on.length > 0, 'the router of the example has VLAN interfaces on its cable');
    });
  }
});

describe('Tunnels in the graph', () => {
  const drawn = (change: Parameters<typeof tunnelHost>[0]) => {
    const view = buildGraphView({ hostName: 'lab1', snapshot: tunnelHost(change) });
    return view.cables.filter(({ kind }) => kind === 'tunnel').map((cable) => describeCable(cable, view));
  };

  it('are one line between two ends that lead to each other', () => {
    const both = 'VXLAN 42 tunnel from tunnel of left to tunnel of right, 10.50.0.1/24 – 10.50.0.2/24, up';
    assert.deepEqual(drawn({}), [both]);
    assert.deepEqual(drawn({ local: undefined }), [both], 'an end that names no address of its own has any');
  });

  it('are none where the ends do not agree: another number, another far end, a group', () => {
    assert.deepEqual(drawn({ id: 43 }), []);
    assert.deepEqual(drawn({ remote: '10.59.0.2' }), []);
    assert.deepEqual(drawn({ remote: undefined, group: '239.1.1.1' }), []);
  });

  it('say in the details where they lead', () => {
    const view = buildGraphView({ hostName: 'lab1', snapshot: tunnelHost({}) });
    const { details } = view.nodes.find(({ id }) => id === 'if:left/tunnel') ?? {};
    assert.deepEqual(details?.find(({ heading }) => heading === 'Tunnel')?.lines, [
      'VXLAN 42',
      'from 10.51.0.2',
      'to 10.52.0.2',
    ]);
  });
});
