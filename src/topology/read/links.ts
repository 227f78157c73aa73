import * as l10n from '@vscode/l10n';
import { derivePortName } from '../derived-names';
import { splitEndpoint } from '../endpoints';
import type { Endpoint, EndpointWithVLANs, Link } from '../generated/topology-file';
import type { BridgeDeclaration, EndpointDeclaration, ImpairmentDeclaration, LinkDeclaration } from '../model';
import { objectToInterfaceName, quote } from '../names';
import { suggest } from '../suggest';
import type { Cursor } from './cursor';
import { defined } from './defined';
import { readEach } from './values';

/** What an endpoint can name. */
export interface Places {
  readonly lab: string;
  readonly namespaces: ReadonlySet<string>;
  /** By name; also those with a name that is refused, so that a link to one is not reported as well. */
  readonly bridges: ReadonlySet<string>;
  /** The names that interfaces have or get in a namespace (undefined: the root namespace), links aside. */
  readonly interfacesOf: (namespace: string | undefined) => Iterable<string>;
  readonly bridgeNamed: (name: string) => BridgeDeclaration | undefined;
}

export interface ReadLinks {
  readonly links: LinkDeclaration[];
  /** The ends that could be read, also of links whose other end could not. */
  readonly ends: EndpointDeclaration[];
}

/** One end as it is written: a bridge's port may not have its name yet. */
type WrittenEnd = Omit<Extract<EndpointDeclaration, { type: 'bridge' }>, 'interface'> & { interface?: string };
type End = Exclude<EndpointDeclaration, { type: 'bridge' }> | WrittenEnd;

export function readLinks(links: Cursor<Link[]>, places: Places): ReadLinks {
  const written = links.items().map((link) => ({
    link,
    ends: link
      .at('endpoints')
      .as<Endpoint[]>()
      .items()
      .map((endpoint) => readEnd(endpoint, places)),
  }));
  const names = new PortNames(
    places,
    written.flatMap(({ ends }) => ends),
  );
  const result: ReadLinks = { links: [], ends: [] };
  for (const { link, ends } of written) {
    const named = ends.map((end, index) => end && names.complete(end, ends[1 - index]));
    result.ends.push(...named.filter((end) => end !== undefined));
    const [a, b, ...more] = named;
    if (a === undefined || b === undefined || more.length > 0) continue;
    result.links.push(
      defined({
        path: link.path,
        endpoints: [a, b] as const,
        mtu: link.at('mtu').integer,
        up: link.at('up').flag ?? true,
        impair: readImpairments(link.at('impair')),
      }),
    );
  }
  return result;
}

function readEnd(endpoint: Cursor<Endpoint>, places: Places): End | undefined {
  const mapping = endpoint.as<EndpointWithVLANs>();
  const cursor = endpoint.isMap ? mapping.at('endpoint') : endpoint;
  const { text, path, problems } = cursor;
  if (text === undefined) return undefined;
  const { place, interface: name } = splitEndpoint(text);
  const { path: declaredAt } = endpoint;
  const isBridge = places.bridges.has(place) && !places.namespaces.has(place);
  if (name !== undefined) {
    const objection = objectToInterfaceName(name, isBridge ? 'port' : 'interface');
    if (objection !== undefined) {
      const { code, message, suggestion } = objection;
      problems.find({ code, message, path, data: { name, suggestion: suggestion && `${place}:${suggestion}` } });
      return undefined;
    }
  }
  if (isBridge) return readBridgeEnd(mapping, declaredAt, place, name);
  if (place !== 'host' && !places.namespaces.has(place)) {
    reportUnknownPlace(cursor, place, name, places);
    return undefined;
  }
  if (name === undefined) {
    const example = `${place}:eth0`;
    const thing = place === 'host' ? l10n.t`The host` : l10n.t`${quote(place)} is a namespace: it`;
    const message = l10n.t`${thing} needs an interface here, such as \`${example}\`.`;
    problems.find({ code: 'endpoint-without-interface', message, path, data: { suggestion: example } });
    return undefined;
  }
  for (const key of ['vlan', 'trunk'] as const) {
    if (!mapping.at(key).exists) continue;
    const message = l10n.t`Only a bridge's end of a link has a \`${key}\`.`;
    problems.find({ code: 'vlan-without-bridge', message, path: mapping.at(key).path, at: 'key' });
  }
  if (place === 'host') return { type: 'host', path: declaredAt, interface: name };
  return { type: 'namespace', path: declaredAt, namespace: place, interface: name };
}

