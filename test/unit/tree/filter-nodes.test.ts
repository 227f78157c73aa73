import assert from 'node:assert/strict';
import fc from 'fast-check';
import { filterNode, filterWords } from '../../../src/vscode/tree/filter-nodes';
import type { TreeNode } from '../../../src/vscode/tree/node';

const row = (label: string, children: TreeNode[] = [], description?: string): TreeNode => ({
  id: label,
  hostId: 'lab1',
  context: 'any',
  label,
  icon: { name: 'circle' },
  tooltip: [],
  children,
  ...(description === undefined ? {} : { description }),
});
const tree = row('lab1', [
  row('Namespaces', [
    row('earth', [row('earth-veth', [], '10.10.0.10/16 · up'), row('Routes', [row('default')])]),
    row('neptune', [row('neptune-veth', [], '10.10.0.20/16 · down')]),
  ]),
  row('Bridges', [row('planet-br')]),
]);

/** The labels of a row and all below it. */
function labels(node: TreeNode | undefined): string[] {
  return node === undefined ? [] : [node.label, ...node.children.flatMap(labels)];
}

describe('The filter of the tree', () => {
  it('keeps what holds the words, the way to it, and what is below it', () => {
    assert.deepEqual(labels(filterNode(tree, filterWords('earth'))), [
      ...['lab1', 'Namespaces', 'earth', 'earth-veth', 'Routes', 'default'],
    ]);
    assert.deepEqual(labels(filterNode(tree, filterWords('10.10.0.20'))), [
      ...['lab1', 'Namespaces', 'neptune', 'neptune-veth'],
    ]);
  });

  it('takes words of a row and of the rows above it, in any order and in letters of any size', () => {
    assert.deepEqual(labels(filterNode(tree, filterWords(' Default  EARTH '))), [
      ...['lab1', 'Namespaces', 'earth', 'Routes', 'default'],
    ]);
    assert.equal(filterNode(tree, filterWords('neptune default')), undefined);
  });

  it('shows everything for no words', () => {
    assert.equal(filterNode(tree, filterWords('  ')), tree);
  });

  it('opens the way to what was found, and leaves that itself as it was', () => {
    const [namespaces] = filterNode(tree, filterWords('earth'))?.children ?? [];
    assert.deepEqual([namespaces?.expanded, namespaces?.children[0]?.expanded], [true, undefined]);
  });

  it('keeps the same again of what it kept, and every row that holds all words', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'ab', 'bc');
    const { node } = fc.letrec<{ node: TreeNode }>((tie) => ({
      node: fc
        .tuple(
          name,
          fc.oneof({ depthSize: 'small' }, fc.constant<TreeNode[]>([]), fc.array(tie('node'), { maxLength: 3 })),
        )
        .map(([label, children]) => row(label, children)),
    }));
    fc.assert(
      fc.property(node, fc.array(name, { minLength: 1, maxLength: 2 }), (root, words) => {
        const kept = filterNode(root, words);
        const holding = labels(root).filter((label) => words.every((word) => label.includes(word)));
        if (kept === undefined) assert.deepEqual(holding, []);
        else {
          assert.deepEqual(filterNode(kept, words), kept);
          assert.deepEqual(
            labels(kept).filter((label) => words.every((word) => label.includes(word))),
            holding,
          );
        }
      }),
    );
  });
});
