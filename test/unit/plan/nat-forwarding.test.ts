import assert from 'node:assert/strict';
import type { HostSnapshot, ObservedFirewall, ObservedForwardChain } from '../../../src/host/model';
import { readMark } from '../../../src/host/nat-marks';
import { planApply } from '../../../src/plan/plan-apply';
import { planDestroy } from '../../../src/plan/plan-destroy';
import type { Plan } from '../../../src/plan/model';
import { bridge, bridgeEnd, device, end, link, namespace, scope, topology } from './build-topology';
import { SimulatedHost } from './simulated-host';

const lab = topology({
  name: 'lab',
  bridges: [bridge('br0', { addresses: ['10.1.0.1/16'] })],
  namespaces: [namespace('a', { interfaces: [device('a0', '10.1.0.10/16')] })],
  links: [link(end('a:a0'), bridgeEnd('br0', 'ap'))],
  host: scope({
    nat: [{ path: [], name: 'out', kind: 'masquerade', source: '10.1.0.0/16', notOut: 'br0', enabled: true }],
  }),
});

const docker: ObservedForwardChain = {
  engine: 'iptables',
  backend: 'nft',
  family: 'ip',
  table: 'filter',
  chain: 'FORWARD',
  drops: true,
  userChain: 'DOCKER-USER',
};
const firewalld: ObservedForwardChain = {
  engine: 'nftables',
  family: 'inet',
  table: 'firewalld',
  chain: 'filter_FORWARD',
  drops: true,
};

function hostWith(forwardChains: readonly ObservedForwardChain[], part: Partial<ObservedFirewall> = {}): HostSnapshot {
  const snapshot = new SimulatedHost().snapshot();
  const firewall = { forwardChains, marked: [], ownChains: [], iptablesInUse: [], ...part };
  return {
    ...snapshot,
    tools: { ...snapshot.tools, iptables: 'iptables v1.8.9 (nf_tables)' },
    namespaces: snapshot.namespaces.map((one) => (one.isRoot ? { ...one, firewall } : one)),
  };
}

/** The scripts of the steps that let something through. */
function letThrough(plan: Plan): string[] {
  return plan.steps
    .filter(({ object }) => object.name.startsWith('chain '))
    .flatMap(({ run }) => run.map(({ argv, stdin }) => `${argv[0] ?? ''}: ${stdin ?? ''}`));
}

describe('letting a lab’s traffic through a host that drops it', () => {
  it('goes to where the drop is: Docker’s chain for others, and nftables’ own', () => {
    const [iptables, nft, ...others] = letThrough(planApply(lab, hostWith([docker, firewalld])));
    assert.equal(
      iptables?.replaceAll(/ #\w{8}/g, ''),
      `iptables-restore: *filter
-I DOCKER-USER 1 -i br0 -m comment --comment "netns-topology:lab let br0 out" -j ACCEPT
-I DOCKER-USER 2 -o br0 -m conntrack --ctstate RELATED,ESTABLISHED,DNAT -m comment --comment "netns-topology:lab let br0 in" -j ACCEPT
COMMIT
`,
    );
    assert.equal(
      nft?.replaceAll(/ #\w{8}/g, ''),
      `nft: insert rule inet firewalld filter_FORWARD oifname "br0" ct status dnat counter accept comment "netns-topology:lab let br0 forwarded"
insert rule inet firewalld filter_FORWARD oifname "br0" ct state established,related counter accept comment "netns-topology:lab let br0 in"
insert rule inet firewalld filter_FORWARD iifname "br0" counter accept comment "netns-topology:lab let br0 out"
`,
    );
    assert.deepEqual(others, []);
  });

  it('needs nothing where nothing drops, for another family, or without a way out', () => {
    const ways = [
      planApply(lab, hostWith([{ ...docker, drops: false }])),
      planApply(lab, hostWith([{ ...docker, family: 'ip6' }])),
      planApply({ ...lab, host: scope() }, hostWith([docker])),
    ];
    for (const plan of ways) assert.deepEqual(letThrough(plan), []);
  });

  it('leaves alone what others wrote, and tables whose names are no names', () => {
    assert.deepEqual(letThrough(planApply(lab, hostWith([{ ...firewalld, table: 'x; flush ruleset' }]))), []);
    const foreign = {
      ...docker,
      chain: 'DOCKER-USER',
      position: 1,
      lab: 'other',
      label: 'let br9 out',
      text: '-A DOCKER-USER -i br9 -j ACCEPT',
    };
    const [first = ''] = letThrough(planApply(lab, hostWith([docker], { marked: [foreign] })));
    assert.doesNotMatch(first, /br9/);
    assert.deepEqual(letThrough(planDestroy('lab', hostWith([docker], { marked: [foreign] }))), []);
  });

  it('is taken away with the lab, also where the policy is another one by then', () => {
    const own = {
      engine: 'iptables' as const,
      backend: 'legacy' as const,
      family: 'ip',
      table: 'filter',
      chain: 'FORWARD',
      position: 3,
      lab: 'lab',
      label: 'let br0 out #1',
      text: '-A FORWARD -i br0 -m comment --comment "netns-topology:lab let br0 out #1" -j ACCEPT',
    };
    const snapshot = hostWith([], { marked: [own] });
    const tools = { ...snapshot.tools, 'iptables-legacy': '' };
    const plan = planDestroy('lab', { ...snapshot, tools });
    assert.deepEqual(letThrough(plan), [
      'iptables-legacy-restore: *filter\n-D FORWARD -i br0 -m comment --comment "netns-topology:lab let br0 out #1" -j ACCEPT\nCOMMIT\n',
    ]);
    assert.match(
      plan.steps[0]?.undo[0]?.stdin ?? '',
      /t -I FORWARD 3 -i br0 .*'netns-topology:lab let br0 out #1' -j ACCEPT$/m,
    );
  });

  it('is read from the mark in a comment only', () => {
    assert.deepEqual(readMark('netns-topology:lab let br0 out'), { lab: 'lab', label: 'let br0 out' });
    for (const no of [undefined, 'lab let', 'netns-topology:', 'netns-topology:LAB x', 'netns-topology:a\nb c']) {
      assert.equal(readMark(no), undefined);
    }
  });
});