function readBridgeEnd(
  mapping: Cursor<EndpointWithVLANs>,
  path: WrittenEnd['path'],
  bridge: string,
  port: string | undefined,
): End {
  const trunk = mapping.at('trunk');
  return defined({
    type: 'bridge',
    path,
    bridge,
    interface: port,
    derived: port === undefined,
    vlan: mapping.at('vlan').integer,
    trunk: trunk.exists ? readEach(trunk.items(), (id) => id.integer) : undefined,
  } as const);
}

function reportUnknownPlace(cursor: Cursor, place: string, name: string | undefined, places: Places): void {
  const near = suggest(place, [...places.namespaces, ...places.bridges, 'host']);
  const rest = name === undefined ? '' : `:${name}`;
  const hint =
    near === undefined ? l10n.t`Declare it under \`namespaces\` or \`bridges\`.` : l10n.t`Did you mean \`${near}\`?`;
  cursor.problems.find({
    code: 'unknown-endpoint',
    message: l10n.t`This file declares no namespace or bridge ${quote(place)}. ${hint}`,
    path: cursor.path,
    data: { name: place, suggestion: near && near + rest },
  });
}

/** Gives bridge ports that the file does not name a name that is free in the bridge's namespace. */
class PortNames {
  /** The names of link ends by namespace (undefined: the root namespace). */
  private readonly ofEnds = new Map<string | undefined, Set<string>>();
  /** All names that are taken, for the namespaces where a name was needed. */
  private readonly taken = new Map<string | undefined, Set<string>>();

  constructor(
    private readonly places: Places,
    ends: readonly (End | undefined)[],
  ) {
    for (const end of ends) {
      if (end?.interface === undefined) continue;
      const namespace = this.namespaceOf(end);
      const names = this.ofEnds.get(namespace);
      if (names === undefined) this.ofEnds.set(namespace, new Set([end.interface]));
      else names.add(end.interface);
    }
  }

  complete(end: End, other: End | undefined): EndpointDeclaration {
    if (end.type !== 'bridge') return end;
    if (end.interface !== undefined) return { ...end, interface: end.interface };
    const taken = this.takenIn(this.namespaceOf(end));
    const name = derivePortName({ lab: this.places.lab, bridge: end.bridge, ...describeOther(other) }, taken);
    taken.add(name);
    return { ...end, interface: name };
  }

  private namespaceOf(end: End): string | undefined {
    if (end.type === 'namespace') return end.namespace;
    return end.type === 'bridge' ? this.places.bridgeNamed(end.bridge)?.namespace : undefined;
  }

  private takenIn(namespace: string | undefined): Set<string> {
    const known = this.taken.get(namespace);
    if (known !== undefined) return known;
    const names = new Set([...this.places.interfacesOf(namespace), ...(this.ofEnds.get(namespace) ?? [])]);
    this.taken.set(namespace, names);
    return names;
  }
}

function describeOther(other: End | undefined): { otherPlace: string; otherInterface?: string } {
  if (other === undefined) return { otherPlace: '' };
  const otherPlace = other.type === 'namespace' ? other.namespace : other.type === 'bridge' ? other.bridge : 'host';
  return { otherPlace, ...(other.interface !== undefined && { otherInterface: other.interface }) };
}

function readImpairments(impair: Cursor<NonNullable<Link['impair']>>): LinkDeclaration['impair'] {
  if (!impair.exists) return undefined;
  const both = readImpairment(impair);
  return {
    toA: { ...both, ...readImpairment(impair.at('to-a')) },
    toB: { ...both, ...readImpairment(impair.at('to-b')) },
  };
}

function readImpairment(impair: Cursor<Partial<Record<keyof ImpairmentDeclaration, string>>>): ImpairmentDeclaration {
  const kinds = ['delay', 'jitter', 'loss', 'duplicate', 'reorder', 'corrupt', 'rate'] as const;
  return defined(Object.fromEntries(kinds.map((kind) => [kind, impair.at(kind).text])));
}
