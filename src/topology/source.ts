import type { YamlPath } from './model';
import type { TextRange } from './problem';
import { firstLine, namingRange, pathAtOffset, placeAt, type SourceNode } from './yaml/source-tree';

/** A topology file's text and what stands where in it. */
export class Source {
  constructor(
    readonly text: string,
    readonly root: SourceNode | undefined,
    /** The offset of each line's first character. */
    readonly lineStarts: readonly number[],
  ) {}

  /** Where to point for what stands at `path`: the name of a block, the value of a setting; undefined if nothing does. */
  rangeOf(path: YamlPath): TextRange | undefined {
    const place = placeAt(this.root, path);
    return place && namingRange(place, this.text);
  }

  /** The key at the path's end; undefined for a list's item and for what is not there. */
  keyRangeOf(path: YamlPath): TextRange | undefined {
    return placeAt(this.root, path)?.key;
  }

  /** The whole value at the path, over all its lines. */
  valueRangeOf(path: YamlPath): TextRange | undefined {
    return placeAt(this.root, path)?.node.range;
  }

  /** As `rangeOf`, but of the nearest enclosing thing that is there; at worst the file's first character. */
  nearestRangeOf(path: YamlPath): TextRange {
    for (let length = path.length; length > 0; length--) {
      const range = this.rangeOf(path.slice(0, length));
      if (range !== undefined) return range;
    }
    return firstLine(this.root?.range ?? { start: 0, end: this.text.length }, this.text);
  }

  /** The path of the innermost thing that `offset` (UTF-16 code units) lies in; empty outside everything. */
  pathAt(offset: number): YamlPath {
    return pathAtOffset(this.root, offset);
  }
}
