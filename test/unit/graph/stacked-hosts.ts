import type { HostSnapshot, ObservedNamespace } from '../../../src/host/model';
import { eth0, host, link, namespace, peer } from './hosts';

/** Two namespaces on one interface of the host, which leads to a third; a VLAN on the host's own card. */
export function stackedHost(): HostSnapshot {
  const mac = (address: string, up = true) =>
    link(4, 'mac0', { kind: 'macvlan', parent: 'lan', parentNamespaceId: 'id-root', addresses: [address], up });
  return host(
    [
      eth0(),
      link(5, 'lan', { addresses: ['10.40.0.2/24'], peer: peer('router', 'lan') }),
      link(6, 'eth0.10', { kind: 'vlan', parent: 'eth0', addresses: ['198.18.10.2/24'], data: { id: 10 } }),
    ],
    [
      namespace('router', [link(3, 'lan', { addresses: ['10.40.0.1/24'], peer: peer('root', 'lan') })]),
      namespace('red', [mac('10.40.0.11/24')]),
      namespace('blue', [mac('10.40.0.12/24', false)]),
    ],
  );
}

/** Two namespaces with a router between them and a VXLAN tunnel over it; `data` changes what the right end says of it. */
export function tunnelHost(data: Readonly<Record<string, unknown>>): HostSnapshot {
  const end = (
    name: string,
    local: string,
    remote: string,
    address: string,
    more: Readonly<Record<string, unknown>>,
  ): ObservedNamespace =>
    namespace(name, [
      link(3, 'wan', { addresses: [`${local}/24`], peer: peer('core', `to-${name}`) }),
      link(4, 'tunnel', {
        kind: 'vxlan',
        parent: 'wan',
        operState: 'unknown',
        addresses: [address],
        data: Object.fromEntries(
          Object.entries<unknown>({ id: 42, local, remote, ...more }).filter(([, value]) => value !== undefined),
        ),
      }),
    ]);
  return host(
    [eth0()],
    [
      end('left', '10.51.0.2', '10.52.0.2', '10.50.0.1/24', {}),
      namespace('core', [
        link(3, 'to-left', { addresses: ['10.51.0.1/24'], peer: peer('left', 'wan') }),
        link(4, 'to-right', { addresses: ['10.52.0.1/24'], peer: peer('right', 'wan') }),
      ]),
      end('right', '10.52.0.2', '10.51.0.2', '10.50.0.2/24', data),
    ],
  );
}
