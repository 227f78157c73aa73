import assert from 'node:assert/strict';
import { NetnsError } from '../../src/base/errors';
import { natGroups, type NatGroup } from '../../src/lab/nat-groups';
import { switchNat } from '../../src/lab/nat-toggle';
import { observe } from '../../src/lab/observe';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { apply, applyPlan, commandsOf, destroy, stateOf, topologyOf, untilStateIs } from './lab-plans';
import { connectTo, type } from './observed-lab';
import { useLabHost } from './use-lab-host';

/** The first tutorial's last part, as it is typed. */
const tutorial = [
  'ip netns add earth',
  'ip link add earth-veth type veth peer name earth-br-veth',
  'ip link set earth-veth netns earth',
  'ip netns exec earth ip addr add 10.10.0.10/16 dev earth-veth',
  'ip link add planet-br type bridge',
  'ip link set earth-br-veth master planet-br',
  'ip link set planet-br up; ip link set earth-br-veth up',
  'ip netns exec earth ip link set dev lo up; ip netns exec earth ip link set dev earth-veth up',
  'ip addr add 10.10.0.1/16 dev planet-br',
  'ip netns exec earth ip route add default via 10.10.0.1',
  'sysctl -w net.ipv4.ip_forward=1',
];

interface Kind {
  readonly what: string;
  readonly without: readonly string[];
  /** Rules of every kind, with others around them; the second of the first chain is the one for 10.10.0.0/16. */
  readonly rules: readonly string[];
  /** The rules in their order, with what they counted, byte for byte. */
  readonly list: string;
}

const kinds: readonly Kind[] = [
  ...(['nft', 'legacy'] as const).map((backend) => ({
    what: `iptables, its ${backend} rule set`,
    without: backend === 'nft' ? [] : ['nft'],
    rules: [
      `iptables-${backend} -t nat -A POSTROUTING -s 10.99.0.0/16 -j RETURN`,
      `iptables-${backend} -t nat -A POSTROUTING -s 10.10.0.0/16 ! -o planet-br -m comment --comment "it's \\"the\\" \\\\ way; out" -j MASQUERADE`,
      `iptables-${backend} -t nat -A POSTROUTING -s 10.11.0.0/16 -o eth0 -j SNAT --to-source 198.51.100.2`,
      `iptables-${backend} -t nat -A POSTROUTING -m mark --mark 0x1 -j MASQUERADE`,
      `iptables-${backend} -t nat -A PREROUTING -d 198.51.100.2 -p tcp -m tcp --dport 8000 -j DNAT --to-destination 10.10.0.10:8000`,
      `iptables-${backend} -t nat -A PREROUTING -i eth0 -p udp --dport 53 -j REDIRECT --to-ports 5353`,
      `iptables-${backend} -t nat -A OUTPUT -d 198.51.100.2 -p tcp -m tcp --dport 8000 -j DNAT --to-destination 10.10.0.10:8000`,
    ],
    list: `iptables-${backend}-save -c -t nat | grep -v '^[#:]'`,
  })),
  {
    what: 'nftables',
    without: [],
    rules: [
      `nft -f - <<'END'
table ip mine {
  chain out {
    type nat hook postrouting priority 100; policy accept;
    ip saddr 10.99.0.0/16 return
    ip saddr 10.10.0.0/16 oifname != "planet-br" counter masquerade comment "the way; out"
    ip saddr { 10.11.0.0/16, 10.13.0.0/16 } oifname "eth0" counter snat to 198.51.100.2
    meta mark 0x1 masquerade
  }
  chain in {
    type nat hook prerouting priority -100; policy accept;
    ip daddr 198.51.100.2 tcp dport 8000 counter dnat to 10.10.0.10:8000
    udp dport 53 redirect to :5353
  }
  chain own {
    type nat hook output priority -100; policy accept;
    ip daddr 198.51.100.2 tcp dport 8000 dnat to 10.10.0.10:8000
  }
}
END`,
    ],
    list: 'nft list ruleset',
  },
];

