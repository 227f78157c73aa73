import * as l10n from '@vscode/l10n';
import type { Finding } from '../problem-list';
import type { BridgeDeclaration, EndpointDeclaration } from '../model';
import { networkAddress, printNetwork } from '../addresses';
import { suggest } from '../suggest';
import { DisjointSets } from './disjoint-sets';
import type { PlacedAddress } from './lab-index';
import { nameOf, type Rule } from './rule';

export const bridgesLieInAKnownNamespace: Rule = function* ({ bridges }, lab) {
  for (const { namespace, path } of bridges) {
    if (namespace === undefined || lab.namespaceNamed(namespace) !== undefined) continue;
    const suggestion = suggest(namespace, lab.namespaceNames);
    const hint =
      namespace === 'host'
        ? l10n.t`For the host leave \`namespace\` out.`
        : suggestion === undefined
          ? l10n.t`Declare it under \`namespaces\`.`
          : l10n.t`Did you mean \`${suggestion}\`?`;
    const message = l10n.t`This file declares no namespace \`${namespace}\`. ${hint}`;
    yield { code: 'unknown-namespace', message, path: [...path, 'namespace'], data: { name: namespace, suggestion } };
  }
};

/** Options that only the other kind of bridge has. */
export const bridgesHaveOptionsOfTheirKind: Rule = function* ({ bridges }) {
  for (const { kind, datapath, vlanFiltering, namespace, path } of bridges) {
    const found = (key: string, message: string): Finding => {
      return { code: 'option-of-other-kind', message, path: [...path, key], at: 'key', data: { key } };
    };
    if (kind === 'linux') {
      if (datapath === undefined) continue;
      yield found('datapath', l10n.t`\`datapath\` belongs to \`kind: openvswitch\`; a Linux bridge has none.`);
      continue;
    }
    if (vlanFiltering !== undefined) {
      yield found(
        'vlan-filtering',
        l10n.t`Open vSwitch always keeps VLANs apart; \`vlan-filtering\` is for a Linux bridge.`,
      );
    }
    if (namespace !== undefined) {
      // ovs-vswitchd opens the ports of its bridges in its own namespace (netdev-linux.c), which is the host's.
      yield found(
        'namespace',
        l10n.t`Open vSwitch's daemon works on the host only: its bridges cannot lie in a namespace. There, use a Linux bridge.`,
      );
    }
  }
};

/** The VLANs of a port mean nothing on a Linux bridge that does not keep VLANs apart: its ports would all hear each other. */
export const vlansAreKeptApart: Rule = function* ({ bridges }, lab) {
  for (const { name, kind, vlanFiltering, path } of bridges) {
    if (kind !== 'linux' || vlanFiltering === true) continue;
    const port = lab.ends.find(
      (end) => end.type === 'bridge' && end.bridge === name && (end.vlan ?? end.trunk) !== undefined,
    );
    if (port === undefined) continue;
    const key = 'vlan-filtering';
    const message = l10n.t`\`${name}\` has ports with VLANs and does not keep them apart: it needs \`vlan-filtering: true\`.`;
    const related = [{ path: port.path, message: l10n.t`A port with VLANs` }];
    if (vlanFiltering === undefined) yield { code: 'missing-key', message, path, data: { key }, related };
    else yield { code: 'keys-exclude-each-other', message, path: [...path, key], at: 'key', related };
  }
};

