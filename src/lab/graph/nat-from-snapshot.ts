import { rootNamespace, type HostSnapshot, type ObservedNatRule } from '../../host/model';
import type { GraphNat } from '../../protocol/graph';
import { natGroupsIn, type NatGroup } from '../nat-groups';
import { isInside } from '../../plan/nat-meaning';
import { isBridge } from './facts';
import { linkNodeId, namespaceName, uplinkOf } from './live-ids';
import { natDrawing } from './nat';

/** The host's NAT rules as drawings, one for each thing done, however many rules do it; also those that are switched off. */
export function drawNat(snapshot: HostSnapshot): Map<string, GraphNat> {
  const drawings = new Map<string, GraphNat>();
  for (const group of natGroupsIn(snapshot, rootNamespace(snapshot))) {
    for (const rule of [...group.live, ...group.off.map((record) => record.rule)]) {
      const drawing = drawRule(snapshot, rule, group);
      // A port forward needs a rule for what comes from outside and one for the host itself: the first that knows more wins.
      const known = drawings.get(drawing.id);
      if (known?.outside === undefined || known.inside === undefined)
        drawings.set(drawing.id, { ...known, ...drawing });
    }
  }
  return drawings;
}

/** A rule in its own tool's words. */
export function natText(rule: ObservedNatRule): string {
  return `${rule.table} ${rule.chain}: ${rule.text}`;
}

function drawRule(snapshot: HostSnapshot, rule: ObservedNatRule, { key, state }: NatGroup): GraphNat {
  const incoming = rule.kind === 'dnat' || rule.kind === 'redirect';
  const [address, port] = splitTarget(rule.to);
  const inside = incoming ? ownerOf(snapshot, address) : networkOf(snapshot, rule);
  const outside = interfaceId(snapshot, incoming ? rule.in : rule.out) ?? defaultUplink(snapshot);
  return natDrawing({
    kind: rule.kind,
    ...(rule.source === undefined ? {} : { source: rule.source }),
    ...(rule.protocol === undefined ? {} : { protocol: rule.protocol }),
    ...(rule.port === undefined ? {} : { port: rule.port }),
    ...(rule.destination === undefined ? {} : { listenAddress: rule.destination }),
    ...(address === undefined ? {} : { to: nameOf(snapshot, address) ?? address }),
    ...(port === undefined ? {} : { toPort: port }),
    enabled: state !== 'off',
    key,
    ...(rule.lab === undefined ? {} : { lab: rule.lab }),
    ...(inside === undefined ? {} : { inside }),
    ...(outside === undefined ? {} : { outside }),
    text: natText(rule),
  });
}

/** Splits `ADDRESS`, `ADDRESS:PORT`, `[ADDRESS]:PORT` or `:PORT`. */
function splitTarget(target: string | undefined): readonly [address: string | undefined, port: number | undefined] {
  if (target === undefined) return [undefined, undefined];
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(target);
  if (match === null) return [target, undefined];
  const address = match[1] ?? match[2];
  return [address === '' ? undefined : address, Number(match[3])];
}

/** The name of the namespace that has the address. */
function nameOf(snapshot: HostSnapshot, address: string): string | undefined {
  const owner = snapshot.namespaces.find((namespace) => !namespace.isRoot && hasAddress(namespace.links, address));
  return owner === undefined ? undefined : namespaceName(owner);
}

type Links = HostSnapshot['namespaces'][number]['links'];

function hasAddress(links: Links, address: string): boolean {
  return links.some((link) => link.addresses.some(({ cidr }) => cidr.split('/')[0] === address));
}

/** The root namespace's bridge or interface whose network holds the address. */
function ownerOf(snapshot: HostSnapshot, address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const root = rootNamespace(snapshot);
  const link = root.links.find((each) => each.addresses.some(({ cidr }) => isInside(address, cidr)));
  return link === undefined ? undefined : linkNodeId(root, link);
}

/** The root namespace's bridge or interface that has an address in the rule's source network, or that the rule names. */
function networkOf(snapshot: HostSnapshot, rule: ObservedNatRule): string | undefined {
  const root = rootNamespace(snapshot);
  const { source, notOut } = rule;
  const candidates = root.links.filter(
    (link) =>
      link.name === notOut || (source !== undefined && link.addresses.some(({ cidr }) => isInside(cidr, source))),
  );
  const link = candidates.find(isBridge) ?? candidates[0];
  return link === undefined ? undefined : linkNodeId(root, link);
}

function interfaceId(snapshot: HostSnapshot, name: string | undefined): string | undefined {
  const root = rootNamespace(snapshot);
  const link = root.links.find((each) => each.name === name);
  return link === undefined ? undefined : linkNodeId(root, link);
}

function defaultUplink(snapshot: HostSnapshot): string | undefined {
  const root = rootNamespace(snapshot);
  const link = uplinkOf(root);
  return link === undefined ? undefined : linkNodeId(root, link);
}