for (const { what, without, rules, list } of kinds) {
  describe(`switching NAT off and on: ${what}`, function () {
    this.timeout(120_000);
    let machine: LabHost;
    let transport: Transport;
    let atFirst: string;

    useLabHost((host) => ({ lab: machine, transport } = host), { without });
    before(async () => {
      await type(machine, [...tutorial, ...rules]);
      await machine.run('ip netns exec earth ping -c1 -W2 8.8.8.8');
      atFirst = await stateOf(machine);
    });

    const listed = async (): Promise<string> => (await machine.run(list)).stdout;
    const hasWayOut = async (): Promise<boolean> =>
      (await machine.run('ip netns exec earth ping -c1 -W1 8.8.8.8')).code === 0;
    async function groupOf(isIt: (group: NatGroup) => boolean): Promise<NatGroup> {
      const found = natGroups(await observe(transport)).filter(isIt);
      assert.equal(found.length, 1, JSON.stringify(found.map(({ key }) => key)));
      return found[0]!;
    }
    const masquerade = ({ rule }: NatGroup): boolean => rule.source === '10.10.0.0/16';
    const switchIt = async (isIt: (group: NatGroup) => boolean, on: boolean): Promise<void> => {
      await switchNat(transport, await observe(transport), [await groupOf(isIt)], on);
    };

    it('takes a hand-made rule out and puts it back exactly as it was, in its place, with what it had counted', async () => {
      const before = await listed();
      assert.match(before, /\[1:84\]|packets 1 bytes 84/);
      await switchIt(masquerade, false);
      assert.equal(await hasWayOut(), false);
      const off = await groupOf(masquerade);
      assert.deepEqual([off.state, off.packets, off.off[0]?.by], ['off', 1, 'root']);
      // For root alone; another session sees it.
      assert.match((await machine.run('stat -c %a /run/netns-topology/switched-off')).stdout, /^700/);
      assert.match((await machine.run('stat -c %a /run/netns-topology/switched-off/*')).stdout, /^600\n$/);
      const other = await connectTo(machine, machine.users.sudoNoPassword);
      try {
        const snapshot = await observe(other);
        await switchNat(other, snapshot, natGroups(snapshot).filter(masquerade), true);
      } finally {
        other.dispose();
      }
      assert.equal(await listed(), before);
      assert.equal(await hasWayOut(), true);
      await untilStateIs(machine, atFirst, 'after switching off and on');
    });

    it('keeps the order, in whichever order neighbours are switched', async () => {
      const before = await listed();
      const snat = ({ rule }: NatGroup): boolean => rule.kind === 'snat';
      const marked = ({ rule }: NatGroup): boolean => rule.mark === '0x1';
      for (const one of [masquerade, snat, marked]) await switchIt(one, false);
      for (const one of [snat, masquerade]) await switchIt(one, true);
      await switchIt(snat, false);
      const snapshot = await observe(transport);
      await switchNat(
        transport,
        snapshot,
        natGroups(snapshot).filter(({ state }) => state === 'off'),
        true,
      );
      assert.equal(await listed(), before);
    });

    it('takes a port forward for one thing, whichever way its packets come', async () => {
      const before = await listed();
      const isForward = ({ rule }: NatGroup): boolean => rule.port === 8000;
      const { live } = await groupOf(isForward);
      assert.deepEqual(
        live.map(({ chain }) => chain.toLowerCase()).sort(),
        what === 'nftables' ? ['in', 'own'] : ['output', 'prerouting'],
      );
      await switchIt(isForward, false);
      assert.doesNotMatch(await listed(), /8000/);
      await switchIt(isForward, true);
      assert.equal(await listed(), before);
    });

    it('is undone as a whole when a part of it fails, and says so', async () => {
      const before = await stateOf(machine);
      const snapshot = await observe(transport);
      const group = natGroups(snapshot).find(masquerade)!;
      const broken = { ...group, live: [group.live[0]!, { ...group.live[0]!, text: '-A POSTROUTING -j GONE' }] };
      await assert.rejects(
        switchNat(transport, snapshot, [broken], false),
        (error) => error instanceof NetnsError && error.reason === 'conflict',
      );
      // The record cannot be written: a file lies in its directory's place.
      await type(machine, ['mkdir -p /run/netns-topology; touch /run/netns-topology/switched-off']);
      await assert.rejects(
        switchNat(transport, snapshot, [group], false),
        (error) => error instanceof NetnsError && error.reason === 'commandFailed',
      );
      await type(machine, ['rm /run/netns-topology/switched-off; rmdir /run/netns-topology']);
      await untilStateIs(machine, before, 'after the failures');
    });

    it('counts a rule that somebody typed again as on', async () => {
      const snat = ({ rule }: NatGroup): boolean => rule.kind === 'snat';
      await switchIt(snat, false);
      const { rule } = (await observe(transport)).switchedOff![0]!;
      await type(machine, [
        what === 'nftables'
          ? `nft 'add rule ip mine out ${rule.text}'`
          : `iptables-${rule.place.backend!} -t nat ${rule.text}`,
      ]);
      assert.equal((await groupOf(snat)).state, 'on');
      assert.equal((await observe(transport)).switchedOff, undefined);
    });
  });
}

