import assert from 'node:assert/strict';
import { masqueradeBridge } from '../../src/lab/actions/nat-by-hand';
import { runSteps } from '../../src/lab/actions/run-change';
import { resolveTarget } from '../../src/lab/actions/target';
import { natGroups } from '../../src/lab/nat-groups';
import { switchNat } from '../../src/lab/nat-toggle';
import { observe } from '../../src/lab/observe';
import { undoOf } from '../../src/plan/actions/things';
import type { Step } from '../../src/plan/model';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { subject } from './actions-on-a-host';
import { droppingHosts, type DroppingHost } from './dropping-hosts';
import { settledState, untilStateIs } from './lab-plans';
import { type } from './observed-lab';
import { useLabHost } from './use-lab-host';

const bridge = [
  'ip netns add earth',
  'ip link add planet-br type bridge',
  'ip link add earth-br-veth type veth peer name earth-veth netns earth',
  'ip link set earth-br-veth master planet-br up',
  'ip link set planet-br up',
  'ip addr add 10.10.0.1/16 dev planet-br',
  'ip -n earth link set earth-veth up',
  'ip -n earth addr add 10.10.0.10/16 dev earth-veth',
  'ip -n earth route add default via 10.10.0.1',
];

/** Where the host has no iptables, the rule itself is in nftables as well. */
const hosts: readonly DroppingHost[] = droppingHosts.map((host) =>
  host.what.includes('nftables firewall') ? { ...host, without: ['iptables', 'ip6tables'] } : host,
);

for (const { what, without, make, list } of hosts) {
  describe(`NAT for a bridge that has none, on a host that drops what it passes on: ${what}`, function () {
    this.timeout(120_000);
    let machine: LabHost;
    let transport: Transport;

    useLabHost((host) => ({ lab: machine, transport } = host), { without });
    before(async () => {
      await type(machine, [
        ...make,
        ...bridge,
        'for i in iptables-legacy ip6tables-legacy; do for t in raw nat filter; do $i -t $t -S; done; done',
        'for t in nat filter; do iptables-nft -t $t -S; done 2>/dev/null || :',
      ]);
    });

    const hasWayOut = async (): Promise<boolean> =>
      (await machine.run('ip netns exec earth ping -c1 -W1 8.8.8.8')).code === 0;
    const rules = async (): Promise<string> => (await machine.run(list)).stdout;
    async function switchOn(): Promise<readonly Step[]> {
      const snapshot = await observe(transport);
      const steps = masqueradeBridge(resolveTarget(subject('bridge', 'planet-br'), snapshot));
      await runSteps(transport, 'Switch On', snapshot, steps);
      return steps;
    }
    async function toggle(on: boolean): Promise<void> {
      const snapshot = await observe(transport);
      const groups = natGroups(snapshot).filter(({ rule }) => rule.source === '10.10.0.0/16');
      assert.equal(groups.length, 1);
      await switchNat(transport, snapshot, groups, on);
    }

    it('has its way through with the rule, and loses it with it; the undo leaves nothing', async () => {
      // A masquerading that comes and goes leaves iptables' chain behind.
      await runSteps(transport, 'Undo', await observe(transport), undoOf(await switchOn()));
      const atFirst = await settledState(machine);
      const closed = await rules();
      assert.equal(await hasWayOut(), false);
      const steps = await switchOn();
      const open = await rules();
      assert.match(open, /netns-nat let planet-br out/);
      assert.equal(await hasWayOut(), true);
      // Who has a route to the bridge does not get in that way.
      const visit =
        'ip route add 10.10.0.0/16 via 198.51.100.2; ping -c1 -W1 10.10.0.10; code=$?; ip route del 10.10.0.0/16; exit $code';
      assert.notEqual((await machine.runOutside(visit)).code, 0);
      await toggle(false);
      assert.equal(await rules(), closed);
      assert.equal(await hasWayOut(), false);
      await toggle(true);
      assert.match(await rules(), /netns-nat let planet-br out/);
      assert.equal(await hasWayOut(), true);
      await runSteps(transport, 'Undo', await observe(transport), undoOf(steps));
      assert.equal(await rules(), closed);
      await untilStateIs(machine, atFirst, 'after the undo');
    });
  });
}
