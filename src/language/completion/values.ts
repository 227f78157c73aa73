import * as l10n from '@vscode/l10n';
import type { YamlPath } from '../../topology/model';
import type { Facts, KnownAddress } from '../facts';
import { roleOfValue, type Place, type Role } from '../roles';
import { schemaAt, alternatives, type Schema } from '../schema';
import {
  addressIdea,
  destinationIdeas,
  gatewayIdeas,
  interfaceAddressIdeas,
  networkIdeas,
  otherAddressIdeas,
  ownAddressIdeas,
} from './addresses';
import type { Idea } from './idea';
import { cursorMark } from './proposal';

/** The values that may stand at a path: the schema's words, and what the file knows of what the value stands for. */
export function valueIdeas(path: YamlPath, facts: Facts, surroundings: Surroundings): Idea[] {
  const schema = schemaAt(path);
  const place = roleOfValue(path);
  const words = schema === undefined ? [] : alternatives(schema).flatMap(wordIdeas);
  const hosts = path.length === 1 && path[0] === 'target' ? (surroundings.hosts ?? []) : [];
  return [
    ...words,
    ...hosts.map((id): Idea => ({ label: id, text: id, kind: 'word', detail: l10n.t`configured host`, rank: 0 })),
    ...(place === undefined ? [] : ideasFor(place, facts, surroundings)),
  ];
}

/** What is known beside the file; nothing of it is needed. */
export interface Surroundings {
  /** The ids of configured hosts. */
  readonly hosts?: readonly string[];
  /** The interfaces of the connected host's root namespace. */
  readonly hostInterfaces?: readonly string[];
}

function wordIdeas({ enum: words = [], type, default: usual }: Schema): Idea[] {
  const all = type === 'boolean' ? ['true', 'false'] : words;
  return all.map((word) => ({
    label: word,
    text: word,
    kind: 'word',
    rank: 0,
    isWord: type === 'boolean',
    ...(String(usual) === word && { detail: l10n.t`the default` }),
  }));
}

function ideasFor(place: Place<Role>, facts: Facts, surroundings: Surroundings): Idea[] {
  switch (place.role) {
    case 'namespace':
      return namespaceIdeas(facts);
    case 'check-source':
      return [
        ...namespaceIdeas(facts),
        { label: 'host', text: 'host', kind: 'word', detail: l10n.t`the host itself`, rank: 1 },
      ];
    case 'endpoint':
      return endpointIdeas(facts, surroundings);
    case 'interface':
      return interfaceIdeas(place, facts, surroundings);
    case 'bridge-port':
      return portIdeas(place, facts, surroundings);
    case 'target':
      return targets(facts).map(({ label, owner }) => ({ ...owner, label, text: label }));
    case 'target-port':
      return targets(facts).map(({ label, owner, namespace }) => withPort(label, owner, portsOf(facts, namespace)));
    case 'url':
      return facts.addresses.map((address) => urlIdea(address, facts));
    case 'forward-destination':
      return namespaceIdeas(facts)
        .filter(({ label }) => facts.addresses.some(({ namespace }) => namespace === label))
        .map((idea) => withPort(idea.label, idea, portsOf(facts, idea.label)));
    case 'listen':
    case 'ready-port':
      return portNumberIdeas(facts);
    case 'interface-address':
      return interfaceAddressIdeas(facts, {
        ...place,
        namespace: place.namespace ?? facts.bridges.get(place.owner ?? ''),
      });
    case 'gateway':
      return gatewayIdeas(facts, place);
    case 'own-address':
      return ownAddressIdeas(facts, place);
    case 'remote-address':
    case 'name-server':
      return otherAddressIdeas(facts, place);
    case 'destination':
      return destinationIdeas(facts, place);
    case 'network':
      return networkIdeas(facts);
  }
}

function namespaceIdeas(facts: Facts): Idea[] {
  return [...facts.namespaces].map((name) => ({ label: name, text: name, kind: 'namespace', rank: 0 }));
}

/** Ends that are free: interfaces without a cable, bridges, and a new interface of each namespace and the host. */
function endpointIdeas(facts: Facts, { hostInterfaces = [] }: Surroundings): Idea[] {
  const used = new Set(facts.ends.flat());
  const known = new Set(hostInterfaces);
  const bridges = [...facts.bridges.keys()].map((name): Idea => ({
    label: name,
    text: name,
    kind: 'bridge',
    detail: l10n.t`a new port, named for you`,
    rank: 1,
  }));
  const interfaces = [...facts.namespaces, undefined].flatMap((namespace): Idea[] => {
    const place = namespace ?? 'host';
    const names = [...facts.interfacesIn(namespace)].filter((name) => name !== 'lo' && !facts.bridges.has(name));
    const free = names.filter((name) => !used.has(`${place}:${name}`));
    const stem = namespace === undefined ? 'veth' : 'eth';
    const fresh = firstFree(stem, (name) => facts.interfacesIn(namespace).has(name) || known.has(name));
    return [
      ...free.map((name): Idea => endpointIdea(`${place}:${name}`, l10n.t`declared, without a cable yet`, 0)),
      endpointIdea(`${place}:${fresh}`, l10n.t`a new interface`, 2),
    ];
  });
  return [...interfaces, ...bridges];
}

