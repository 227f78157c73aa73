import * as l10n from '@vscode/l10n';
import type { HostSnapshot, ObservedLink, ObservedNamespace } from '../../host/model';
import { linkState, shownAddresses } from './facts';
import { linkNodeId } from './live-ids';
import { cableId, type PictureCable } from './picture';
import { drawTunnels, tunnelName, type TunnelEnd } from './tunnels';

/** The interface of the same namespace that a link stands on (vlan, macvlan …), as iproute2 writes it behind an `@`. */
export function standsOnNear(namespace: ObservedNamespace, link: ObservedLink): string | undefined {
  const { parent, parentNamespaceId } = link;
  return parentNamespaceId === undefined || parentNamespaceId === namespace.id ? parent : undefined;
}

/** The line from an interface to what it stands on in another namespace. */
export function stackedCable(
  byId: ReadonlyMap<string, ObservedNamespace>,
  namespace: ObservedNamespace,
  link: ObservedLink,
): PictureCable | undefined {
  const { parent, parentNamespaceId } = link;
  const home = parentNamespaceId === undefined ? undefined : byId.get(parentNamespaceId);
  if (parent === undefined || home === undefined || home === namespace) return undefined;
  const below = home.links.find(({ name }) => name === parent);
  if (below === undefined) return undefined;
  const from = linkNodeId(namespace, link);
  const to = linkNodeId(home, below);
  const label = shownAddresses(link).join(', ');
  return {
    id: cableId(from, to),
    from,
    to,
    kind: 'stacked',
    name: link.kind,
    label,
    ...(label === '' ? {} : { fromLabel: label }),
    state: linkState(link),
  };
}

/** The tunnels both ends of which are on this host. */
export function tunnelCables({ namespaces }: HostSnapshot): PictureCable[] {
  return drawTunnels(
    namespaces.flatMap((namespace) =>
      namespace.links.flatMap((link): TunnelEnd[] => {
        const { remote, local, key } = tunnelOptions(link);
        if (remote === undefined) return [];
        return [
          {
            id: linkNodeId(namespace, link),
            kind: link.kind,
            ...(key !== undefined && { key }),
            ...(local !== undefined && { local }),
            remote,
            addresses: namespace.links.flatMap((each) => each.addresses.map(({ cidr }) => cidr.split('/')[0] ?? cidr)),
            label: shownAddresses(link).join(', '),
            state: linkState(link),
          },
        ];
      }),
    ),
  );
}

/** For the details: which tunnel it is, and from where to where. */
export function tunnelFacts(link: ObservedLink): string[] {
  const { remote, local, key } = tunnelOptions(link);
  if (remote === undefined) return [];
  return [tunnelName(link.kind, key), ...(local === undefined ? [] : [l10n.t`from ${local}`]), l10n.t`to ${remote}`];
}

interface TunnelOptions {
  readonly remote?: string;
  readonly local?: string;
  readonly key?: string;
}

/** In ip(8)'s spelling: `remote` and `remote6`, `any` for none; VXLAN and Geneve have an `id`, GRE an `ikey`. */
function tunnelOptions({ data }: ObservedLink): TunnelOptions {
  const word = (...keys: readonly string[]): string | undefined => {
    const value = keys.map((key) => data[key]).find((found) => found !== undefined);
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' && value !== 'any' && value !== '' ? value : undefined;
  };
  const remote = word('remote', 'remote6', 'group', 'group6');
  const local = word('local', 'local6');
  const key = word('id', 'vni', 'ikey');
  return {
    ...(remote !== undefined && { remote }),
    ...(local !== undefined && { local }),
    ...(key !== undefined && { key }),
  };
}
