import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildGraphView } from '../../src/lab/graph-view';
import { createHostStore } from '../../src/lab/host-store';
import type { HostStore } from '../../src/lab/model';
import type { Transport } from '../../src/transport/transport';
import { describeAll } from '../../webview/words';
import { assertGoldenFile } from '../fixtures/golden';
import type { LabHost } from '../lab-host';
import { type } from './observed-lab';
import { startOpenVswitch } from './open-vswitch-host';
import { typedTutorials } from './typed-tutorials';
import { useLabHost } from './use-lab-host';

/** How long a picture may take to be the expected one, in milliseconds: the kernel tells of carriers up to a second late (linkwatch). */
const patience = 5_000;
/** While golden files are written anew: a picture that has stood so long is taken as the last. */
const rest = 1_500;

/**
 * The tutorials as they are typed, and after each command what the graph then draws, followed live: what came (`+`) and what went (`-`)
 * against the picture before it, in the words that the graph has for people who do not see it.
 */
describe('the graph while a tutorial is typed', function () {
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
      const file = path.resolve(__dirname, 'golden/graph', `${name.replaceAll(/[^a-z]+/gi, '-')}.txt`);
      const expected = existsSync(file) ? readFileSync(file, 'utf8').split(/\n(?=\$ )/) : [];
      const follow = store.onDidChange(() => undefined);
      const steps: string[] = [];
      try {
        await store.refresh();
        let before = drawn();
        for (const [index, command] of make.entries()) {
          await type(lab, [command]);
          const after = await settled((now) => stepText(command, before, now) === expected[index]?.trimEnd());
          steps.push(stepText(command, before, after));
          before = after;
        }
      } finally {
        follow.dispose();
        await type(lab, undo);
      }
      assertGoldenFile(file, `${steps.join('\n')}\n`);
    });
  }

  /** Everything that the graph draws, a line each. */
  function drawn(): readonly string[] {
    const lines = [...describeAll(buildGraphView({ hostName: 'lab1', snapshot: store.snapshot })).values()];
    // When a process is seen is the agent's to choose.
    return lines.map((line) => line.replace(/, \d+ process(es)?$/, ''));
  }

  /** The picture once it is the expected one, or as it is when that does not come about. */
  function settled(isExpected: (now: readonly string[]) => boolean): Promise<readonly string[]> {
    const isUpdate = process.env['UPDATE_GOLDEN'] === '1';
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const finish = (): void => {
        clearTimeout(timer);
        subscription.dispose();
        resolve(drawn());
      };
      const look = (): void => {
        if (isUpdate || timer === undefined) {
          clearTimeout(timer);
          timer = setTimeout(finish, isUpdate ? rest : patience);
        }
        if (!isUpdate && isExpected(drawn())) finish();
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