function endpointIdea(text: string, detail: string, rank: number): Idea {
  return { label: text, text, kind: 'endpoint', detail, rank };
}

function firstFree(stem: string, isTaken: (name: string) => boolean): string {
  for (let number = 0; ; number++) if (!isTaken(`${stem}${number}`)) return `${stem}${number}`;
}

function interfaceIdeas(
  { namespace, owner }: Place<Role>,
  facts: Facts,
  { hostInterfaces = [] }: Surroundings,
): Idea[] {
  const own = [...facts.interfacesIn(namespace)].filter((name) => name !== owner);
  return [
    ...own.map((name): Idea => ({ label: name, text: name, kind: 'interface', rank: 0 })),
    ...(namespace === undefined ? hostInterfaces : []).map(liveInterface),
  ];
}

function portIdeas({ owner }: Place<Role>, facts: Facts, { hostInterfaces = [] }: Surroundings): Idea[] {
  const namespace = facts.bridges.get(owner ?? '');
  const plugged = new Set(facts.endsIn(namespace));
  const names = [...facts.interfacesIn(namespace)].filter((name) => !plugged.has(name) && !facts.bridges.has(name));
  return [
    ...names.map((name): Idea => ({ label: name, text: name, kind: 'interface', rank: 0 })),
    ...(namespace === undefined ? hostInterfaces : []).map(liveInterface),
  ];
}

function liveInterface(name: string): Idea {
  return { label: name, text: name, kind: 'interface', detail: l10n.t`on the connected host`, rank: 1 };
}

interface Target {
  readonly label: string;
  readonly namespace: string | undefined;
  readonly owner: Pick<Idea, 'kind' | 'detail' | 'rank'>;
}

/** What a check can try to reach: namespaces that have an address, each address, each of their interfaces. */
function targets(facts: Facts): Target[] {
  const names = new Set(facts.addresses.flatMap(({ namespace }) => namespace ?? []));
  return [
    ...[...names].map((name): Target => ({ label: name, namespace: name, owner: { kind: 'namespace', rank: 0 } })),
    ...facts.addresses.map((address): Target => {
      const { label, kind, detail, rank } = addressIdea(address);
      return { label, namespace: address.namespace, owner: { kind, rank, ...(detail !== undefined && { detail }) } };
    }),
    ...facts.addresses.map(({ namespace, interface: name, address }): Target => {
      const label = `${namespace ?? 'host'}:${name}`;
      return { label, namespace, owner: { kind: 'endpoint', detail: address.toString(), rank: 2 } };
    }),
  ];
}

/** The ports that a namespace's services, and forwards to it, name. */
function portsOf(facts: Facts, namespace: string | undefined): readonly string[] {
  return namespace === undefined ? [] : [...(facts.ports.get(namespace) ?? [])];
}

function withPort(target: string, idea: Pick<Idea, 'kind' | 'detail' | 'rank'>, [port]: readonly string[]): Idea {
  const head = `${target.includes('::') || /:.*:/.test(target) ? bracket(target) : target}:`;
  return { ...idea, label: head + (port ?? ''), text: head + (port ?? cursorMark) };
}

/** An IPv6 address is bracketed before a port (RFC 3986); `NAMESPACE:INTERFACE` has one colon. */
function bracket(target: string): string {
  return `[${target}]`;
}

function urlIdea(address: KnownAddress, facts: Facts): Idea {
  const { label, detail } = addressIdea(address);
  const host = label.includes(':') ? bracket(label) : label;
  const [port] = portsOf(facts, address.namespace);
  const url = `http://${host}${port === undefined || port === '80' ? '' : `:${port}`}/`;
  return {
    label: url,
    text: url,
    kind: 'address',
    rank: port === undefined ? 1 : 0,
    ...(detail !== undefined && { detail }),
  };
}

function portNumberIdeas(facts: Facts): Idea[] {
  const known = [...facts.ports].flatMap(([namespace, ports]) =>
    [...ports].map((port) => ({ port, detail: l10n.t`of ${namespace}` })),
  );
  const usual = [
    { port: '80', detail: 'HTTP' },
    { port: '443', detail: 'HTTPS' },
    { port: '8000', detail: l10n.t`HTTP, as python3 -m http.server has it` },
    { port: '8080', detail: l10n.t`HTTP, the alternative port` },
  ];
  return [...known, ...usual].map(({ port, detail }, index) => ({
    label: port,
    text: port,
    kind: 'port',
    detail,
    rank: index < known.length ? 0 : 1,
    isWord: true,
  }));
}