/** A bridge's `ports` are interfaces of its namespace that nothing else has plugged in. */
export const bridgePortsArePluggedOnce: Rule = function* ({ bridges }, lab) {
  const plugged = new Map<string, BridgeDeclaration>();
  for (const bridge of bridges) {
    // From the file and not from the model, which lacks names that are none and so counts differently.
    for (const { text: port, path } of lab.file.follow<string[]>([...bridge.path, 'ports']).items()) {
      if (port === undefined) continue;
      const key = JSON.stringify([bridge.namespace ?? null, port]);
      const earlier = plugged.get(key);
      plugged.set(key, earlier ?? bridge);
      const origins = lab.originsIn(bridge.namespace).get(port) ?? [];
      const other = origins.find(({ type }) => type === 'bridge');
      if (other !== undefined) {
        const message = l10n.t`\`${port}\` is a bridge, and a bridge cannot be a port of one. Connect the two with a link.`;
        const data = { bridge: bridge.name, port };
        yield {
          code: 'bridge-in-bridge',
          message,
          path,
          related: [{ path: other.path, message: l10n.t`The bridge` }],
          data,
        };
      } else if (origins.length > 0 && lab.ends.some((end) => isPortOfBridge(end, port, bridge))) {
        const message = l10n.t`\`${port}\` is a link's end at a bridge, which makes it a port by itself: leave it out here.`;
        yield { code: 'port-plugged-twice', message, path };
      } else if (earlier !== undefined) {
        const message = l10n.t`\`${port}\` is a port of \`${earlier.name}\` already.`;
        const related = [{ path: [...earlier.path, 'ports'], message: l10n.t`The ports of \`${earlier.name}\`` }];
        yield { code: 'port-plugged-twice', message, path, related };
      }
    }
  }
};

function isPortOfBridge(end: EndpointDeclaration, port: string, bridge: BridgeDeclaration): boolean {
  return end.type === 'bridge' && end.interface === port && end.bridge === bridge.name;
}

/**
 * Cables must not lead from a bridge back to itself: frames would circle for ever. A bridge with spanning tree blocks
 * one of its ports, so a circle is harmless if one is on it; a cable that is cut closes none.
 */
export const bridgesMakeNoLoop: Rule = function* ({ links }, lab) {
  const circles = new DisjointSets();
  for (const { endpoints, up, path } of links) {
    const [a, b] = endpoints;
    if (!up || a.type !== 'bridge' || b.type !== 'bridge') continue;
    if (a.bridge === b.bridge) {
      const message = l10n.t`Both ends of this link are on \`${a.bridge}\`: a loop.`;
      yield { code: 'bridge-loop', message, path: [...path, 'endpoints'] };
    } else if (!hasSpanningTree(a.bridge) && !hasSpanningTree(b.bridge) && !circles.join(a.bridge, b.bridge)) {
      const message = l10n.t`This link closes a loop: \`${a.bridge}\` and \`${b.bridge}\` are connected already. Leave it out, or set \`stp: true\` on one of them.`;
      yield { code: 'bridge-loop', message, path: [...path, 'endpoints'], data: { bridge: a.bridge } };
    }
  }

  function hasSpanningTree(bridge: string): boolean {
    return lab.bridgeNamed(bridge)?.stp === true;
  }
};

/** Two bridges with overlapping subnets in one namespace: its routing table can send to one of them only. */
export const bridgeSubnetsAreApart: Rule = function* ({ bridges }, lab) {
  const names = new Set(bridges.map(({ name, namespace }) => JSON.stringify([namespace ?? null, name])));
  const onBridges = lab.addresses.filter((address) =>
    names.has(JSON.stringify([address.namespace ?? null, address.interface])),
  );
  const seen = new Map<string, PlacedAddress>();
  // Of two networks that overlap, one holds the other: looking up every shorter prefix finds it without comparing pairs.
  for (const address of [...onBridges].sort((a, b) => a.prefix - b.prefix)) {
    for (let prefix = 0; prefix <= address.prefix; prefix++) {
      const other = seen.get(subnetKey(address, prefix));
      if (other === undefined || other.interface === address.interface) continue;
      if (lab.domains.of(other.namespace, other.interface) === lab.domains.of(address.namespace, address.interface)) {
        continue;
      }
      const message = l10n.t`${printNetwork(address)} of \`${address.interface}\` overlaps ${printNetwork(other)} of \`${other.interface}\`: ${nameOf(address.namespace)} can send to only one of them.`;
      const related = [{ path: other.path, message: l10n.t`The address of \`${other.interface}\`` }];
      yield { severity: 'warning', code: 'subnets-overlap', message, path: address.path, related };
      break;
    }
    const key = subnetKey(address, address.prefix);
    if (!seen.has(key)) seen.set(key, address);
  }
};

function subnetKey({ address, namespace }: PlacedAddress, prefix: number): string {
  return JSON.stringify([namespace ?? null, networkAddress({ address, prefix }).toString(), prefix]);
}
