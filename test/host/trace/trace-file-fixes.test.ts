import assert from 'node:assert/strict';
import { mendTopology } from '../../../src/language/edit/mend';
import type { AskedTrace } from '../../../src/lab/trace/question';
import { editText } from '../../../src/language/text-edit';
import { parseTopology } from '../../../src/topology/parse';
import { describeTrace } from '../../../src/trace/describe';
import { editOf } from '../../../src/trace/mending';
import type { CauseId } from '../../../src/trace/model';
import type { Transport } from '../../../src/transport/transport';
import { apply, destroy, topologyOf } from '../lab-plans';
import { useLabHost } from '../use-lab-host';
import { traceOn } from './cause-bench';

/** A lab in which everything works; earth has a second cable to the host, for a way that is not the usual one. */
const file = `name: mends
bridges:
  planet-br: { addresses: [10.10.0.1/16] }
namespaces:
  earth:
    interfaces:
      earth-veth: { addresses: [10.10.0.10/16] }
      e2: { addresses: [10.11.0.10/24] }
    routes: [{ to: default, via: 10.10.0.1 }]
    sysctls: { net.ipv4.conf.all.rp_filter: 0, net.ipv4.conf.e2.rp_filter: 0 }
    services:
      web: { command: python3 -m http.server --bind 10.10.0.10 8000, ready: { tcp: 8000 } }
  neptune:
    interfaces:
      neptune-veth: { addresses: [10.10.0.20/16] }
    routes: [{ to: default, via: 10.10.0.1 }]
  gate:
    interfaces:
      g0: { addresses: [10.20.0.2/24] }
      g1: { addresses: [10.30.0.1/24] }
    routes: [{ to: default, via: 10.20.0.1 }]
    forwarding: true
  mars:
    interfaces:
      m0: { addresses: [10.30.0.2/24] }
    routes: [{ to: default, via: 10.30.0.1 }]
links:
  - endpoints: [earth:earth-veth, planet-br:earth-br-veth]
  - endpoints: [neptune:neptune-veth, planet-br:neptune-br-veth]
  - endpoints: [gate:g0, host:to-gate]
  - endpoints: [gate:g1, mars:m0]
  - endpoints: [earth:e2, host:p2]
host:
  interfaces:
    to-gate: { addresses: [10.20.0.1/24] }
    p2: { addresses: [10.11.0.1/24] }
  routes: [{ to: 10.30.0.0/24, via: 10.20.0.2 }]
  forwarding: true
  sysctls: { net.ipv4.conf.all.rp_filter: 0, net.ipv4.conf.p2.rp_filter: 0, net.ipv4.conf.planet-br.rp_filter: 0 }
nat:
  internet: { masquerade: 10.0.0.0/8, out: eth0 }
port-forwards:
  web: { listen: 8080, to: earth:8000 }
`;

interface Broken {
  /** What of the file is replaced by what. */
  readonly broken: readonly (readonly [string, string])[];
  readonly asked: readonly AskedTrace[];
  /** All that is found, in whatever order, until nothing is. */
  readonly causes: readonly CauseId[];
}

const earthsRoute = 'e2: { addresses: [10.11.0.10/24] }\n    routes: [{ to: default, via: 10.10.0.1 }]';

const groups: Readonly<Record<string, Broken>> = {
  'kernel parameters, of the host, of an interface, of a namespace': {
    broken: [
      ['planet-br.rp_filter: 0', 'planet-br.rp_filter: 1'],
      ['    forwarding: true\n  mars', '    forwarding: true\n    sysctls: { net.ipv4.conf.g0.forwarding: 0 }\n  mars'],
      ['  gate:', '    sysctls: { net.ipv4.icmp_echo_ignore_all: 1 }\n  gate:'],
    ],
    asked: [
      { from: 'earth@10.11.0.10', to: '10.10.0.1' },
      { from: 'earth', to: 'mars' },
      { from: 'earth', to: 'neptune' },
    ],
    causes: ['forwarding-off', 'ping-ignored', 'rp-filter'],
  },
  'services, port forwards and NAT': {
    broken: [
      ['--bind 10.10.0.10 8000', '--bind 127.0.0.1 8000'],
      ['masquerade: 10.0.0.0/8', 'snat: 10.0.0.0/8, to: 198.51.100.77'],
    ],
    asked: [
      { from: 'neptune', to: 'earth:8000' },
      { from: 'earth', to: '8.8.8.8' },
    ],
    causes: ['listens-on-loopback', 'nat-wrong-source'],
  },
  'where a port forward leads, and what it needs': {
    broken: [['to: earth:8000', 'to: neptune:8000']],
    asked: [{ from: 'mars', to: '198.51.100.2:8080' }],
    causes: ['listens-elsewhere'],
  },
  'addresses, routes, cables and what is missing altogether': {
    broken: [
      [earthsRoute, 'e2: { addresses: [10.11.0.10/24] }'],
      ['nat:\n  internet: { masquerade: 10.0.0.0/8, out: eth0 }\n', ''],
      ['neptune-veth: { addresses: [10.10.0.20/16] }', 'neptune-veth: { addresses: [10.10.0.20/16], mtu: 1300 }'],
      ['planet-br:neptune-br-veth', 'host:neptune-br-veth'],
      ['    forwarding: true\n  mars', '    forwarding: false\n  mars'],
      [
        'm0: { addresses: [10.30.0.2/24] }\n    routes: [{ to: default, via: 10.30.0.1 }]',
        'm0: { addresses: [10.30.0.2/24] }',
      ],
    ],
    asked: [
      { from: 'earth', to: '8.8.8.8' },
      { from: 'earth', to: 'neptune', size: 1400 },
      { from: 'neptune', to: 'mars' },
    ],
    causes: ['forwarding-off', 'missing-nat', 'mtu', 'no-default-route', 'no-way-back', 'not-plugged'],
  },
};

/** Each change of a file mends at least one thing. */
const mostRounds = 5;

describe('the fixes of a trace, in the topology file', function () {
  this.timeout(180_000);
  let transport: Transport;

  useLabHost((host) => ({ transport } = host));
  afterEach(() => destroy(transport, 'mends'));

  for (const [name, { broken, asked, causes }] of Object.entries(groups)) {
    it(`mend ${name}: the file, changed and applied, is one whose packets arrive`, async () => {
      let text = broken.reduce((before, [sound, wrong]) => {
        assert.ok(before.includes(sound), sound);
        return before.replace(sound, wrong);
      }, file);
      const found = new Set<CauseId>();
      let open: readonly AskedTrace[] = asked;
      for (let round = 0; round < mostRounds && open.length > 0; round++) {
        await apply(transport, topologyOf(text));
        const reports = [];
        for (const one of open) reports.push({ one, report: await traceOn(transport, one) });
        open = reports.filter(({ report }) => report.reached !== 'yes').map(({ one }) => one);
        for (const { report } of reports) {
          if (report.reached === 'yes') continue;
          const mendable = report.causes.filter((cause) => editOf(cause)?.request !== undefined);
          assert.notEqual(mendable.length, 0, describeTrace(report));
          for (const cause of mendable) {
            const request = editOf(cause)?.request;
            const mended = request && mendTopology(parseTopology(text), request);
            // What two traces found is mended once.
            if (mended === undefined || ('refusal' in mended && mended.saysSo === true)) continue;
            assert.ok('edits' in mended, `${cause.text}: ${JSON.stringify(mended)}\n${text}`);
            found.add(cause.id);
            text = editText(text, mended.edits);
          }
        }
      }
      assert.deepEqual(open, [], text);
      assert.deepEqual([...found].sort(), causes, text);
    });
  }
});
