import assert from 'node:assert/strict';
import { NetnsError } from '../../src/base/errors';
import { runPlan } from '../../src/lab/apply';
import { observe } from '../../src/lab/observe';
import { planApply } from '../../src/plan/plan-apply';
import type { Transport } from '../../src/transport/transport';
import { probeKernel, type KernelFeature, type LabHost } from '../lab-host';
import { apply, applyPlan, commandsOf, destroy, settledState, topologyOf, untilStateIs } from './lab-plans';
import { linkOf } from './observed-lab';
import { useLabHost } from './use-lab-host';

describe('interfaces that stand on others, on a real host', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;

  useLabHost((host) => ({ lab, transport } = host));

  async function pings(from: string, address: string): Promise<boolean> {
    return (await lab.run(`ip netns exec ${from} ping -c1 -W2 ${address}`)).code === 0;
  }

  /** Applies, finds nothing left to do, tries, edits, destroys, and finds the host as it was. */
  async function goThrough(text: string, edited: string, expected: RegExp, tries: () => Promise<void>): Promise<void> {
    const before = await settledState(lab);
    try {
      await apply(transport, topologyOf(text));
      assert.deepEqual(commandsOf(await applyPlan(transport, topologyOf(text))), []);
      await tries();
      const again = await apply(transport, topologyOf(edited));
      assert.match(commandsOf(again).join('\n'), expected);
      assert.deepEqual(commandsOf(await applyPlan(transport, topologyOf(edited))), []);
    } finally {
      await destroy(transport, 'kinds');
    }
    await untilStateIs(lab, before, 'After destroy');
  }

  it('are macvlan interfaces: two on one interface of the host hear each other', async () => {
    const text = (mode: string): string => `
name: kinds
namespaces:
  red: { interfaces: { m0: { kind: macvlan, parent: eth0, mode: ${mode}, addresses: [10.20.0.1/24] } } }
  blue: { interfaces: { m0: { kind: macvlan, parent: eth0, addresses: [10.20.0.2/24], mac: 02:00:00:00:00:07 } } }
`;
    await goThrough(
      text('bridge'),
      text('private'),
      /^ip -n red link set dev m0 type macvlan mode private$/,
      async () => {
        assert.ok(await pings('red', '10.20.0.2'));
        const snapshot = await observe(transport);
        assert.equal(linkOf(snapshot, 'red', 'm0').parent, 'eth0');
        assert.equal(linkOf(snapshot, 'blue', 'm0').mac, '02:00:00:00:00:07');
      },
    );
  });

  it('are vxlan interfaces: a tunnel over a cable, with an MTU that leaves room for its headers', async () => {
    const text = (id: number, mtu = ''): string => `
name: kinds
links: [{ endpoints: ["red:c0", "blue:c0"] }]
namespaces:
  red:
    interfaces:
      c0: { addresses: [10.20.0.1/24] }
      x0: { kind: vxlan, id: ${id}, parent: c0, local: 10.20.0.1, remote: 10.20.0.2, addresses: [10.21.0.1/24]${mtu} }
  blue:
    interfaces:
      c0: { addresses: [10.20.0.2/24] }
      x0: { kind: vxlan, id: 5, parent: c0, local: 10.20.0.2, remote: 10.20.0.1, addresses: [10.21.0.2/24] }
`;
    await goThrough(
      text(5, ', mtu: 1300'),
      text(6),
      /^ip -n red link del dev x0\nip -n red link add name x0 type vxlan id 6 /,
      async () => {
        assert.ok(await pings('red', '10.21.0.2'));
        await apply(transport, topologyOf(text(5)));
        assert.equal(linkOf(await observe(transport), 'red', 'x0').mtu, 1450);
      },
    );
  });

  it('are undone with all that they took along', async () => {
    const text = (id: number): string => `
name: kinds
links: [{ endpoints: ["red:c0", "blue:c0"] }]
namespaces:
  blue: {}
  red:
    interfaces:
      x0: { kind: vxlan, id: ${id}, parent: c0, remote: 10.20.0.2 }
      m0: { kind: macvlan, parent: x0, addresses: [10.22.0.1/24] }
    routes: [{ to: 10.30.0.0/16, via: 10.22.0.9 }]
`;
    await apply(transport, topologyOf(text(5)));
    const before = await settledState(lab);
    const plan = planApply(topologyOf(text(6)), await observe(transport));
    for (let index = 0; index < plan.steps.length; index++) {
      const stop = new AbortController();
      const error = await runPlan(transport, await applyPlan(transport, topologyOf(text(6))), {
        signal: stop.signal,
        onEvent: (event) => {
          if (event.type === 'stepStarted' && event.index === index) stop.abort();
        },
      }).catch((e: unknown) => e);
      assert.ok(error instanceof NetnsError && error.reason === 'cancelled', String(error));
      assert.doesNotMatch(error.message, /Not everything/);
      await untilStateIs(lab, before, `Stopped at step ${index + 1}`);
    }
    await destroy(transport, 'kinds');
  });

  const optional: [KernelFeature, string, string, RegExp][] = [
    [
      'ipvlan',
      '{ kind: ipvlan, parent: eth0, mode: l2',
      '{ kind: ipvlan, parent: eth0, mode: l3',
      /^ip -n red link set dev i0 type ipvlan mode l3$/m,
    ],
    ['8021q', '{ kind: vlan, parent: eth0, id: 5', '{ kind: vlan, parent: eth0, id: 6', /^ip -n red link del dev i0$/m],
    ['dummy', '{ kind: dummy', '{ kind: dummy, mtu: 1400', /^ip -n red link set dev i0 mtu 1400$/m],
  ];
  for (const [feature, before, after, expected] of optional) {
    it(`are applied, edited and destroyed where the kernel has ${feature}`, async function () {
      if (!(await probeKernel())[feature]) {
        this.test!.title += ` (this kernel lacks ${feature})`;
        this.skip();
      }
      const text = (settings: string): string =>
        ['red', 'blue'].reduce(
          (file, name, index) =>
            `${file}  ${name}: { interfaces: { i0: ${settings}, addresses: [10.20.0.${index + 1}/24] } } }\n`,
          'name: kinds\nnamespaces:\n',
        );
      await goThrough(text(before), text(after), expected, async () => {
        assert.ok(feature === 'dummy' || (await pings('red', '10.20.0.2')));
      });
    });
  }
});