describe('switching NAT on: forwarding', function () {
  this.timeout(120_000);
  let machine: LabHost;
  let transport: Transport;

  useLabHost((host) => ({ lab: machine, transport } = host));
  before(async () => {
    await type(machine, [
      ...tutorial.slice(0, -1),
      'sysctl -w net.ipv4.ip_forward=0',
      'iptables -t nat -A POSTROUTING -s 10.10.0.0/16 ! -o planet-br -j MASQUERADE',
      'iptables -t nat -A POSTROUTING -s 10.11.0.0/16 -j MASQUERADE',
      'ip netns exec earth iptables -t nat -A POSTROUTING -s 10.12.0.0/16 -j MASQUERADE',
    ]);
  });
  const forwarding = async (place = ''): Promise<string> =>
    (await machine.run(`${place} sysctl -n net.ipv4.ip_forward`)).stdout.trim();
  const switchAll = async (sources: readonly string[], on: boolean): Promise<void> => {
    const snapshot = await observe(transport);
    const groups = natGroups(snapshot).filter(({ rule }) => sources.includes(rule.source ?? ''));
    assert.equal(groups.length, sources.length);
    await switchNat(transport, snapshot, groups, on);
  };

  it('goes on with NAT, stays while any NAT needs it, and is put back as it was', async () => {
    const atFirst = await stateOf(machine);
    await switchAll(['10.10.0.0/16', '10.11.0.0/16'], false);
    assert.equal(await forwarding(), '0');
    await switchAll(['10.10.0.0/16'], true);
    assert.equal(await forwarding(), '1');
    assert.equal((await machine.run('ip netns exec earth ping -c1 -W2 8.8.8.8')).code, 0);
    await switchAll(['10.11.0.0/16'], true);
    await switchAll(['10.10.0.0/16'], false);
    assert.equal(await forwarding(), '1', 'another rule is on');
    await switchAll(['10.11.0.0/16'], false);
    assert.equal(await forwarding(), '0');
    // As at first, but for the forwarding that nothing asks for now.
    await switchAll(['10.10.0.0/16', '10.11.0.0/16'], true);
    await type(machine, [
      'iptables -t nat -Z',
      'sysctl -w net.ipv4.ip_forward=0',
      'rm -r /run/netns-topology/nat-forwarding; rmdir /run/netns-topology',
    ]);
    await untilStateIs(machine, atFirst, 'after all is on again');
  });

  it('of a namespace is its own', async () => {
    await switchAll(['10.12.0.0/16'], false);
    await switchAll(['10.12.0.0/16'], true);
    assert.deepEqual([await forwarding('ip netns exec earth'), await forwarding()], ['1', '0']);
    await switchAll(['10.12.0.0/16'], false);
    assert.equal(await forwarding('ip netns exec earth'), '0');
    await switchAll(['10.12.0.0/16'], true);
  });

  it('that somebody switched on meanwhile stays', async () => {
    await switchAll(['10.12.0.0/16'], false);
    await type(machine, ['ip netns exec earth sysctl -w net.ipv4.ip_forward=1']);
    await switchAll(['10.12.0.0/16'], true);
    await switchAll(['10.12.0.0/16'], false);
    assert.equal(await forwarding('ip netns exec earth'), '1');
  });

  it('is undone with a switch that fails', async () => {
    await type(machine, ['sysctl -w net.ipv4.ip_forward=0']);
    await switchAll(['10.10.0.0/16'], false);
    const before = await stateOf(machine);
    const snapshot = await observe(transport);
    const off = natGroups(snapshot).filter(({ rule }) => rule.source === '10.10.0.0/16');
    const [record] = off[0]!.off;
    const broken = { ...record!, rule: { ...record!.rule, text: '-A POSTROUTING -j GONE' } };
    await assert.rejects(
      switchNat(transport, snapshot, [{ ...off[0]!, off: [broken] }], true),
      (error) => error instanceof NetnsError && error.reason === 'commandFailed',
    );
    assert.equal(await forwarding(), '0');
    await untilStateIs(machine, before, 'after the failure');
  });
});

describe('switching NAT off and on: a lab’s rule', function () {
  this.timeout(120_000);
  let machine: LabHost;
  let transport: Transport;

  useLabHost((host) => ({ lab: machine, transport } = host));

  const lab = topologyOf(`
name: switched
bridges: { sw-br: { addresses: [10.40.0.1/16] } }
namespaces: { s: { interfaces: { s0: { addresses: [10.40.0.10/16] } }, routes: [{ to: default, via: 10.40.0.1 }] } }
links: [{ endpoints: ["s:s0", "sw-br:sp"] }]
nat: { out: { masquerade: 10.40.0.0/16, not-out: sw-br } }
port-forwards: { web: { listen: 8000, to: "s:80" } }
`);

  it('comes back by hand or with the next apply, and nothing of it stays', async () => {
    const atFirst = await stateOf(machine);
    await apply(transport, lab);
    const applied = await stateOf(machine);
    const off = async (): Promise<void> => {
      const snapshot = await observe(transport);
      const groups = natGroups(snapshot).filter(({ declared }) => declared?.name === 'out');
      assert.deepEqual(
        groups.map(({ lab: own, state, isForward }) => [own, state, isForward]),
        [['switched', 'on', false]],
      );
      await switchNat(transport, snapshot, groups, false);
    };
    await off();
    let snapshot = await observe(transport);
    await switchNat(transport, snapshot, natGroups(snapshot), true);
    await untilStateIs(machine, applied, 'after switching on');

    await off();
    const plan = await applyPlan(transport, lab);
    assert.deepEqual([...new Set(plan.steps.map(({ object }) => object.type))], ['nat'], 'drift is seen');
    await apply(transport, lab);
    assert.deepEqual(commandsOf(await applyPlan(transport, lab)), []);
    await untilStateIs(machine, applied, 'after the apply');

    await off();
    snapshot = await observe(transport);
    assert.equal(snapshot.switchedOff?.length, 1);
    await destroy(transport, 'switched');
    await untilStateIs(machine, atFirst, 'after the destroy');
  });
});
