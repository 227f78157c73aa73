import type { HostSnapshot, ObservedLink, ObservedNamespace, ObservedNatRule, ObservedRoute } from '../host/model';

/** A host as indented text: each namespace with its interfaces, routes, forwarding and NAT rules. */
export function describeSnapshot(snapshot: HostSnapshot): string {
  const lines = [`${snapshot.hostname} (Linux ${snapshot.kernel})`];
  for (const namespace of snapshot.namespaces) lines.push(...describeNamespace(namespace, snapshot).map(indent));
  if (snapshot.labs.length > 0) lines.push(`labs: ${snapshot.labs.map(({ name }) => name).join(', ')}`);
  for (const { what, why } of snapshot.unread) lines.push(`could not be read: ${what} (${why.trim()})`);
  return lines.join('\n');
}

function describeNamespace(namespace: ObservedNamespace, snapshot: HostSnapshot): string[] {
  const title = namespace.isRoot ? 'root namespace' : `namespace ${namespaceName(namespace)}`;
  const forwarding = namespace.sysctls['net.ipv4.ip_forward'] === '1' ? ', forwarding' : '';
  return [
    `${title}${forwarding}`,
    ...namespace.links.map((link) => indent(describeLink(link, snapshot))),
    ...namespace.routes.filter(isWorthShowing).map((route) => indent(describeRoute(route))),
    ...namespace.nat.map((rule) => indent(describeNat(rule))),
    ...namespace.processes.map(({ pid, command }) => indent(`process ${pid}: ${command}`)),
  ];
}

function namespaceName({ name, title, id }: ObservedNamespace): string {
  return name ?? (title === undefined ? `without a name (${id})` : `without a name, ${title}`);
}

function describeLink(link: ObservedLink, { namespaces }: HostSnapshot): string {
  const words = [link.kind === 'bridge' ? `bridge ${link.name}` : link.name, link.up ? link.operState : 'down'];
  if (link.kind !== 'bridge') words.push(link.kind);
  if (link.master !== undefined) words.push(`in ${link.master}`);
  if (link.peer !== undefined) {
    const { namespaceId, name } = link.peer;
    const other = namespaces.find(({ id }) => id === namespaceId);
    words.push(`⟷ ${other === undefined || other.isRoot ? '' : `${namespaceName(other)}:`}${name}`);
  }
  return [...words, ...link.addresses.map(({ cidr }) => cidr)].join(' ');
}

/** The kernel makes a route of its own for each address. */
function isWorthShowing({ table, protocol }: ObservedRoute): boolean {
  return table !== 'local' && protocol !== 'kernel';
}

function describeRoute({ type, to, via, dev, metric, table, family }: ObservedRoute): string {
  const words = ['route', ...(type === 'unicast' ? [] : [type]), family === 'inet6' && to === 'default' ? '::/0' : to];
  if (via !== undefined) words.push('via', via);
  if (dev !== undefined) words.push('dev', dev);
  if (metric !== undefined && family === 'inet') words.push('metric', String(metric));
  if (table !== 'main') words.push('table', table);
  return words.join(' ');
}

function describeNat({ lab, text, engine }: ObservedNatRule): string {
  return `NAT (${engine}${lab === undefined ? '' : `, lab ${lab}`}): ${text}`;
}

function indent(line: string): string {
  return `  ${line}`;
}
