import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createHostStore } from '../../src/lab/host-store';
import type { HostStore } from '../../src/lab/model';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { untilStore } from './observed-lab';
import { startOpenVswitch } from './open-vswitch-host';
import { changeOf, pictureOf, typedPictures } from './typed-pictures';
import { typedTutorials } from './typed-tutorials';
import { useLabHost } from './use-lab-host';

const isUpdating = process.env['UPDATE_GOLDEN'] === '1';

describe('the tutorials, typed command after command', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;
  let store: HostStore;

  useLabHost((host) => ({ lab, transport } = host));
  before(async () => {
    await startOpenVswitch(lab);
    store = createHostStore(transport);
    store.onDidChange(() => undefined);
    await untilStore(store, () => true);
  });
  after(() => store.dispose());

  for (const { name, make, undo } of typedTutorials) {
    it(`show after each command what it did: ${name}`, async () => {
      const file = path.join(__dirname, 'golden', `typed-${name.toLowerCase().replace(/[^a-z]+/g, '-')}.txt`);
      const commands = [...make, ...undo];
      const expected = isUpdating ? [] : changesIn(await readFile(file, 'utf8'));
      const begun = pictureOf(store.snapshot!);
      let before = begun;
      const lines: string[] = [];
      const isRight = (snapshot: Parameters<typeof pictureOf>[0], index: number): boolean =>
        changeOf(before, pictureOf(snapshot)).join('\n') === expected[index]?.join('\n');
      for await (const { command, snapshot } of typedPictures(lab, store, commands, isUpdating ? undefined : isRight)) {
        const picture = pictureOf(snapshot);
        const change = changeOf(before, picture);
        const step = [`$ ${command}`, ...change];
        if (!isUpdating) assert.deepEqual(step, [`$ ${command}`, ...(expected[lines.length] ?? [])]);
        lines.push(step.join('\n'));
        before = picture;
      }
      if (isUpdating) await writeFile(file, `${lines.join('\n')}\n`);
      assert.deepEqual(changeOf(begun, before), [], 'nothing of it is left');
    });
  }
});

/** What each command of a golden file changes, in the order of the commands. */
function changesIn(text: string): string[][] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((step) => step.trimEnd().split('\n').slice(1));
}
