import type { HostSnapshot, ObservedLink, ObservedNamespace } from '../../src/host/model';
import type { AdoptionDetails } from '../../src/host/read-adoption';
import { observedImpairment } from '../../src/plan/impairment';
import { isHairpin } from '../../src/plan/nat-meaning';
import { observedOptions } from '../../src/plan/own-kinds';
import { bridgeOptions, isAssigned } from '../../src/plan/restore';

/**
 * What matters of a network, object by object: two that are the same here work the same. Left out is what each making gives
 * anew (numbers, MAC addresses that nobody chose, counters) and what marks an owner.
 */
export function essenceOf(snapshot: HostSnapshot, details: AdoptionDetails): Record<string, unknown> {
  return Object.fromEntries(
    snapshot.namespaces.map((namespace) => {
      const own = namespace.name === undefined ? undefined : details.namespaces.get(namespace.name);
      return [
        namespace.name ?? 'host',
        {
          links: namespace.links
            .filter(({ kind }) => kind !== 'loopback')
            .map((link) => linkEssence(snapshot, link))
            .sort(byText),
          routes: namespace.routes
            .filter(({ table }) => table !== 'local')
            .map((route) => JSON.stringify({ ...route, protocol: undefined }))
            .sort(),
          rules: namespace.rules,
          sysctls: {
            ...namespace.sysctls,
            ...own?.sysctls,
            'net.ipv4.ip_forward': namespace.sysctls['net.ipv4.ip_forward'],
          },
          nat: natEssence(namespace),
          macs: own?.chosenMacs ?? details.hostMacs,
          nameservers: own?.nameservers ?? [],
          listening: (own?.processes ?? []).flatMap(({ listening }) => listening),
        },
      ];
    }),
  );
}

function linkEssence(snapshot: HostSnapshot, link: ObservedLink): Record<string, unknown> {
  const { name, kind, up, carrier, mtu, master, parent, peer, qdisc, vlans } = link;
  const place = snapshot.namespaces.find(({ id }) => id === peer?.namespaceId);
  return {
    ...{ name, kind, up, carrier, mtu, master, parent, vlans },
    // How large a bucket tbf has is our choice.
    impairment: qdisc === undefined ? undefined : observedImpairment(qdisc),
    peer: peer === undefined ? undefined : `${place?.name ?? 'host'}:${peer.name}`,
    addresses: link.addresses.filter(isAssigned).map(({ cidr, peer: other }) => [cidr, other]),
    options:
      kind === 'bridge'
        ? bridgeOptions(link)
        : kind === 'openvswitch'
          ? Object.fromEntries(Object.entries(link.data).filter(([key]) => !key.startsWith('external-ids:')))
          : observedOptions(link),
  };
}

/** What is translated, in whichever packet filter, once. */
function natEssence({ nat }: ObservedNamespace): string[] {
  const meant = nat
    // The way of a packet that begins on the host itself, and ways back, come with a port forward by themselves.
    .filter((rule) => !isHairpin(rule) && !/^output$/i.test(rule.chain))
    .map(({ kind, source, destination, in: by, out, notOut, protocol, port, to }) =>
      JSON.stringify({ kind, source, destination, by, out, notOut, protocol, port, to }),
    );
  return [...new Set(meant)].sort();
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
