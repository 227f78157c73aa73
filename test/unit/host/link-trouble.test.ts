import assert from 'node:assert/strict';
import { linkTrouble } from '../../../src/host/link-trouble';
import type { HostSnapshot, ObservedLink, ObservedNamespace } from '../../../src/host/model';

function link(name: string, part: Partial<ObservedLink> = {}): ObservedLink {
  const state = { index: 1, up: true, operState: 'up', carrier: true, mtu: 1500, addresses: [], altNames: [] };
  return { ...state, name, kind: 'veth', data: {}, ...part };
}

function namespace(id: string, links: readonly ObservedLink[]): ObservedNamespace {
  const lists = { routes: [], rules: [], sysctls: {}, nat: [], nftTables: [], processes: [] };
  return { id, isRoot: id === '1', links, ...lists };
}

const lower = { operState: 'lowerlayerdown', carrier: false };
const off = { up: false, operState: 'down', carrier: false };

/** `REASON CULPRIT` of an interface in the first of the namespaces. */
function trouble(name: string, ...namespaces: readonly ObservedNamespace[]): string | undefined {
  const snapshot: HostSnapshot = { hostname: '', kernel: '', namespaces, labs: [], tools: {}, unread: [] };
  const own = namespaces[0]?.links.find((one) => one.name === name);
  const found = own && linkTrouble(snapshot, namespaces[0]!, own);
  return found && [found.reason, found.culprit?.link.name].filter((part) => part !== undefined).join(' ');
}

describe('why nothing passes an interface', () => {
  it('is nothing while all is well, also where a kind cannot tell', () => {
    assert.equal(trouble('a', namespace('1', [link('a')])), undefined);
    assert.equal(trouble('t', namespace('1', [link('t', { kind: 'tun', operState: 'unknown' })])), undefined);
  });

  it('is that nobody set it up, before anything else', () => {
    const peer = { namespaceId: '2', name: 'b' };
    assert.equal(
      trouble('a', namespace('1', [link('a', { ...off, peer })]), namespace('2', [link('b', off)])),
      'set-down',
    );
  });

  it('is the other end of the cable, in whatever namespace', () => {
    const own = link('a', { ...lower, peer: { namespaceId: '2', name: 'b' } });
    assert.equal(trouble('a', namespace('1', [own]), namespace('2', [link('b', off)])), 'peer-down b');
    assert.equal(trouble('a', namespace('1', [own])), 'lower-layer');
  });

  it('is the interface that it stands on', () => {
    const vlan = link('v', { ...lower, kind: 'vlan', parent: 'eth0', parentNamespaceId: '2' });
    assert.equal(trouble('v', namespace('1', [vlan]), namespace('2', [link('eth0', off)])), 'below-down eth0');
  });

  it('is that a bridge has no port that is up', () => {
    const bridge = link('br', { kind: 'bridge', operState: 'down', carrier: false });
    assert.equal(trouble('br', namespace('1', [bridge, link('p', { ...off, master: 'br' })])), 'no-port');
    assert.equal(
      trouble('e', namespace('1', [link('e', { kind: 'physical', operState: 'down', carrier: false })])),
      'no-carrier',
    );
  });
});
