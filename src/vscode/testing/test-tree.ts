import { l10n, Range, workspace, type TestController, type TestItem, type TextDocument, type Uri } from 'vscode';
import type { TextRange } from '../../topology/problem';
import { withoutIcons } from '../host-data';
import type { TestFile } from './test-files';

/** What an item of the Test Explorer stands for. */
export type TestSubject =
  | { readonly type: 'file'; readonly uri: Uri }
  | { readonly type: 'check'; readonly uri: Uri; readonly key: string }
  | { readonly type: 'matrix'; readonly uri: Uri };

/** The items of the Test Explorer: a lab for each file, and below it its checks. Items stay themselves through edits. */
export class TestTree {
  private readonly subjects = new WeakMap<TestItem, TestSubject>();
  private readonly labMarks = new WeakMap<TestItem, string>();

  constructor(private readonly controller: TestController) {}

  subjectOf(item: TestItem): TestSubject | undefined {
    return this.subjects.get(item);
  }

  fileItem(uri: Uri): TestItem | undefined {
    return this.controller.items.get(uri.toString());
  }

  checkItem(uri: Uri, key: string): TestItem | undefined {
    return this.fileItem(uri)?.children.get(checkId(key));
  }

  /** The check items of a file by their keys. */
  checksOf(uri: Uri): ReadonlyMap<string, TestItem> {
    const items = new Map<string, TestItem>();
    this.fileItem(uri)?.children.forEach((item) => {
      const subject = this.subjects.get(item);
      if (subject?.type === 'check') items.set(subject.key, item);
    });
    return items;
  }

  /** A file that nobody has read yet: its checks are looked up when it is opened in the tree. */
  add(uri: Uri): TestItem {
    const known = this.fileItem(uri);
    if (known !== undefined) return known;
    const item = this.controller.createTestItem(uri.toString(), labelOf(uri), uri);
    item.description = withoutIcons(workspace.asRelativePath(uri));
    item.canResolveChildren = true;
    this.subjects.set(item, { type: 'file', uri });
    this.controller.items.add(item);
    return item;
  }

  remove(uri: Uri): void {
    this.controller.items.delete(uri.toString());
  }

  /**
   * Takes over what a file says now.
   *
   * @returns the items whose results do not hold any more: all of them where the lab itself was changed.
   */
  update({ uri, outline, text }: TestFile): readonly TestItem[] {
    const lines = lineStarts(text);
    const item = this.add(uri);
    item.canResolveChildren = false;
    item.label = outline.lab === undefined ? labelOf(uri) : withoutIcons(outline.lab);
    item.range = toRange(lines, outline.range);
    const { error } = outline;
    item.error =
      error === undefined
        ? undefined
        : l10n.t('Line {0}: {1}', toRange(lines, error.range).start.line + 1, withoutIcons(error.message));
    const before = this.checksOf(uri);
    const digits = String(outline.checks.length).length;
    const matrix = this.matrixItem(uri) ?? this.newMatrix(uri);
    matrix.range = item.range;
    item.children.replace([
      ...outline.checks.map((check, index) => {
        const child = before.get(check.key) ?? this.newCheck(uri, check.key, withoutIcons(check.title));
        child.range = toRange(lines, check.range);
        child.sortText = String(index).padStart(digits, '0');
        return child;
      }),
      matrix,
    ]);
    const isOtherLab = this.labMarks.has(item) && this.labMarks.get(item) !== outline.labMark;
    this.labMarks.set(item, outline.labMark);
    return isOtherLab ? [...before.values(), matrix].filter(({ parent }) => parent === item) : [];
  }

  /** Beside a file's checks: every pair of its lab. */
  matrixItem(uri: Uri): TestItem | undefined {
    return this.fileItem(uri)?.children.get(matrixId);
  }

  private newMatrix(uri: Uri): TestItem {
    const item = this.controller.createTestItem(matrixId, l10n.t('Ping matrix'), uri);
    item.description = l10n.t('every pair; runs when it is asked for itself');
    // Below the checks, which are numbered.
    item.sortText = '~';
    this.subjects.set(item, { type: 'matrix', uri });
    return item;
  }

  private newCheck(uri: Uri, key: string, title: string): TestItem {
    const item = this.controller.createTestItem(checkId(key), title, uri);
    this.subjects.set(item, { type: 'check', uri, key });
    return item;
  }
}

/** No check's id: those begin with a word and a blank. */
const matrixId = 'matrix';

function checkId(key: string): string {
  // eslint-disable-next-line netns/texts-for-people -- a key, which nobody reads
  return `check ${key}`;
}

/** `planets` of `…/planets.netns.yaml`, until the file's own name is known. */
function labelOf(uri: Uri): string {
  const [name = ''] = uri.path.split('/').slice(-1);
  return withoutIcons(name.replace(/\.netns\.ya?ml$/, ''));
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** As `TextDocument.positionAt`, for a text that need not be open. */
function toRange(starts: readonly number[], { start, end }: TextRange): Range {
  const position = (offset: number): [number, number] => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return [low, offset - (starts[low] ?? 0)];
  };
  return new Range(...position(start), ...position(end));
}

/** The document that an item's file is, where that is open. */
export function documentOf(item: TestItem): TextDocument | undefined {
  return workspace.textDocuments.find(({ uri }) => uri.toString() === item.uri?.toString());
}
