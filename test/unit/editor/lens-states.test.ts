import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { HostSnapshot, ObservedLink, ObservedNamespace } from '../../../src/host/model';
import { lensPlaces } from '../../../src/language/lens-places';
import { parseTopology } from '../../../src/topology/parse';
import { CommandId } from '../../../src/vscode/ids';
import { labState, type HostStatus } from '../../../src/vscode/editor/lenses/lab-state';
import { liveFacts } from '../../../src/vscode/editor/lenses/live-facts';
import { thingActions } from '../../../src/vscode/editor/lenses/thing-actions';
import { thingState } from '../../../src/vscode/editor/lenses/thing-state';

const text = `name: planets
bridges:
  planet-br: { addresses: [10.10.0.1/16] }
namespaces:
  earth:
    interfaces: { earth-veth: { addresses: [10.10.0.10/16] } }
  mars:
links:
  - endpoints: [earth:earth-veth, planet-br:port]
nat:
  out: { masquerade: 10.10.0.0/16, not-out: planet-br }
port-forwards:
  web: { listen: 8000, to: "earth:8000" }
checks:
  - { from: earth, ping: 10.10.0.1 }
`;
const { file, things } = lensPlaces(parseTopology(text));

function link(name: string, changes: Partial<ObservedLink> = {}): ObservedLink {
  const state = { up: true, operState: 'up', carrier: true, mtu: 1500, addresses: [], altNames: [], data: {} };
  return { index: 1, name, kind: 'veth', ...state, ...changes };
}

function namespace(changes: Partial<ObservedNamespace>): ObservedNamespace {
  const nothing = { links: [], routes: [], rules: [], sysctls: {}, nat: [], nftTables: [], processes: [] };
  return { id: '1', isRoot: false, ...nothing, ...changes };
}

const bridge = link('planet-br', {
  kind: 'bridge',
  addresses: [{ family: 'inet', cidr: '10.10.0.1/16', scope: 'global' }],
});
const rule = { engine: 'nftables', table: 't', chain: 'c', text: '', lab: 'planets' } as const;
const root = namespace({
  isRoot: true,
  links: [bridge, link('port', { master: 'planet-br' })],
  nat: [
    { ...rule, kind: 'masquerade', source: '10.10.0.0/16', notOut: 'planet-br', packets: 84 },
    { ...rule, kind: 'dnat', protocol: 'tcp', port: 8000, to: '10.10.0.10:8000', packets: 1 },
    { ...rule, kind: 'dnat', protocol: 'tcp', port: 8000, to: '10.10.0.10:8000', packets: 2 },
  ],
});
const earth = namespace({ id: '2', name: 'earth', links: [link('earth-veth')] });

function snapshot(namespaces: readonly ObservedNamespace[], manifest?: object): HostSnapshot {
  const labs = manifest === undefined ? [] : [{ name: 'planets', manifest }];
  return { hostname: 'h', kernel: '6', namespaces, labs, tools: {}, unread: [] };
}

function states(observed: HostSnapshot): Record<string, string | undefined> {
  return Object.fromEntries(
    things.flatMap((place) =>
      place.kind === 'check'
        ? []
        : [[place.kind + String(place.line), thingState(place, 'planets', liveFacts(observed), 'lab1').words]],
    ),
  );
}

const empty = {
  version: 1,
  lab: 'planets',
  revision: 1,
  ...Object.fromEntries(
    [
      'cables',
      'interfaces',
      'settings',
      'ports',
      'addresses',
      'routes',
      'rules',
      'sysctls',
      'nftTables',
      'nameservers',
      'services',
    ].map((key) => [key, []]),
  ),
};
const manifest = { ...empty, namespaces: ['earth', 'mars'], bridges: [{ name: 'planet-br' }] };
const mars = namespace({ id: '3', name: 'mars' });

describe('What code lenses say of a live host', () => {
  it('of each thing, as it is there', () => {
    assert.deepEqual(states(snapshot([root, earth])), {
      bridge2: 'NAT on · 1 port · 84 packets',
      namespace4: 'up',
      namespace6: 'not on lab1',
      nat10: 'on · 84 packets',
      'port-forward12': 'on · 3 packets',
    });
  });

  it('of interfaces that are down or not there', () => {
    const down = { ...earth, links: [link('earth-veth', { up: false })] };
    assert.equal(states(snapshot([root, down]))['namespace4'], 'earth-veth is down');
    assert.equal(states(snapshot([root, { ...earth, links: [] }]))['namespace4'], 'earth-veth is not there');
  });

  it('of a bridge that is down, and of rules that are not there or another lab’s', () => {
    const other = {
      ...root,
      links: [{ ...bridge, up: false }],
      nat: root.nat.map((one) => ({ ...one, lab: 'other' })),
    };
    const said = states(snapshot([other]));
    assert.equal(said['bridge2'], 'down · NAT on · 0 ports · 84 packets');
    assert.equal(said['nat10'], 'off');
    assert.equal(said['port-forward12'], 'off');
  });

  it('of the lab: what was made and is gone, and what the file declares otherwise', () => {
    const said = (observed: HostSnapshot): string => labState(file, 'live', liveFacts(observed)).words;
    assert.equal(said(snapshot([root, earth, mars], manifest)), 'applied');
    assert.equal(said(snapshot([root, earth, mars])), 'not applied');
    assert.equal(said(snapshot([root, earth], manifest)), 'drifted: mars is gone');
    assert.equal(said(snapshot([namespace({ isRoot: true }), earth], manifest)), 'drifted: mars and 1 more are gone');
    assert.equal(said(snapshot([root, earth, mars], { ...manifest, namespaces: ['earth'] })), 'file changed');
    assert.equal(said(snapshot([root], { version: 9 })), 'unreadable');
  });

  it('of the lab as it was compared, which counts more than names', () => {
    const entry = { words: 'earth-veth is down', cause: 'host' } as const;
    const drift = { state: 'drifted', summary: 'drifted: earth-veth is down', entries: [entry] } as const;
    assert.deepEqual(labState(file, 'live', liveFacts(snapshot([root, earth, mars], manifest)), drift), {
      words: 'drifted: earth-veth is down',
      tooltip: 'earth-veth is down',
      leadsTo: 'plan',
    });
    const nothing = { state: 'absent', summary: 'not on the host', entries: [] } as const;
    assert.equal(labState(file, 'live', liveFacts(snapshot([root])), nothing).words, 'not applied');
  });

  it('of a host that is not live, and leads to what helps', () => {
    const said = (status: HostStatus): string => {
      const { words, leadsTo } = labState(file, status, undefined);
      return `${words} → ${leadsTo}`;
    };
    assert.deepEqual((['none', 'disconnected', 'connecting', 'lost', 'failed', 'live'] as const).map(said), [
      'no host chosen → chooseHost',
      'not connected → connect',
      'connecting… → nothing',
      'connection lost → connect',
      'cannot connect → connect',
      'reading… → nothing',
    ]);
  });
});

describe('What code lenses offer', () => {
  it('are commands that package.json contributes', () => {
    const manifestFile = readFileSync(`${__dirname}/../../../package.json`, 'utf8');
    const { contributes } = JSON.parse(manifestFile) as { contributes: { commands: { command: string }[] } };
    const contributed = contributes.commands.map(({ command }) => command);
    const offered = Object.values(thingActions).flatMap((actions) => actions.map(({ command }) => command));
    for (const command of [...offered, ...Object.values(CommandId)]) assert.ok(contributed.includes(command), command);
  });
});
