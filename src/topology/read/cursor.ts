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
  constructor(
    private readonly node: SourceNode | undefined,
    readonly path: YamlPath,
    readonly problems: ProblemList,
  ) {}

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

  at<K extends KeyOf<T>>(key: K): Cursor<ValueOf<T, K>> {
    const entry = this.node?.type === 'map' ? this.node.entries.get(key) : undefined;
    return new Cursor(entry?.value, [...this.path, key], this.problems);
  }

  /** The place that a path leads to from here. */
  follow<U>(path: YamlPath): Cursor<U> {
    return new Cursor<U>(placeAt(this.node, path)?.node, [...this.path, ...path], this.problems);
  }

  /** A list's items; empty for anything else. */
  items(): Cursor<ItemOf<T>>[] {
    if (this.node?.type !== 'list') return [];
    return this.node.items.map((item, index) => new Cursor(item, [...this.path, index], this.problems));
  }

  /** A map's entries, for maps whose keys are names; empty for anything else. */
  entries(): [name: string, value: Cursor<EntryOf<T>>][] {
    if (this.node?.type !== 'map') return [];
    return [...this.node.entries].map(([name, { value }]) => [
      name,
      new Cursor(value, [...this.path, name], this.problems),
    ]);
  }

  /** The same place, when the schema allows one of several types here. */
  as<U>(): Cursor<U> {
    return new Cursor<U>(this.node, this.path, this.problems);
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

  private get scalar(): unknown {
    return this.node?.type === 'scalar' ? this.node.value : undefined;
  }
}
