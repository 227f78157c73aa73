import { splitEndpoint, splitPort } from '../../topology/endpoints';
import type { YamlPath } from '../../topology/model';
import type { ParsedTopology } from '../../topology/parse';
import type { TextRange } from '../../topology/problem';
import type { SourceNode } from '../../topology/yaml/source-tree';
import { factsOf, type Facts } from '../facts';
import { roleOfKey, roleOfValue, type Role } from '../roles';

/** Something that a file names in several places. */
export type NamedThing =
  | { readonly kind: 'namespace' | 'bridge'; readonly name: string }
  /** `namespace` undefined: in the root namespace. A bridge is its own kind, also where it is named as an interface. */
  | { readonly kind: 'interface'; readonly name: string; readonly namespace: string | undefined };

/** One place where a thing is named. */
export interface Occurrence {
  readonly thing: NamedThing;
  /** The name alone: without quotes, and without the rest of an endpoint. */
  readonly range: TextRange;
  /** The whole word of YAML that the name stands in, with its quotes. */
  readonly word: TextRange;
  /** The word's text before and behind the name. */
  readonly before: string;
  readonly after: string;
  readonly role: 'definition' | 'use';
  /** In a setting's name, where a `.` of the name is written `/`. */
  readonly isSysctl: boolean;
  /** The name is spelt with escapes or over lines: `range` is the whole word. */
  readonly isEscaped: boolean;
}

const known = new WeakMap<ParsedTopology, readonly Occurrence[]>();

/** Every place where the file names a namespace, bridge or interface, in the order of the text. */
export function occurrencesIn(parsed: ParsedTopology): readonly Occurrence[] {
  const before = known.get(parsed);
  if (before !== undefined) return before;
  const collector = new Collector(parsed.text, factsOf(parsed));
  if (parsed.root !== undefined) collector.walk(parsed.root, []);
  const found = collector.found.sort((a, b) => a.range.start - b.range.start);
  known.set(parsed, found);
  return found;
}

export function isSameThing(a: NamedThing, b: NamedThing): boolean {
  if (a.kind !== b.kind || a.name !== b.name) return false;
  return a.kind !== 'interface' || b.kind !== 'interface' || a.namespace === b.namespace;
}

interface Word {
  readonly range: TextRange;
  readonly value: string;
}

class Collector {
  readonly found: Occurrence[] = [];

  constructor(
    private readonly text: string,
    private readonly facts: Facts,
  ) {}

  /** Walks what is written. What an alias or a merge key repeats is written where it is repeated from. */
  walk(node: SourceNode, path: YamlPath): void {
    if (node.isAlias) return;
    if (node.type === 'list') {
      for (const [index, item] of node.items.entries()) this.walk(item, [...path, index]);
    } else if (node.type === 'map') {
      for (const [key, entry] of node.entries) {
        if (entry.isMerged) continue;
        this.readKey([...path, key], { range: entry.key, value: key });
        this.walk(entry.value, [...path, key]);
      }
    } else if (node.value !== null) {
      this.readValue(path, { range: node.range, value: String(node.value) });
    }
  }

  private readKey(path: YamlPath, word: Word): void {
    const place = roleOfKey(path);
    if (place === undefined) return;
    if (place.role === 'sysctl') this.addSysctl(word, place.namespace);
    else if (place.role === 'interface') this.addInterface(word, 0, word.value, place.namespace, 'definition');
    else this.add(word, 0, { kind: place.role, name: word.value }, 'definition');
  }

  private readValue(path: YamlPath, word: Word): void {
    const place = roleOfValue(path);
    if (place === undefined) return;
    const { value } = word;
    const isIn: Readonly<Partial<Record<Role, () => void>>> = {
      namespace: () => this.addPlace(word, 0, value),
      'check-source': () => this.addPlace(word, 0, value),
      endpoint: () => this.addEndpoint(word, 0, value),
      target: () => this.addEndpoint(word, 0, value),
      'target-port': () => this.addEndpoint(word, 0, splitPort(value)?.target ?? ''),
      'forward-destination': () => this.addPlace(word, 0, splitPort(value)?.target ?? ''),
      interface: () => {
        const isParent = path.at(-1) === 'parent';
        const home = isParent ? this.facts.homeOfParent(place.namespace, value) : place.namespace;
        this.addInterface(word, 0, value, home, 'use');
      },
      'bridge-port': () => this.addInterface(word, 0, value, this.facts.bridges.get(place.owner ?? ''), 'use'),
    };
    isIn[place.role]?.();
  }

  /** A namespace, or a bridge in an endpoint. */
  private addPlace(word: Word, at: number, name: string): void {
    if (this.facts.namespaces.has(name)) this.add(word, at, { kind: 'namespace', name }, 'use');
    else if (this.facts.bridges.has(name)) this.add(word, at, { kind: 'bridge', name }, 'use');
  }

  private addEndpoint(word: Word, at: number, text: string): void {
    const { place, interface: name } = splitEndpoint(text);
    this.addPlace(word, at, place);
    if (name === undefined || name === '') return;
    const isNamespace = this.facts.namespaces.has(place);
    if (!isNamespace && place !== 'host' && !this.facts.bridges.has(place)) return;
    const namespace = isNamespace ? place : this.facts.bridges.get(place);
    this.addInterface(word, at + place.length + 1, name, namespace, 'use');
  }

  private addInterface(
    word: Word,
    at: number,
    name: string,
    namespace: string | undefined,
    role: Occurrence['role'],
  ): void {
    if (name === 'lo') return;
    const isBridge = this.facts.bridges.has(name) && this.facts.bridges.get(name) === namespace;
    if (isBridge) this.add(word, at, { kind: 'bridge', name }, 'use');
    else this.add(word, at, { kind: 'interface', name, namespace }, role);
  }

  private addSysctl(word: Word, namespace: string | undefined): void {
    const match = /^(net\.ipv[46]\.(?:conf|neigh)\.)([^.]+)\.[^.]+$/.exec(word.value);
    const [head = '', spelt = ''] = match?.slice(1) ?? [];
    const name = spelt.replaceAll('/', '.');
    if (spelt === '' || name === 'all' || name === 'default') return;
    const before = this.found.length;
    this.addInterface({ ...word }, head.length, name, namespace, 'use');
    const added = this.found[before];
    if (added !== undefined) this.found[before] = { ...added, isSysctl: true };
  }

  private add({ range: word, value }: Word, at: number, thing: NamedThing, role: Occurrence['role']): void {
    const raw = this.text.slice(word.start, word.end);
    const isQuoted = raw.length >= 2 && /^(["']).*\1$/s.test(raw);
    const inner = isQuoted ? raw.slice(1, -1) : raw;
    const isEscaped = inner !== value;
    const start = word.start + (isQuoted ? 1 : 0) + at;
    this.found.push({
      thing,
      role,
      word,
      isEscaped,
      isSysctl: false,
      range: isEscaped ? word : { start, end: start + thing.name.length },
      before: value.slice(0, at),
      after: value.slice(at + thing.name.length),
    });
  }
}
