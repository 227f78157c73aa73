import type { YamlPath } from '../model';
import type { ProblemList } from '../problem-list';
import { placeAt, type SourceNode } from '../yaml/source-tree';

type KeyOf<T> = keyof NonNullable<T> & string;
type ValueOf<T, K extends KeyOf<T>> = NonNullable<NonNullable<T>[K]>;
type ItemOf<T> = T extends readonly (infer Item)[] ? Item : never;
type EntryOf<T> = T extends Readonly<Record<string, infer Entry>> ? Entry : never;

/**
 * A place in the file, typed by what the schema says should stand there, read with no trust that it does: whatever has
 * another type is as if it were not there. (The schema's own problems say that it is wrong.)
 */
export class Cursor<T = unknown> {
  private knownPath: YamlPath | undefined;

  /** @param path where it is; worked out by `step`s from `parent` only if somebody asks: most places are never named */
  constructor(
    private readonly node: SourceNode | undefined,
    path: YamlPath | undefined,
    readonly problems: ProblemList,
    private readonly parent?: { readonly path: YamlPath },
    private readonly step: string | number = '',
  ) {
    this.knownPath = path;
  }

  get path(): YamlPath {
    this.knownPath ??= [...(this.parent?.path ?? []), this.step];
    return this.knownPath;
  }

  /** Something is written here, if only nothing: `earth:`. */
  get exists(): boolean {
    return this.node !== undefined;
  }

  get isList(): boolean {
    return this.node?.type === 'list';
  }

  get isMap(): boolean {
    return this.node?.type === 'map';
  }

  /** Whether one of these keys is written here. */
  hasAny(keys: readonly KeyOf<T>[]): boolean {
    const { node } = this;
    return node?.type === 'map' && keys.some((key) => node.entries.has(key));
  }

  at<K extends KeyOf<T>>(key: K): Cursor<ValueOf<T, K>> {
    const entry = this.node?.type === 'map' ? this.node.entries.get(key) : undefined;
    return this.below(entry?.value, key);
  }

  /** The place that a path leads to from here. */
  follow<U>(path: YamlPath): Cursor<U> {
    return new Cursor<U>(placeAt(this.node, path)?.node, [...this.path, ...path], this.problems);
  }

  /** A list's items; empty for anything else. */
  items(): Cursor<ItemOf<T>>[] {
    if (this.node?.type !== 'list') return [];
    return this.node.items.map((item, index) => this.below(item, index));
  }

  /** A map's entries, for maps whose keys are names; empty for anything else. */
  entries(): [name: string, value: Cursor<EntryOf<T>>][] {
    if (this.node?.type !== 'map') return [];
    return Array.from(this.node.entries, ([name, { value }]) => [name, this.below(value, name)]);
  }

  /** The same place, when the schema allows one of several types here. */
  as<U>(): Cursor<U> {
    return new Cursor<U>(this.node, this.knownPath, this.problems, this.parent, this.step);
  }

  get text(): string | undefined {
    return typeof this.scalar === 'string' ? this.scalar : undefined;
  }

  get number(): number | undefined {
    return typeof this.scalar === 'number' && Number.isFinite(this.scalar) ? this.scalar : undefined;
  }

  get integer(): number | undefined {
    return Number.isInteger(this.scalar) ? this.number : undefined;
  }

  get flag(): boolean | undefined {
    return typeof this.scalar === 'boolean' ? this.scalar : undefined;
  }

  /** A text or a number, as text. */
  get textOrNumber(): string | undefined {
    return this.text ?? (this.number === undefined ? undefined : String(this.number));
  }

  /** The text, if it is one of these words. */
  oneOf<Word extends string>(...words: Word[]): Word | undefined {
    return words.find((word) => word === this.text);
  }

  private below<U>(node: SourceNode | undefined, step: string | number): Cursor<U> {
    return new Cursor(node, undefined, this.problems, this, step);
  }

  private get scalar(): unknown {
    return this.node?.type === 'scalar' ? this.node.value : undefined;
  }
}
