import * as l10n from '@vscode/l10n';
import type { EndpointDeclaration, Topology, YamlPath } from '../../topology/model';
import type { ParsedTopology } from '../../topology/parse';
import { factsOf } from '../facts';
import { code, list, paragraphs, plain } from './markdown';

/** What a namespace is in this file; `host` is the root namespace. undefined where the file has none of that name. */
export function describeNamespace({ topology }: ParsedTopology, name: string): string | undefined {
  const declared = topology?.namespaces.find((namespace) => namespace.name === name);
  const scope = declared ?? (name === 'host' ? topology?.host : undefined);
  if (scope === undefined || topology === undefined) return undefined;
  const own = declared?.name;
  const interfaces = scope.interfaces.map(({ name: interfaceName, addresses }) =>
    [code(interfaceName), ...addresses.map(code)].join(' '),
  );
  const facts = [
    ...interfaces,
    ...scope.routes.map(({ to, via, dev }) => l10n.t`route to ${code(to)}${over('via', via)}${over('dev', dev)}`),
    ...(scope.forwarding === true ? [l10n.t`passes packets on: a router`] : []),
    ...(declared?.services ?? []).map((service) => l10n.t`service ${code(service.name)}`),
    ...cablesOf(topology, own).map(([end, other]) => `${code(end)} ↔ ${code(other)}`),
  ];
  const title = declared === undefined ? l10n.t`**Host**: its root namespace` : l10n.t`**Namespace** ${code(name)}`;
  return paragraphs(title, facts.length === 0 ? l10n.t`Nothing is declared in it.` : list(facts));
}

export function describeBridge({ topology }: ParsedTopology, name: string): string | undefined {
  const bridge = topology?.bridges.find((one) => one.name === name);
  if (bridge === undefined || topology === undefined) return undefined;
  const place = bridge.namespace === undefined ? l10n.t`the host's root namespace` : code(bridge.namespace);
  const kind = bridge.kind === 'openvswitch' ? l10n.t`Open vSwitch bridge` : l10n.t`Bridge`;
  const ports = topology.links.flatMap(({ endpoints }) => {
    const [a, b] = endpoints;
    return [
      [a, b],
      [b, a],
    ].flatMap(([end, other]) =>
      end?.type === 'bridge' && end.bridge === name && other !== undefined
        ? [l10n.t`port ${code(end.interface)} ↔ ${code(describeEnd(other))}`]
        : [],
    );
  });
  return paragraphs(
    l10n.t`**${kind}** ${code(name)} in ${place}`,
    list([...bridge.addresses.map(code), ...ports, ...bridge.ports.map((port) => l10n.t`port ${code(port)}`)]),
  );
}

/** An interface, where its cable leads, and whom it reaches there. */
export function describeInterface(
  parsed: ParsedTopology,
  namespace: string | undefined,
  name: string,
): string | undefined {
  const { topology } = parsed;
  if (topology === undefined) return undefined;
  const bridge = topology.bridges.find((one) => one.name === name && one.namespace === namespace);
  if (bridge !== undefined) return describeBridge(parsed, name);
  const scope = namespace === undefined ? topology.host : topology.namespaces.find((one) => one.name === namespace);
  const declared = scope?.interfaces.find((one) => one.name === name);
  const leads = topology.links.flatMap(({ endpoints: [a, b], up }) =>
    [
      [a, b],
      [b, a],
    ].flatMap(([end, other]) =>
      end !== undefined && other !== undefined && end.interface === name && placeOf(parsed, end) === namespace
        ? [l10n.t`leads to ${code(describeEnd(other))}${up ? '' : l10n.t`, but the cable is cut`}`]
        : [],
    ),
  );
  if (declared === undefined && leads.length === 0) return undefined;
  const place = namespace === undefined ? l10n.t`the host` : code(namespace);
  const neighbours = factsOf(parsed)
    .neighboursOf(namespace, name)
    .filter((other) => other.namespace !== namespace || other.interface !== name)
    .map(
      ({ address, namespace: there, interface: their }) =>
        l10n.t`${code(address.toString())} ${code(their)} of ${there === undefined ? l10n.t`the host` : code(there)}`,
    );
  return paragraphs(
    l10n.t`**Interface** ${code(name)} of ${place}${declared === undefined ? '' : ` (${declared.kind})`}`,
    declared?.description === undefined ? '' : plain(declared.description),
    list([...(declared?.addresses ?? []).map(code), ...leads]),
    neighbours.length === 0 ? '' : `${l10n.t`On its network:`}\n\n${list(neighbours)}`,
  );
}

/** A link's end: what it is, and where it leads. `path` is the end's own. */
export function describeEndpoint(parsed: ParsedTopology, path: YamlPath): string | undefined {
  const end = parsed.topology?.links
    .flatMap(({ endpoints }) => endpoints)
    .find((one) => one.path.every((step, index) => step === path[index]));
  if (end === undefined || parsed.topology === undefined) return undefined;
  if (end.type !== 'bridge') return describeInterface(parsed, placeOf(parsed, end), end.interface);
  const link = parsed.topology.links.find(({ endpoints }) => endpoints.includes(end));
  const other = link?.endpoints.find((one) => one !== end);
  const derived = end.derived ? l10n.t`, a name made for it` : '';
  return paragraphs(
    l10n.t`**Port** ${code(end.interface)}${derived}`,
    other === undefined ? '' : l10n.t`leads to ${code(describeEnd(other))}`,
    describeBridge(parsed, end.bridge),
  );
}

function cablesOf(topology: Topology, namespace: string | undefined): (readonly [string, string])[] {
  const isHere = (end: EndpointDeclaration): boolean =>
    namespace === undefined ? end.type === 'host' : end.type === 'namespace' && end.namespace === namespace;
  return topology.links.flatMap(({ endpoints: [a, b] }) => [
    ...(isHere(a) ? [[a.interface, describeEnd(b)] as const] : []),
    ...(isHere(b) ? [[b.interface, describeEnd(a)] as const] : []),
  ]);
}

function placeOf({ topology }: ParsedTopology, end: EndpointDeclaration): string | undefined {
  if (end.type === 'namespace') return end.namespace;
  return end.type === 'bridge' ? topology?.bridges.find(({ name }) => name === end.bridge)?.namespace : undefined;
}

function describeEnd(end: EndpointDeclaration): string {
  const owner = end.type === 'namespace' ? end.namespace : end.type === 'bridge' ? end.bridge : 'host';
  return `${owner}:${end.interface}`;
}

function over(word: string, value: string | undefined): string {
  return value === undefined ? '' : ` ${word} ${code(value)}`;
}
