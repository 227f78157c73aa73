import * as l10n from '@vscode/l10n';
import type { EndpointDeclaration, NetworkScope, Topology, YamlPath } from '../topology/model';
import type { ParsedTopology } from '../topology/parse';
import type { TextRange } from '../topology/problem';

export type OutlineKind =
  'group' | 'bridge' | 'namespace' | 'interface' | 'service' | 'link' | 'nat' | 'port-forward' | 'check';

/** An entry of the outline and the breadcrumbs. */
export interface OutlineEntry {
  readonly name: string;
  /** A fact to show beside the name; may be empty. */
  readonly detail: string;
  readonly kind: OutlineKind;
  readonly path: YamlPath;
  /** All of its text, that of its children included. */
  readonly range: TextRange;
  /** What to select when somebody goes there: lies in `range`. */
  readonly selection: TextRange;
  readonly children: readonly OutlineEntry[];
}

type Draft = Omit<OutlineEntry, 'range' | 'selection' | 'children'> & { readonly children?: readonly Draft[] };

/** The outline of a topology file. What an alias repeats is listed where it stands, once. */
export function outline(parsed: ParsedTopology): OutlineEntry[] {
  const { topology } = parsed;
  if (topology === undefined) return [];
  const whole = { start: 0, end: parsed.text.length };
  return place(parsed, whole, [
    ...group('bridges', topology.bridges.map(drawBridge)),
    ...group('namespaces', topology.namespaces.map(drawNamespace)),
    ...group('links', topology.links.map(drawLink)),
    ...group('host', topology.host.interfaces.map(drawInterface)),
    ...group('nat', topology.host.nat.map(drawNat)),
    ...group('port-forwards', topology.host.portForwards.map(drawPortForward)),
    ...group('checks', topology.checks.map(drawCheck)),
  ]).sort((a, b) => a.range.start - b.range.start);
}

/** Gives drafts their places; leaves out what does not stand inside the place of its parent. */
function place(parsed: ParsedTopology, within: TextRange, drafts: readonly Draft[]): OutlineEntry[] {
  return drafts.flatMap((draft): OutlineEntry[] => {
    const key = parsed.keyRangeOf(draft.path);
    const value = parsed.valueRangeOf(draft.path);
    const selection = key ?? value;
    if (selection === undefined) return [];
    const range = { start: selection.start, end: Math.max(selection.end, value?.end ?? 0) };
    if (range.start < within.start || range.end > within.end) return [];
    return [{ ...draft, range, selection, children: place(parsed, range, draft.children ?? []) }];
  });
}

function group(key: keyof Topology | 'nat' | 'port-forwards', children: readonly Draft[]): Draft[] {
  return children.length === 0 ? [] : [{ name: key, detail: '', kind: 'group', path: [key], children }];
}

function drawBridge({ name, addresses, path }: Topology['bridges'][number]): Draft {
  return { name, detail: addresses.join(', '), kind: 'bridge', path };
}

function drawNamespace(namespace: Topology['namespaces'][number]): Draft {
  const { name, path, interfaces, nat, portForwards, services } = namespace;
  const running = services.map((service): Draft => ({ ...named(service), detail: l10n.t`service`, kind: 'service' }));
  return {
    name,
    detail: interfaces.flatMap(({ addresses }) => addresses).join(', '),
    kind: 'namespace',
    path,
    children: [...interfaces.map(drawInterface), ...running, ...nat.map(drawNat), ...portForwards.map(drawPortForward)],
  };
}

function drawInterface(declared: NetworkScope['interfaces'][number]): Draft {
  return { ...named(declared), detail: declared.addresses.join(', '), kind: 'interface' };
}

function drawLink({ endpoints, up, path }: Topology['links'][number]): Draft {
  return { name: endpoints.map(describeEnd).join(' ↔ '), detail: up ? '' : l10n.t`cut`, kind: 'link', path };
}

function describeEnd(end: EndpointDeclaration): string {
  const owner = end.type === 'namespace' ? end.namespace : end.type === 'bridge' ? end.bridge : 'host';
  return `${owner}:${end.interface}`;
}

function drawNat(rule: NetworkScope['nat'][number]): Draft {
  return { ...named(rule), detail: `${rule.kind} ${rule.source}`, kind: 'nat' };
}

function drawPortForward(forward: NetworkScope['portForwards'][number]): Draft {
  const to = 'namespace' in forward.to ? forward.to.namespace : forward.to.address;
  return { ...named(forward), detail: `:${forward.listenPort} → ${to}:${forward.toPort}`, kind: 'port-forward' };
}

function drawCheck({ from, action, expect, path }: Topology['checks'][number]): Draft {
  return {
    name: `${from}: ${action.type} ${describeTarget(action)}`,
    detail: expect === 'fail' ? l10n.t`must fail` : '',
    kind: 'check',
    path,
  };
}

function describeTarget(action: Topology['checks'][number]['action']): string {
  switch (action.type) {
    case 'ping':
      return action.target;
    case 'tcp':
    case 'udp':
      return `${action.target}:${action.port}`;
    case 'http':
      return action.url;
    case 'dns':
      return action.name;
    case 'command':
      return action.command;
  }
}

function named({ name, path }: { readonly name: string; readonly path: YamlPath }): Pick<Draft, 'name' | 'path'> {
  return { name, path };
}
