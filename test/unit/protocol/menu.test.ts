import assert from 'node:assert/strict';
import type { HostSnapshot } from '../../../src/host/model';
import { localizedManifest } from '../../fixtures/manifest';
import { graphContext } from '../../../src/protocol/graph-subject';
import { isOffered, readWhen, type MenuItem } from '../../../src/protocol/menu';
import { parseSubject } from '../../../src/protocol/subject';
import { buildGraphView } from '../../../src/lab/graph-view';
import { graphMenu, type MenuManifest } from '../../../src/vscode/graph/graph-menu';
import { parseTopology } from '../../../src/topology/parse';
import { host, link, namespace, peer, planetsHost } from '../graph/hosts';
import { planets } from '../language/mutations';

const manifest = localizedManifest() as MenuManifest;

describe('The graph’s menus', () => {
  it('are all understood, so that each command is a button as well', () => {
    const items = manifest.contributes.menus['webview/context'] ?? [];
    assert.ok(items.length >= 6);
    const understood = graphMenu(manifest).map(({ command }) => command);
    assert.deepEqual(items.map(({ command }) => command).sort(), understood.sort());
    for (const { when = '' } of items) assert.match(when, /^webviewId == netns\.graph && /);
  });

  it('stand in VS Code’s order', () => {
    const order = graphMenu({
      contributes: {
        commands: ['a', 'b', 'c', 'd'].map((command) => ({ command, title: command })),
        menus: {
          'webview/context': [
            { command: 'a', group: 'z_delete@1', when: 'x' },
            { command: 'b', group: 'inspect@2', when: 'x' },
            { command: 'c', group: 'inspect@1', when: 'x' },
            { command: 'd', group: 'navigation@7', when: 'x' },
          ],
        },
      },
    });
    assert.deepEqual(order.map(({ command }) => command), ['d', 'c', 'b', 'a']);
  }); // prettier-ignore

  it('hold by each kind of condition, and by no other', () => {
    const offered = (when: string, context: object): boolean | undefined => {
      const conditions = readWhen(when);
      return conditions && isOffered({ command: 'a', title: 'A', group: '', when: conditions }, context);
    };
    assert.equal(offered('a && b == c', { a: {}, b: 'c' }), true);
    assert.equal(offered('a && b == c', { a: {}, b: 'd' }), false);
    assert.equal(offered('!a', { a: true }), false);
    assert.equal(offered('!a', {}), true);
    assert.equal(offered('b != c', { b: 'd' }), true);
    assert.equal(offered("b == 'c'", { b: 'c' }), true);
    assert.equal(offered('b =~ /^(c|d)$/', { b: 'd' }), true);
    assert.equal(offered('toString', {}), false);
    for (const strange of ['a || b', '(a)', 'a in b', 'a > 3', '']) assert.equal(offered(strange, { a: true }), undefined);
  }); // prettier-ignore

  it('have a subject for everything that is drawn, which the commands accept', () => {
    const view = buildGraphView({ hostName: 'lab1', snapshot: planetsHost(), topology: parseTopology(planets).topology });
    const origin = { hostId: 'one', file: 'file:///planets.netns.yaml' };
    const subjectOf = (id: string) => graphContext(view, id, origin).netnsSubject;
    for (const { id } of [...view.nodes, ...view.cables, ...view.nat]) {
      const context = graphContext(view, id, origin);
      if (context.webviewSection === 'outside' || id.startsWith('cable:') && view.cables.find((each) => each.id === id)?.kind === 'uplink') continue;
      assert.deepEqual(parseSubject(context.netnsSubject), context.netnsSubject, id);
    }
    const file = origin.file;
    assert.deepEqual(subjectOf('if:earth/earth-veth'), { type: 'interface', namespace: 'earth', name: 'earth-veth', lab: 'planets', hostId: 'one', file });
    assert.deepEqual(subjectOf('if:/eth0'), { type: 'interface', name: 'eth0', hostId: 'one' });
    assert.deepEqual(subjectOf('bridge:planet-br'), { type: 'bridge', name: 'planet-br', lab: 'planets', hostId: 'one', file });
    assert.deepEqual(subjectOf('host'), { type: 'host', name: 'one', hostId: 'one', file });
    assert.deepEqual(subjectOf('cable:if:/earth-br-veth|if:earth/earth-veth'), {
      type: 'cable', namespace: 'earth', name: 'earth-veth', peer: { name: 'earth-br-veth' }, hostId: 'one', file,
    });
    assert.equal(subjectOf('nat:NAT 10.10.0.0/16')?.enabled, true);
  }); // prettier-ignore

  it('offer with a plug only what can be done with it, and to clear only what is impaired', () => {
    const snapshot = host(
      [
        link(2, 'br0', { kind: 'bridge' }),
        link(3, 'v1', { master: 'br0', peer: peer('red', 'a'), qdisc: { kind: 'netem', options: { delay: { delay: 0.02 } } } }),
        link(4, 'loose', { peer: peer('red', 'b') }),
      ],
      [
        namespace('red', [link(2, 'a', { peer: peer('root', 'v1') }), link(3, 'b', { peer: peer('root', 'loose') })]),
        namespace('blue', [link(2, 'c', { peer: peer('green', 'd') }), link(3, 'tap0', { kind: 'tun' })]),
        namespace('green', [link(2, 'd', { peer: peer('blue', 'c') })]),
      ],
    );
    const menu = graphMenu(manifest);
    const offered = (at: HostSnapshot, id: string): string[] => {
      const context = graphContext(buildGraphView({ hostName: 'lab1', snapshot: at }), id, { hostId: 'one' });
      const all = menu.filter((item) => isOffered(item, context)).map(({ command }) => command.replace('netns.cable.', ''));
      return all.filter((command) => ['unplug', 'plugIn', 'clearImpairment'].includes(command));
    };
    assert.deepEqual(offered(snapshot, 'if:/v1'), ['unplug', 'clearImpairment']);
    assert.deepEqual(offered(snapshot, 'if:red/a'), ['unplug']);
    assert.deepEqual(offered(snapshot, 'cable:if:/v1|if:red/a'), ['unplug', 'clearImpairment']);
    assert.deepEqual(offered(snapshot, 'if:red/b'), ['plugIn']);
    assert.deepEqual(offered(snapshot, 'if:blue/c'), [], 'no bridge is where either end is');
    assert.deepEqual(offered(snapshot, 'if:blue/tap0'), []);
    assert.deepEqual(offered(snapshot, 'bridge:br0'), []);
    const [root, ...others] = snapshot.namespaces;
    const second = { ...snapshot, namespaces: [{ ...root!, links: [...root!.links, link(9, 'br1', { kind: 'bridge' })] }, ...others] };
    assert.deepEqual(offered(second, 'if:red/a'), ['unplug', 'plugIn'], 'into the other bridge');
    const drawn = buildGraphView({ hostName: 'lab1', snapshot }).nodes.find(({ id }) => id === 'if:/v1');
    assert.match(drawn?.details?.[0]?.lines.join() ?? '', /^up,.*20/);
  }); // prettier-ignore

  it('know a nameless namespace by its inode', () => {
    const { isRoot, links, ...more } = namespace('x', [link(2, 'e', { peer: peer('root', 'v') })]);
    const nameless = { ...more, isRoot, links, id: '4026532999' };
    delete (nameless as { name?: string }).name;
    const view = buildGraphView({ hostName: 'lab1', snapshot: host([], [nameless]) });
    assert.deepEqual(graphContext(view, 'ns:#4026532999', { hostId: 'one' }).netnsSubject, {
      type: 'namespace', name: '', namespaceId: '4026532999', hostId: 'one',
    });
    assert.deepEqual(graphContext(view, 'if:#4026532999/e', { hostId: 'one' }).netnsSubject, {
      type: 'interface', namespaceId: '4026532999', name: 'e', hostId: 'one',
    });
  }); // prettier-ignore

  it('offer nothing that edits where there is no file', () => {
    const view = buildGraphView({ hostName: 'lab1', snapshot: planetsHost() });
    const edits = (item: MenuItem): boolean => item.command.startsWith('netns.graph.') && item.when.some(({ key }) => key === 'netnsDeclared');
    for (const { id } of view.nodes) {
      const context = graphContext(view, id, { hostId: 'one' });
      assert.deepEqual(graphMenu(manifest).filter((item) => edits(item) && isOffered(item, context)), []);
    }
  }); // prettier-ignore
});
