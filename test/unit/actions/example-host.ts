import type { HostSnapshot, ObservedLab, ObservedLink, ObservedNamespace } from '../../../src/host/model';
import { emptyManifest } from '../../../src/plan/manifest';
import { serviceCommandLine } from '../../../src/plan/service-keeper';
import { link, namespace, snapshot } from '../../vscode/in-host/snapshots';

const inet = (cidr: string): ObservedLink['addresses'][number] => ({ family: 'inet', cidr, scope: 'global' });
const loopback = link('lo', { kind: 'loopback', addresses: [{ family: 'inet', cidr: '127.0.0.1/8', scope: 'host' }] });

const web = { namespace: 'earth', name: 'web', command: 'python3 -m http.server', env: {}, ready: { tcp: 8000 } };

/** Its service web runs, its service api does not. */
const planets: ObservedLab = {
  name: 'planets',
  manifest: {
    ...emptyManifest('planets'),
    services: [web, { ...web, name: 'api' }],
  },
};

/** The host that the examples of docs/actions.md are on: earth and mars on planet-br, moon-br beside it. */
export function hostOfExamples(): HostSnapshot {
  const root = namespace(undefined, {
    id: '1',
    links: [
      loopback,
      link('eth0', { kind: 'physical', addresses: [inet('198.51.100.2/24')] }),
      link('planet-br', { kind: 'bridge', addresses: [inet('10.10.0.1/16')] }),
      link('moon-br', { kind: 'bridge', qdisc: { kind: 'netem', options: { delay: { delay: 0.05 } } } }),
      link('earth-br-veth', { master: 'planet-br', peer: { namespaceId: '2', name: 'earth-veth' } }),
      link('mars-br-veth', { master: 'planet-br', peer: { namespaceId: '3', name: 'mars-veth' } }),
    ],
  });
  return snapshot({
    tools: { ip: 'ip', tc: 'tc', iptables: 'iptables v1.8.9 (nf_tables)' },
    namespaces: [root, earth(), mars()],
    labs: [planets],
  });
}

function earth(): ObservedNamespace {
  return namespace('earth', {
    id: '2',
    links: [
      loopback,
      link('earth-veth', {
        addresses: [inet('10.10.0.10/16')],
        peer: { namespaceId: '1', name: 'earth-br-veth' },
      }),
    ],
    routes: [
      { family: 'inet', to: 'default', via: '10.10.0.1', dev: 'earth-veth', table: 'main', type: 'unicast' },
      { family: 'inet', to: '10.10.0.0/16', dev: 'earth-veth', table: 'main', type: 'unicast', protocol: 'kernel' },
    ],
    processes: [
      { pid: 4711, command: 'python3 -m http.server 8000' },
      { pid: 4710, command: serviceCommandLine('planets', web) },
    ],
  });
}

function mars(): ObservedNamespace {
  return namespace('mars', {
    id: '3',
    links: [
      loopback,
      link('mars-veth', {
        up: false,
        operState: 'down',
        carrier: false,
        peer: { namespaceId: '1', name: 'mars-br-veth' },
      }),
      link('tap0', { kind: 'tun', data: { type: 'tap' } }),
    ],
  });
}
