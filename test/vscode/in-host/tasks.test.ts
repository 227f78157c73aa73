import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Transport } from '../../../src/transport/transport';
import type { NetnsApi } from '../../../src/vscode/api';
import { CommandId } from '../../../src/vscode/ids';
import { waitFor } from '../machinery/wait-for';
import { beforeOnLabHost, closeEditors, configureHosts, labHost } from './support';

const text = `name: task-lab
namespaces:
  tl-a: { interfaces: { eth0: { addresses: [10.97.0.1/24] } } }
  tl-b: { interfaces: { eth0: { addresses: [10.97.0.2/24] } } }
links:
  - endpoints: [tl-a:eth0, tl-b:eth0]
checks:
  - { from: tl-a, ping: tl-b }
`;

describe('Tasks', function () {
  this.timeout(120_000);
  const lab = labHost();
  let api: NetnsApi;
  let elsewhere: Transport;
  let uri: vscode.Uri;

  before(async function () {
    ({ api, elsewhere } = await beforeOnLabHost(this));
    uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'task-lab.netns.yaml');
  });
  beforeEach(() => write(text));
  after(async () => {
    if (lab === undefined) return;
    elsewhere.dispose();
    for (const terminal of vscode.window.terminals) if (terminal.name.includes('task-lab')) terminal.dispose();
    await vscode.workspace.fs.delete(uri);
    await vscode.commands.executeCommand(CommandId.disconnect, 'lab1');
    await configureHosts(api, [], []);
    await closeEditors();
  });

  const write = async (content: string): Promise<void> => {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(content));
    // A document that is still open from the task before follows its file.
    await waitFor('the text', () => {
      const open = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
      return open === undefined || open.getText() === content;
    });
  };
  const taskFor = async (action: string): Promise<vscode.Task> => {
    const all = await vscode.tasks.fetchTasks({ type: 'netns' });
    const task = all.find(
      ({ definition }) => definition['file'] === 'task-lab.netns.yaml' && definition['action'] === action,
    );
    assert.ok(task, `no task ${action} among ${all.length}`);
    return task;
  };
  const ends = (execution: Promise<vscode.TaskExecution>): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const listening = vscode.tasks.onDidEndTaskProcess(async (event) => {
        if (event.execution !== (await execution)) return;
        listening.dispose();
        resolve(event.exitCode);
      });
      execution.catch(reject);
    });
  const run = async (action: string): Promise<number | undefined> =>
    await ends(Promise.resolve(vscode.tasks.executeTask(await taskFor(action))));
  const namespaces = async (): Promise<string> => (await elsewhere.run('ip netns list')).stdout;

  it('are offered for each file of the workspace, with the problem matcher', async () => {
    const task = await taskFor('apply');
    assert.deepEqual(
      [task.name, task.source, task.problemMatchers],
      ['apply task-lab.netns.yaml', 'netns', ['$netns']],
    );
  });

  it('plan, apply, verify and destroy, and end with 0', async () => {
    assert.equal(await run('plan'), 0);
    assert.doesNotMatch(await namespaces(), /tl-a/);
    assert.equal(await run('apply'), 0);
    assert.match(await namespaces(), /tl-a/);
    assert.equal(await run('verify'), 0);
    assert.equal(await run('destroy'), 0);
    assert.doesNotMatch(await namespaces(), /tl-a/);
  });

  it('end with 1 where a check fails or the file has an error, which the matcher puts at its line', async () => {
    const problems = (): vscode.Diagnostic[] =>
      vscode.languages.getDiagnostics(uri).filter(({ message }) => message.startsWith('Could not be tried'));
    assert.equal(await run('verify'), 1);
    await waitFor('the failed check among the problems', () => problems().some(({ range }) => range.start.line === 7));
    await write(text.replace('10.97.0.2/24', '10.97.0.300/24'));
    assert.equal(await run('apply'), 1);
    assert.doesNotMatch(await namespaces(), /tl-a/);
  });

  it('run one after the other as a compound task of a tasks.json', async () => {
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    const file = vscode.Uri.joinPath(folder, '.vscode/tasks.json');
    const one = { type: 'netns', file: 'task-lab.netns.yaml', host: 'lab1', problemMatcher: '$netns' };
    const tasks = [
      { ...one, label: 'lab up', action: 'apply' },
      { ...one, label: 'lab checks', action: 'verify' },
      { ...one, label: 'lab down', action: 'destroy' },
      { label: 'lab all', dependsOrder: 'sequence', dependsOn: ['lab up', 'lab checks', 'lab down'] },
    ];
    const ended: string[] = [];
    const listening = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      ended.push(`${execution.task.name} ${exitCode ?? '?'}`);
    });
    try {
      await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(JSON.stringify({ version: '2.0.0', tasks })));
      await waitFor('the tasks to be known', async () =>
        (await vscode.tasks.fetchTasks()).some(({ name }) => name === 'lab down'),
      );
      await vscode.commands.executeCommand('workbench.action.tasks.runTask', 'lab all');
      await waitFor('the last of them to end', () => ended.length === 3, { seconds: 40 });
      assert.deepEqual(ended, ['lab up 0', 'lab checks 0', 'lab down 0']);
      assert.doesNotMatch(await namespaces(), /tl-a/);
    } finally {
      listening.dispose();
      await vscode.workspace.fs.delete(file);
    }
  });

  it('that are ended stop their work', async () => {
    await write('name: task-lab\nchecks:\n  - { from: host, command: "sleep 7171", within: 300 }\n');
    const execution = Promise.resolve(vscode.tasks.executeTask(await taskFor('verify')));
    const sleeping = async (): Promise<boolean> => (await elsewhere.run('pgrep -fx "sleep 7171"')).stdout !== '';
    await waitFor('the check', sleeping);
    (await execution).terminate();
    await waitFor('the check to end', async () => !(await sleeping()));
  });
});
