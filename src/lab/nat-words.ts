import * as l10n from '@vscode/l10n';
import type { HostSnapshot, ObservedNamespace, ObservedNatRule } from '../host/model';

/** What a NAT rule does, for people: `10.10.0.0/16 → all but planet-br`, `:8000 → earth:8000`. */
export function natLabel(snapshot: HostSnapshot, rule: ObservedNatRule): string {
  return rule.kind === 'dnat' || rule.kind === 'redirect' ? forwardLabel(snapshot, rule) : sourceLabel(snapshot, rule);
}

function sourceLabel(snapshot: HostSnapshot, rule: ObservedNatRule): string {
  const port = rule.port === undefined ? '' : `:${rule.port}`;
  const destination = rule.destination === undefined ? undefined : ownerName(snapshot, `${rule.destination}${port}`);
  const out = rule.out ?? (rule.notOut === undefined ? undefined : l10n.t`all but ${rule.notOut}`);
  const where = [destination, out].filter((part) => part !== undefined).join(l10n.t` by `);
  const as = rule.to === undefined ? '' : l10n.t` as ${rule.to}`;
  return `${rule.source ?? l10n.t`everything`} → ${where === '' ? l10n.t`any interface` : where}${as}`;
}

function forwardLabel(snapshot: HostSnapshot, rule: ObservedNatRule): string {
  const listen = `${rule.destination ?? ''}${rule.port === undefined ? '' : `:${rule.port}`}`;
  return `${listen === '' ? l10n.t`everything` : listen} → ${rule.to === undefined ? l10n.t`this host` : ownerName(snapshot, rule.to)}`;
}

/** `10.10.0.10:8000` as `earth:8000` where one namespace has that address. */
function ownerName(snapshot: HostSnapshot, to: string): string {
  const [, address, port] = /^\[?([^\]]+?)\]?(:\d+)?$/.exec(to) ?? [];
  const owners = snapshot.namespaces.filter(
    (namespace) =>
      !namespace.isRoot &&
      namespace.links.some((link) => link.addresses.some((one) => one.cidr.split('/')[0] === address)),
  );
  const owner = owners.length === 1 ? owners[0] : undefined;
  return owner === undefined ? to : `${nameOf(owner)}${port ?? ''}`;
}

function nameOf({ name, id }: ObservedNamespace): string {
  return name ?? `net:[${id}]`;
}
