import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { groupExists, startGuarded } from '../../vscode/machinery/guarded-process';
import { waitFor } from '../../vscode/machinery/wait-for';

describe('a guarded process', () => {
  it('hands on the exit code and the output', async () => {
    let output = '';
    const guarded = startGuarded('sh', ['-c', 'echo "$1"; exit 7', 'sh', "it's here"], {
      onOutput: (text) => (output += text),
    });
    assert.equal(await guarded.exited, 7);
    await waitFor('the output', () => output === "it's here\n");
    await waitFor('the group to end', () => !groupExists(guarded.pid));
  });

  it('takes its children along when it is stopped, also those that ignore SIGTERM', async () => {
    let output = '';
    const guarded = startGuarded('sh', ['-c', `trap '' TERM; sleep 1000 & echo ready; wait`], {
      onOutput: (text) => (output += text),
    });
    await waitFor('the child', () => output === 'ready\n');
    await guarded.stop();
    assert.ok(!groupExists(guarded.pid));
  });

  it('ends when we are killed, and its folder goes', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'netns-topology-guarded-'));
    writeFileSync(path.join(folder, 'file'), '');
    const module = path.resolve(__dirname, '../../vscode/machinery/guarded-process.ts');
    const code = `const { startGuarded } = require(${JSON.stringify(module)});
      const { pid } = startGuarded('sleep', ['1000'], { folder: ${JSON.stringify(folder)} });
      console.log(pid);
      setInterval(() => undefined, 1000);`;
    const parent = spawn(process.execPath, ['--import', 'tsx', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    const group = Number(await new Promise<string>((resolve) => createInterface(parent.stdout).once('line', resolve)));
    assert.ok(groupExists(group));
    parent.kill('SIGKILL');
    await waitFor('the group to end', () => !groupExists(group));
    await waitFor('the folder to go', () => !existsSync(folder));
  });
});
