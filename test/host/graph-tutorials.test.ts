import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildGraphView } from '../../src/lab/graph-view';
import { createHostStore } from '../../src/lab/host-store';
import type { HostStore } from '../../src/lab/model';
import type { Transport } from '../../src/transport/transport';
import { snapshotNodes } from '../../src/vscode/tree/snapshot-nodes';
import { describeAll } from '../../webview/words';
import { assertGoldenFile } from '../fixtures/golden';
import { treeLines } from '../fixtures/tree-lines';
import type { LabHost } from '../lab-host';
import { type } from './observed-lab';
import { startOpenVswitch } from './open-vswitch-host';
import { typedTutorials } from './typed-tutorials';
import { useLabHost } from './use-lab-host';

/** How long a picture may take to be the expected one, in milliseconds: the kernel tells of carriers up to a second late (linkwatch). */
const patience = 5_000;
/** While golden files are written anew: a picture that has stood so long is taken as the last. */
const rest = 3_000;

/** The lines of the graph and those of the tree. */
type Shown = readonly (readonly string[])[];

/** Rows that come and go by themselves, by their contexts; and of kernel parameters what hangs on the kernel's own defaults. */
const passing = ['processes', 'sockets', 'neighbours', 'fdb', 'conntrack', 'sysctl'];

/**
 * The tutorials as they are typed, and after each command what the graph then draws and which rows the tree has, followed live: what came
 * (`+`) and what went (`-`) against the picture before it. The graph in the words that it has for people who do not see it; the tree as
 * somebody reads it who has opened every row: its icon, label and description.
 */
describe('the graph and the tree while a tutorial is typed', function () {
  this.timeout(240_000);
  let lab: LabHost;
  let transport: Transport;
  let store: HostStore;

  useLabHost((host) => ({ lab, transport } = host));
  before(async () => {
    await startOpenVswitch(lab);
    store = createHostStore(transport);
  });
  after(() => store.dispose());

  for (const { name, make, undo } of typedTutorials) {
    it(name, async () => {
      const views = ['graph', 'tree'].map((view) => {
        const file = path.resolve(__dirname, 'golden', view, `${name.replaceAll(/[^a-z]+/gi, '-')}.txt`);
        return { file, expected: existsSync(file) ? readFileSync(file, 'utf8').split(/\n(?=\$ )/) : [] };
      });
      const follow = store.onDidChange(() => undefined);
      const steps: (readonly string[])[] = [];
      try {
        await store.refresh();
        let before = shown();
        for (const [index, command] of make.entries()) {
          const stepOf = (now: Shown): string[] =>
            now.map((lines, view) => stepText(command, before[view] ?? [], lines));
          await type(lab, [command]);
          const after = await settled((now) =>
            stepOf(now).every((step, view) => step === views[view]?.expected[index]?.trimEnd()),
          );
          steps.push(stepOf(after));
          before = after;
        }
      } finally {
        follow.dispose();
        await type(lab, undo);
      }
      for (const [view, { file }] of views.entries())
        assertGoldenFile(file, `${steps.map((step) => step[view]).join('\n')}\n`);
    });
  }

  /** What the graph draws, and the rows of the tree. */
  function shown(): Shown {
    return [drawn(), rows()];
  }

  /** The tree's rows but for what comes without a command: when it is seen hangs on chance, or what it says on the kernel. */
  function rows(): readonly string[] {
    const { snapshot } = store;
    if (snapshot === undefined) return [];
    const lines = treeLines(snapshotNodes('lab1', snapshot), ({ context }) => !passing.includes(context));
    return lines.map((line) => line.replaceAll(`${lab.address}/30`, 'LAB').replace(/\d+ packets?( · )?/, ''));
  }

  /** Everything that the graph draws, a line each. */
  function drawn(): readonly string[] {
    const lines = [...describeAll(buildGraphView({ hostName: 'lab1', snapshot: store.snapshot })).values()];
    // When a process is seen is the agent's to choose.
    return lines.map((line) => line.replace(/, \d+ process(es)?$/, ''));
  }

  /** The picture once it is the expected one, or as it is when that does not come about. */
  function settled(isExpected: (now: Shown) => boolean): Promise<Shown> {
    const isUpdate = process.env['UPDATE_GOLDEN'] === '1';
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const finish = (): void => {
        clearTimeout(timer);
        subscription.dispose();
        resolve(shown());
      };
      const look = (): void => {
        if (isUpdate || timer === undefined) {
          clearTimeout(timer);
          timer = setTimeout(finish, isUpdate ? rest : patience);
        }
        if (!isUpdate && isExpected(shown())) finish();
      };
      const subscription = store.onDidChange(look);
      look();
    });
  }
});

function stepText(command: string, before: readonly string[], after: readonly string[]): string {
  const changes = [
    ...before.filter((line) => !after.includes(line)).map((line) => `  - ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `  + ${line}`),
  ];
  return [`$ ${command}`, ...changes].join('\n');
}
