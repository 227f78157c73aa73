import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { NetnsError } from '../../../src/base/errors';
import { Emitter } from '../../../src/base/events';
import type { Subject } from '../../../src/protocol/subject';
import type { HostSnapshot } from '../../../src/host/model';
import { emptyManifest } from '../../../src/plan/manifest';
import { serviceCommandLine } from '../../../src/plan/service-keeper';
import type { Privilege } from '../../../src/transport/transport';
import { HostRegistry } from '../../../src/vscode/hosts/host-registry';
import { HostTree, type TreeElement } from '../../../src/vscode/tree/host-tree';
import { configuration, FakeHost, noPrompts } from './fake-host';
import { link, namespace, planets, snapshot } from './snapshots';

describe('The tree of hosts', () => {
  let registry: HostRegistry;
  let tree: HostTree;

  async function show(first: HostSnapshot, privilege?: Privilege): Promise<FakeHost> {
    const fake = new FakeHost(first);
    if (privilege !== undefined) fake.privilege = privilege;
    registry = new HostRegistry(fake.services);
    registry.update([configuration('lab1')]);
    tree = new HostTree(registry);
    await registry.find('lab1')?.connect(noPrompts);
    registry.find('lab1')?.watch();
    return fake;
  }
  afterEach(() => {
    tree.dispose();
    registry.dispose();
  });

  /** Every row as `label  (description)`, indented as it is in the tree, as VS Code would ask for it. */
  function drawn(parent?: TreeElement, indent = ''): string[] {
    return tree.getChildren(parent).flatMap((element) => {
      const { description } = tree.getTreeItem(element);
      const facts = typeof description === 'string' && description !== '' ? `  (${description})` : '';
      return [`${indent}${element.node.label}${facts}`, ...drawn(element, `${indent}  `)];
    });
  }

  function find(label: string, parent?: TreeElement): TreeElement {
    const search = (from: TreeElement | undefined): TreeElement[] =>
      tree.getChildren(from).flatMap((element) => [element, ...search(element)]);
    const found = search(parent).find((element) => element.node.label === label);
    assert.ok(found, `no row ${label}`);
    return found;
  }

  it('marks which of several hosts the workspace’s topologies are for, as soon as that is chosen', async () => {
    await show(snapshot());
    tree.dispose();
    const chosen = new Emitter<void>();
    let host: string | undefined = 'lab1';
    tree = new HostTree(registry, undefined, {
      knownTarget: () => (host === undefined ? undefined : registry.find(host)),
      onDidChange: chosen.event,
    });
    const marked = (): string[] => drawn().filter((row) => row.includes('this workspace’s host · '));
    assert.deepEqual(marked(), []);
    registry.update([configuration('lab1'), configuration('lab2')]);
    assert.match(marked().join('\n'), /^lab1 [^\n]*$/);
    host = 'lab2';
    chosen.fire();
    assert.match(marked().join('\n'), /^lab2 [^\n]*$/);
    host = undefined;
    chosen.fire();
    assert.deepEqual(marked(), []);
  });

  it('shows the services of labs as they stand, and leaves out what stays beside them', async () => {
    const service = { namespace: 'earth', name: 'web', command: 'serve', env: {}, ready: { tcp: 8000 } };
    const processes = [serviceCommandLine('planets', service), 'serve'].map((command, pid) => ({ pid, command }));
    await show(
      snapshot({
        namespaces: [namespace(undefined, {}), namespace('earth', { id: '2', processes })],
        labs: [
          {
            name: 'planets',
            manifest: { ...emptyManifest('planets'), services: [service, { ...service, name: 'api' }] },
          },
        ],
        services: [{ lab: 'planets', namespace: 'earth', name: 'web', restarts: 2, pid: 1, since: 1e9 }],
      }),
    );
    assert.deepEqual(drawn(find('earth')), [
      'Services  (2 · 1 not running)',
      `  web  (:8000 · running since 2001-09-09 ${new Date(1e12).toTimeString().slice(0, 5)}, process 1, restarted 2 times)`,
      '  api  (:8000 · not running)',
      'Processes  (1)',
      '  serve  (1 · serve)',
    ]);
    assert.equal(find('web').node.context, 'service.running');
    assert.equal(find('api').node.context, 'service.ended');
  });

  it('shows the first tutorial’s lab with its facts', async () => {
    await show(planets());
    assert.deepEqual(drawn(), [
      'lab1  (root@198.51.100.7 · Linux 6.12.43 · live)',
      '  Labs  (1)',
      '    planets  (applied)',
      '  Namespaces  (2)',
      '    host  (root namespace · 198.51.100.2/24, 10.10.0.1/16)',
      '      eth0  (198.51.100.2/24 · up)',
      '    earth  (10.10.0.10/16)',
      '      earth-veth ↔ planet-br  (10.10.0.10/16 · up)',
      '      Routes  (1)',
      '        default  (via 10.10.0.1 dev earth-veth)',
      '    neptune  (10.10.0.20/16)',
      '      neptune-veth ↔ planet-br  (10.10.0.20/16 · up)',
      '      Routes  (1)',
      '        default  (via 10.10.0.1 dev neptune-veth)',
      '  Bridges  (1)',
      '    planet-br  (10.10.0.1/16 · 2 ports · NAT on)',
      '      earth-br-veth ↔ earth:earth-veth  (up)',
      '      neptune-br-veth ↔ neptune:neptune-veth  (up)',
      '  NAT and Port Forwards  (2)',
      '    10.10.0.0/16 → all but planet-br  (masquerade · 84 packets · planets)',
      '    :8000 → earth:8000  (planets)',
    ]);
  });

  it('shows by a box whether NAT is on, and what was switched off, by whom', async () => {
    const { namespaces, ...rest } = planets();
    const [root, ...others] = namespaces;
    const [rule, ...left] = root!.nat;
    const record = { id: '0123abcd', by: 'ada', since: '2026-01-01T10:00:00Z', namespaceId: root!.id, before: [] };
    const switchedOff = [{ ...record, rule: { ...rule!, place: { family: 'ip', position: 1 } } }];
    await show({ ...rest, switchedOff, namespaces: [{ ...root!, nat: left }, ...others] });
    const rows = drawn();
    const at = rows.findIndex((line) => line.includes('NAT and Port Forwards'));
    assert.deepEqual(rows.slice(at + 1), [
      '    :8000 → earth:8000  (planets)',
      '    10.10.0.0/16 → all but planet-br  (switched off by ada · masquerade · 84 packets · planets)',
    ]);
    assert.ok(rows.some((line) => line.includes('planet-br  (10.10.0.1/16 · 2 ports)')));
    const item = tree.getTreeItem(find('10.10.0.0/16 → all but planet-br'));
    const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
    assert.deepEqual(
      [item.contextValue, (item.checkboxState as { state: vscode.TreeItemCheckboxState }).state],
      ['nat.source.off', Unchecked],
    );
    const on = tree.getTreeItem(find(':8000 → earth:8000'));
    assert.equal((on.checkboxState as { state: vscode.TreeItemCheckboxState }).state, Checked);
    assert.match((on.checkboxState as { tooltip: string }).tooltip, /switch it off/);
  });

  it('lists what runs in a namespace, and what its rows’ actions are about', async () => {
    const processes = [{ pid: 4711, command: '/usr/bin/python3 -m http.server 8000' }];
    await show(snapshot({ namespaces: [namespace(undefined, { processes }), namespace('earth', { processes })] }));
    const rows = drawn();
    assert.deepEqual(rows.slice(rows.findIndex((row) => row.includes('Processes'))), [
      '      Processes  (1)',
      '        python3  (4711 · /usr/bin/python3 -m http.server 8000)',
    ]);
    assert.deepEqual(find('python3').node.subject, {
      type: 'process',
      hostId: 'lab1',
      namespace: 'earth',
      name: 'python3',
      pid: 4711,
    });
  });

  it('shows what comes and goes by itself: neighbours, sockets, what bridges learned, and what holds things up', async () => {
    const mac = '02:00:00:00:00:01';
    const root = namespace(undefined, {
      links: [
        link('br0', { kind: 'bridge', data: { stp_state: 1 } }),
        link('p1', { master: 'br0', port: { state: 'blocking' }, peer: { namespaceId: '2', name: 'eth0' } }),
        link('p2', { master: 'br0', port: { state: 'forwarding' }, vlans: { untagged: 7, tagged: [8, 9] } }),
        link('ovs0', {
          kind: 'openvswitch',
          openvswitch: {
            controllers: [{ target: 'tcp:198.51.100.9:6653', isConnected: false }],
            ports: [{ name: 'far', type: 'vxlan', options: { remote_ip: '198.51.100.8' } }],
          },
        }),
      ],
      rules: [
        { family: 'inet', priority: 0, table: 'local' },
        { family: 'inet', priority: 100, from: '10.0.0.0/8', fwmark: '0x7', table: '9' },
      ],
      fdb: [{ mac, dev: 'p1' }],
      sysctls: { 'net.ipv4.ip_forward': '1' },
      conntrack: { connections: 12, max: 100 },
    });
    const links = [
      link('eth0', {
        mac,
        operState: 'lowerlayerdown',
        carrier: false,
        peer: { namespaceId: root.id, name: 'gone-down' },
      }),
    ];
    const down = link('gone-down', { up: false, operState: 'down', carrier: false });
    const earth = namespace('earth', {
      id: '2',
      links,
      neighbours: [
        { family: 'inet', address: '10.10.0.1', dev: 'eth0', mac, state: 'resolved' },
        { family: 'inet', address: '10.10.0.99', dev: 'eth0', state: 'failed' },
      ],
      sockets: [
        { protocol: 'tcp', address: '*', port: 8000, process: { pid: 4711, program: 'python3' } },
        { protocol: 'udp', address: '127.0.0.53', port: 53, dev: 'lo' },
      ],
    });
    const held = namespace(undefined, {
      id: '3',
      isRoot: false,
      title: 'h1',
      maker: 'Mininet',
      processes: [{ pid: 4712, command: 'bash mininet:h1' }],
    });
    const { title, maker } = { title: 'web', maker: 'Podman' };
    const container = namespace('netns-1', { id: '4', title, maker });
    await show(snapshot({ namespaces: [{ ...root, links: [...root.links, down] }, earth, held, container] }));
    const rows = drawn().map((row) => row.trim());
    for (const row of [
      'eth0 ↔ host:gone-down  (lower layer down: host:gone-down is down)',
      'Neighbours  (2 · 1 failed)',
      '10.10.0.1  (dev eth0 · lladdr 02:00:00:00:00:01)',
      '10.10.0.99  (failed · dev eth0)',
      'Listening  (2 (8000, 53))',
      'tcp :8000  (python3 (4711))',
      'udp 127.0.0.53:53  (dev lo)',
      'Policy Rules  (1)',
      'from 10.0.0.0/8 fwmark 0x7  (lookup 9 · priority 100)',
      'Kernel Parameters  (forwards IPv4)',
      'Connections  (12 of 100 followed)',
      'br0  (2 ports · spanning tree)',
      'p1 ↔ earth:eth0  (up · blocking)',
      'p2  (up · forwarding · VLANs 7, 8, 9 tagged)',
      'MAC Addresses  (1)',
      '02:00:00:00:00:01  (behind p1 · earth:eth0)',
      'ovs0  (1 port)',
      'far → 198.51.100.8  (vxlan)',
      'Controller tcp:198.51.100.9:6653  (not connected)',
      'h1  (Mininet, held by 4712)',
      'web  (container (Podman))',
    ])
      assert.ok(rows.includes(row), `${row} is not among\n${rows.join('\n')}`);
  });

  it('tells states apart by icon as well as by colour and words', async () => {
    await show(
      snapshot({
        namespaces: [
          namespace(undefined, {
            links: [
              link('a'),
              link('b', { up: false, operState: 'down', carrier: false }),
              link('c', { operState: 'lowerlayerdown', carrier: false }),
              link('d', { kind: 'tun', operState: 'down', carrier: false }),
            ],
          }),
        ],
      }),
    );
    const faces = ['a', 'b', 'c', 'd'].map((name) => {
      const item = tree.getTreeItem(find(name));
      return [item.description, (item.iconPath as vscode.ThemeIcon).id];
    });
    assert.deepEqual(
      faces.map(([words]) => words),
      ['up', 'down', 'lower layer down', 'no carrier'],
    );
    assert.equal(new Set(faces.map(([, icon]) => icon)).size, 4);
  });

  it('shows again only what changed, and keeps the rows that stay', async () => {
    const fake = await show(planets());
    drawn();
    const earth = find('earth');
    const ids = new Set<string>();
    tree.onDidChangeTreeData((elements) => {
      for (const element of elements ?? []) ids.add(element.node.id);
    });
    const before = planets();
    fake.change({
      ...before,
      namespaces: before.namespaces.map((one) =>
        one.name !== 'earth'
          ? one
          : { ...one, links: one.links.map((each) => ({ ...each, up: false, carrier: false })) },
      ),
    });
    assert.deepEqual([...ids], ['lab1/namespaces/earth/if/earth-veth']);
    ids.clear();
    fake.change({ ...before, namespaces: [...before.namespaces, namespace('mars')] });
    assert.ok(ids.has('lab1/namespaces'));
    assert.ok(!ids.has('lab1') && !ids.has('lab1/bridges'));
    assert.equal(find('earth'), earth, 'the row of earth is another object now');
    assert.equal(find('mars').node.hostId, 'lab1');
    ids.clear();
    fake.change({ ...before, namespaces: [...before.namespaces, namespace('mars')] });
    assert.deepEqual([...ids], [], 'nothing changed, yet rows are shown again');
  });

  it('gives every row an id of its own, parents, and a name for screen readers', async () => {
    await show(planets());
    const seen = new Set<string>();
    const visit = (parent: TreeElement | undefined): void => {
      for (const element of tree.getChildren(parent)) {
        const item = tree.getTreeItem(element);
        assert.ok(item.id !== undefined && !seen.has(item.id), `twice: ${item.id}`);
        seen.add(item.id);
        assert.equal(tree.getParent(element), parent);
        assert.ok((item.accessibilityInformation?.label ?? '').length > 0);
        visit(element);
      }
    };
    visit(undefined);
    assert.ok(seen.size > 20);
  });

  it('finds the row of what is selected in a graph, with the rows that it lies in, and looks nowhere else', async () => {
    await show(planets());
    const labels = (subject: Omit<Subject, 'hostId'>, hostId = 'lab1'): string[] => {
      const path: string[] = [];
      for (let row = tree.elementFor({ ...subject, hostId }); row !== undefined; row = row.parent)
        path.unshift(row.node.label);
      return path;
    };
    assert.deepEqual(labels({ type: 'namespace', name: 'earth' }), ['lab1', 'Namespaces', 'earth']);
    const end = { namespace: 'earth', name: 'earth-veth' };
    const row = ['lab1', 'Namespaces', 'earth', 'earth-veth ↔ planet-br'];
    assert.deepEqual(labels({ type: 'interface', ...end, file: 'file:///planets.netns.yaml' }), row);
    assert.deepEqual(labels({ type: 'cable', ...end, peer: { name: 'earth-br-veth' } }), row);
    assert.deepEqual(labels({ type: 'bridge', name: 'planet-br' }), ['lab1', 'Bridges', 'planet-br']);
    assert.deepEqual(labels({ type: 'interface', name: 'earth-br-veth' }).slice(0, 3), [
      'lab1',
      'Bridges',
      'planet-br',
    ]);
    assert.deepEqual(labels({ type: 'host', name: 'lab1' }), ['lab1']);
    assert.deepEqual(labels({ type: 'namespace', name: 'pluto' }), []);
    assert.deepEqual(labels({ type: 'namespace', name: 'earth' }, 'lab2'), []);
    const found = tree.elementFor({ type: 'namespace', name: 'earth', hostId: 'lab1' });
    assert.equal(found, find('earth'), 'VS Code knows a row by its object');
    tree.setFilter(['neptune']);
    assert.equal(tree.elementFor({ type: 'namespace', name: 'earth', hostId: 'lab1' }), undefined);
  });

  it('says first below a host without root that it can only be looked at, and why', async () => {
    const error = new NetnsError('privilege', 'This needs root.', { advice: 'Allow sudo.' });
    await show(snapshot(), { type: 'none', error });
    const [, first] = drawn();
    assert.equal(first, '  Read only: no root  (what is in namespaces, NAT and others’ processes are not seen)');
    assert.match(tree.getTreeItem(find('lab1')).description as string, /live, read only$/);
  });

  it('shows what is read already while a large host is still being read', async () => {
    const fake = new FakeHost(planets());
    let finish: () => void = () => undefined;
    fake.reading = new Promise((resolve) => (finish = resolve));
    registry = new HostRegistry(fake.services);
    registry.update([configuration('lab1')]);
    tree = new HostTree(registry);
    const connecting = registry.find('lab1')?.connect(noPrompts);
    await new Promise((resolve) => setImmediate(resolve));
    const { namespaces, ...rest } = planets();
    fake.parts.fire({ snapshot: { ...rest, namespaces: namespaces.slice(0, 2) }, read: 2, of: 3 });
    const rows = drawn();
    assert.deepEqual(rows.slice(0, 3), [
      'lab1  (connecting… · root@198.51.100.7)',
      '  Stop Connecting',
      '  Reading…  (2 of 3 namespaces)',
    ]);
    assert.ok(rows.some((row) => row.includes('earth  (')));
    assert.ok(!rows.some((row) => row.includes('neptune  (')));
    assert.equal(registry.find('lab1')?.snapshot, undefined, 'a part is none that is planned with');
    finish();
    await connecting;
    assert.ok(drawn().some((row) => row.includes('neptune  (')));
    assert.ok(!drawn().some((row) => row.includes('Reading…')));
  });

  it('finds the row of a thing of the host, making none but those on the way to it', async () => {
    await show(planets());
    const earth: Subject = { type: 'namespace', hostId: 'lab1', name: 'earth' };
    assert.equal(tree.elementFor(earth)?.node.label, 'earth');
    const route: Subject = {
      type: 'route',
      hostId: 'lab1',
      namespace: 'earth',
      name: 'default',
      family: 'inet',
      table: 'main',
      via: '10.10.0.1',
      dev: 'earth-veth',
    };
    const row = tree.elementFor(route);
    assert.equal(row?.node.label, 'default');
    const above: string[] = [];
    for (let one = row.parent; one !== undefined; one = one.parent) above.push(one.node.label);
    assert.deepEqual(above, ['Routes', 'earth', 'Namespaces', 'lab1']);
    assert.equal(tree.elementFor(route), row, 'VS Code knows rows by their identity');
    assert.equal(tree.elementFor({ ...route, via: '10.10.0.2' }), undefined);
    assert.equal(tree.elementFor({ ...earth, hostId: 'lab2' }), undefined);
  });

  it('says below a host that is not live what to do', async () => {
    const fake = await show(snapshot());
    fake.loseConnection(new Error('Cut by a test.'));
    assert.deepEqual(drawn(), [
      'lab1  (connection lost, reconnecting (try 1) · root@198.51.100.7)',
      '  Cut by a test.',
      '  Reconnect Now',
      '  Stop Reconnecting',
    ]);
    assert.equal(tree.getTreeItem(find('Reconnect Now')).command?.command, 'netns.host.connect');
    assert.equal(tree.getTreeItem(find('Stop Reconnecting')).command?.command, 'netns.host.disconnect');
    assert.equal(tree.getTreeItem(find('lab1')).contextValue, 'host.reconnecting');
  });

  it('shows names from a host as text, whatever they hold', async () => {
    await show(
      snapshot({
        namespaces: [
          namespace(undefined),
          namespace('[x](command:a) <b>\u202e\u001b[31m', {
            links: [link('if0', { addresses: [{ family: 'inet', cidr: '10.0.0.1/8', scope: 'global' }] })],
          }),
        ],
      }),
    );
    const item = tree.getTreeItem(find('[x](command:a) <b>\ufffd\ufffd[31m'));
    const markdown = item.tooltip as vscode.MarkdownString;
    assert.ok(markdown instanceof vscode.MarkdownString);
    assert.ok(!markdown.isTrusted && !markdown.supportHtml);
    assert.ok(!markdown.value.includes('[x](command'), markdown.value);
  });
});
