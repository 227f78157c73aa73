import * as l10n from '@vscode/l10n';
import type { YamlPath } from '../../topology/model';
import type { ParsedTopology } from '../../topology/parse';
import { placeAt, toPlain, type PlainValue } from '../../topology/yaml/source-tree';
import { splitEndpoint } from '../../topology/endpoints';

/** What can be taken out of a file as a whole: an entry or item that means something by itself. */
export interface Unit {
  readonly path: YamlPath;
  readonly kind:
    | 'namespace'
    | 'bridge'
    | 'link'
    | 'check'
    | 'interface'
    | 'route'
    | 'rule'
    | 'sysctl'
    | 'nat'
    | 'port-forward'
    | 'port';
  /** The namespace that it belongs to; undefined: the host, or none. */
  readonly namespace: string | undefined;
}

const inScope: Readonly<Record<string, Unit['kind']>> = {
  interfaces: 'interface',
  routes: 'route',
  rules: 'rule',
  sysctls: 'sysctl',
  nat: 'nat',
  'port-forwards': 'port-forward',
};
const atTop: Readonly<Record<string, Unit['kind']>> = {
  namespaces: 'namespace',
  bridges: 'bridge',
  links: 'link',
  checks: 'check',
  nat: 'nat',
  'port-forwards': 'port-forward',
};

/** The smallest unit around a path; undefined where there is none, as for `name` or a service. */
export function unitAround(path: YamlPath): Unit | undefined {
  const [first, second, third, fourth] = path;
  if (second === undefined) return undefined;
  if (first === 'host' || (first === 'namespaces' && fourth !== undefined)) {
    const namespace = first === 'host' ? undefined : String(second);
    const [list, item] = first === 'host' ? [second, third] : [third, fourth];
    const kind = Object.hasOwn(inScope, String(list)) ? inScope[String(list)] : undefined;
    if (kind === undefined || item === undefined) return undefined;
    return { kind, namespace, path: path.slice(0, first === 'host' ? 3 : 4) };
  }
  if (first === 'bridges' && third === 'ports' && fourth !== undefined) {
    return { kind: 'port', namespace: undefined, path: path.slice(0, 4) };
  }
  const kind = Object.hasOwn(atTop, String(first)) ? atTop[String(first)] : undefined;
  return kind === undefined ? undefined : { kind, namespace: undefined, path: path.slice(0, 2) };
}

/** A unit in a few words, for a list of what goes. */
export function describeUnit({ root }: ParsedTopology, { kind, path, namespace }: Unit): string {
  const node = placeAt(root, path)?.node;
  const value: PlainValue = node === undefined ? null : toPlain(node);
  const name = String(path.at(-1));
  const where = namespace === undefined ? (path[0] === 'host' ? l10n.t` of the host` : '') : l10n.t` of ${namespace}`;
  switch (kind) {
    case 'namespace':
      return l10n.t`Namespace ${name}`;
    case 'bridge':
      return l10n.t`Bridge ${name}`;
    case 'link':
      return l10n.t`Cable ${endpointsOf(value).join(' – ')}`;
    case 'check':
      return l10n.t`Check: ${checkWords(value)}`;
    case 'interface':
      return l10n.t`Interface ${name}${where}${brackets(listOf(field(value, 'addresses')))}`;
    case 'route':
      return l10n.t`Route ${words(value, ['to', 'via', 'dev'])}${where}`;
    case 'rule':
      return l10n.t`Routing rule ${words(value, ['from', 'to', 'iif', 'table'])}${where}`;
    case 'sysctl':
      return l10n.t`Setting ${name}${where}`;
    case 'nat':
      return l10n.t`NAT rule ${name}${where}${brackets([textOf(field(value, 'masquerade') ?? field(value, 'snat'))])}`;
    case 'port-forward':
      return l10n.t`Port forward ${name}${where}${brackets([`${textOf(field(value, 'listen'))} to ${textOf(field(value, 'to'))}`])}`;
    case 'port':
      return l10n.t`Port ${textOf(value)} of ${String(path[1])}`;
  }
}

/** Where the ends of a link at a path are: a namespace, a bridge or `host`, and the interface where it is written. */
export function linkEnds({ root }: ParsedTopology, path: YamlPath): { place: string; interface?: string }[] {
  const node = placeAt(root, path)?.node;
  return node === undefined ? [] : endpointsOf(toPlain(node)).map(splitEndpoint);
}

function endpointsOf(link: PlainValue): string[] {
  const endpoints = field(link, 'endpoints');
  if (!Array.isArray(endpoints)) return [];
  return (endpoints as readonly PlainValue[]).map((end) => textOf(field(end, 'endpoint') ?? end));
}

function checkWords(check: PlainValue): string {
  if (typeof check !== 'object' || check === null) return textOf(check);
  const from = textOf(field(check, 'from'));
  const action = ['ping', 'tcp', 'udp', 'http', 'dns', 'command'].find((key) => field(check, key) !== undefined);
  return action === undefined ? l10n.t`from ${from}` : `${from}: ${action} ${textOf(field(check, action))}`;
}

function words(value: PlainValue, keys: readonly string[]): string {
  return keys
    .flatMap((key) => {
      const text = textOf(field(value, key));
      return text === '' ? [] : [key === 'to' ? text : `${key} ${text}`];
    })
    .join(' ');
}

function field(value: PlainValue, key: string): PlainValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key))
    return undefined;
  return (value as Readonly<Record<string, PlainValue>>)[key];
}

function listOf(value: PlainValue | undefined): string[] {
  return Array.isArray(value) ? (value as readonly PlainValue[]).map(textOf) : [];
}

function textOf(value: PlainValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function brackets(texts: readonly string[]): string {
  const present = texts.filter((text) => text !== '');
  return present.length === 0 ? '' : ` (${present.join(', ')})`;
}
