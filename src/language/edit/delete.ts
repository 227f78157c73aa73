import * as l10n from '@vscode/l10n';
import type { YamlPath } from '../../topology/model';
import type { ParsedTopology } from '../../topology/parse';
import { placeAt, type SourceNode } from '../../topology/yaml/source-tree';
import { factsOf } from '../facts';
import { isNewError } from '../symbols/rename';
import { parseTopology } from '../../topology/parse';
import { isSameThing, occurrencesIn, type NamedThing } from '../symbols/occurrences';
import { editText } from '../text-edit';
import { editFile, type Edited } from './editing';
import { editTree } from './edit-tree';
import { describeUnit, linkEnds, unitAround, type Unit } from './units';

export type Deleting =
  | (Edited & {
      /** The thing itself, in a few words. */
      readonly what: string;
      /** What goes with it, in a few words each: all that would mean nothing without it. */
      readonly also: readonly string[];
    })
  | { readonly refusal: string };

/** Taking one thing out may break the next that leans on it; more rounds than this have never been needed. */
const mostRounds = 6;

/**
 * Takes what is declared at a path out of a file, with all that names it or lives on it: the cables of a namespace, the
 * settings of a cable's ends, checks, routes, port forwards.
 */
export function deleteAt(parsed: ParsedTopology, path: YamlPath): Deleting {
  const unit = unitAround(path);
  if (unit === undefined) return { refusal: l10n.t`This cannot be deleted from the file.` };
  const closure = new Closure(parsed);
  closure.add(unit);
  for (let round = 0; round < mostRounds; round++) {
    const leaning = unitsBroken(parsed, closure.paths);
    if (leaning.length === 0) break;
    for (const each of leaning) closure.add(each);
  }
  const done = editFile(parsed, [{ type: 'remove', paths: closure.paths }]);
  if ('refusal' in done) return done;
  const also = closure.outermost.filter(({ path: own }) => JSON.stringify(own) !== JSON.stringify(unit.path));
  return { ...done, what: describeUnit(parsed, unit), also: also.map((each) => describeUnit(parsed, each)) };
}

/** A set of units that grows by what names what is in it. */
class Closure {
  private readonly units: Unit[] = [];
  private readonly known = new Set<string>();

  constructor(private readonly parsed: ParsedTopology) {}

  /** What is in it and not within another of it, in the order of the text. */
  get outermost(): Unit[] {
    const start = ({ path }: Unit): number => placeAt(this.parsed.root, path)?.node.range.start ?? 0;
    return this.units.filter(({ path }) => !this.isInside(path)).sort((a, b) => start(a) - start(b));
  }

  /** With a list or mapping in the place of all that it holds. */
  get paths(): YamlPath[] {
    return withoutEmptied(
      this.parsed,
      this.outermost.map(({ path }) => path),
    );
  }

  add(unit: Unit): void {
    const waiting = [unit];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const key = JSON.stringify(next.path);
      if (this.known.has(key) || this.isInside(next.path)) continue;
      this.known.add(key);
      this.units.push(next);
      waiting.push(...this.thingsOf(next).flatMap((thing) => this.unitsNaming(thing)));
    }
  }

  private isInside(path: YamlPath): boolean {
    return path.some((_, length) => this.known.has(JSON.stringify(path.slice(0, length))));
  }

  /** What is gone when a unit is. */
  private thingsOf({ kind, path, namespace }: Unit): NamedThing[] {
    const name = String(path.at(-1));
    if (kind === 'namespace' || kind === 'bridge') return [{ kind, name }];
    if (kind === 'interface') return [{ kind, name, namespace }];
    if (kind !== 'link') return [];
    const facts = factsOf(this.parsed);
    return linkEnds(this.parsed, path).flatMap(({ place, interface: end }): NamedThing[] =>
      end === undefined
        ? []
        : [{ kind: 'interface', name: end, namespace: facts.namespaces.has(place) ? place : facts.bridges.get(place) }],
    );
  }

  private unitsNaming(thing: NamedThing): Unit[] {
    return occurrencesIn(this.parsed).flatMap((occurrence) => {
      if (!isSameThing(occurrence.thing, thing)) return [];
      return unitAround(this.parsed.pathAt(occurrence.word.start)) ?? [];
    });
  }
}

/** The language's own lists and mappings of things, which are left out when they hold nothing. */
function isContainer({ length, 0: first }: YamlPath): boolean {
  return (
    length === 1 || (length === 2 && first === 'host') || (length === 3 && first !== 'links' && first !== 'checks')
  );
}

/**
 * Puts the key of a list or mapping in the place of all that it holds, so that nothing empty stays. Where somebody wrote a
 * comment between the key and what it holds it stays, empty.
 */
function withoutEmptied({ root, text }: ParsedTopology, paths: readonly YamlPath[]): YamlPath[] {
  let result = [...paths];
  for (let changed = true; changed;) {
    changed = false;
    const byParent = new Map<string, YamlPath[]>();
    for (const path of result) {
      const key = JSON.stringify(path.slice(0, -1));
      byParent.set(key, [...(byParent.get(key) ?? []), path]);
    }
    for (const [key, children] of byParent) {
      const parent = JSON.parse(key) as YamlPath;
      const place = placeAt(root, parent);
      if (!isContainer(parent) || place?.key === undefined) continue;
      if (childCount(place.node) !== children.length || hasComment(text, place.key.end, place.node)) continue;
      result = [...result.filter((path) => !children.includes(path)), parent];
      changed = true;
    }
  }
  return result;
}

function childCount(node: SourceNode): number {
  if (node.type === 'scalar') return 0;
  return node.type === 'list' ? node.items.length : node.entries.size;
}

function hasComment(text: string, keyEnd: number, node: SourceNode): boolean {
  return /\s#/.test(text.slice(keyEnd, node.range.start));
}

/** What breaks a rule once the paths are gone, as units of the file as it is now. */
function unitsBroken(parsed: ParsedTopology, paths: readonly YamlPath[]): Unit[] {
  const edits = editTree(parsed, [{ type: 'remove', paths }]);
  if (edits === undefined) return [];
  const after = parseTopology(editText(parsed.text, edits));
  const isNew = isNewError(parsed);
  return after.problems.filter(isNew).flatMap(({ code, range }) => {
    // What stands at an alias is no less meant because its anchor is gone.
    if (code === 'unknown-anchor' || code.startsWith('yaml-')) return [];
    const path = pathBefore(after.pathAt(range.start), paths);
    return unitAround(path) ?? [];
  });
}

/** Where something stood before the paths were removed: behind the items of its list that are gone. */
function pathBefore(after: YamlPath, removed: readonly YamlPath[]): YamlPath {
  const path: (string | number)[] = [];
  for (const step of after) {
    if (typeof step === 'string') {
      path.push(step);
      continue;
    }
    const gone = removed
      .filter((each) => each.length === path.length + 1 && path.every((own, index) => own === each[index]))
      .map((each) => Number(each.at(-1)))
      .sort((a, b) => a - b);
    let index = step;
    for (const each of gone) if (each <= index) index++;
    path.push(index);
  }
  return path;
}
