import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Secret } from '../../../src/base/secret';
import type { SecretQuestion } from '../../../src/transport/transport';
import { PersonPrompts } from '../../../src/vscode/hosts/connect-prompts';
import { SecretStore } from '../../../src/vscode/hosts/secret-store';
import { waitFor } from '../machinery/wait-for';
import { replaceMethod } from './support';

const question: SecretQuestion = { type: 'password', subject: 'root@198.51.100.7:22', isAgain: false };
const never = new AbortController().signal;

/** VS Code's secret storage and memento, held in memory. */
function memory() {
  const secrets = new Map<string, string>();
  const state = new Map<string, unknown>();
  const store = new SecretStore(
    {
      get: (key: string) => Promise.resolve(secrets.get(key)),
      store: (key: string, value: string) => Promise.resolve(void secrets.set(key, value)),
      delete: (key: string) => Promise.resolve(void secrets.delete(key)),
      onDidChange: new vscode.EventEmitter<vscode.SecretStorageChangeEvent>().event,
    },
    {
      get: (key: string, fallback: unknown) => state.get(key) ?? fallback,
      update: (key: string, value: unknown) => Promise.resolve(void state.set(key, value)),
      keys: () => [...state.keys()],
    } as unknown as vscode.Memento,
  );
  return { secrets, state, store };
}

describe('Questions for secrets', () => {
  let restores: (() => void)[] = [];
  let log: vscode.LogOutputChannel;
  let logged: string[];
  before(() => {
    log = vscode.window.createOutputChannel('Test of secrets', { log: true });
    for (const level of ['info', 'warn', 'error', 'debug', 'trace'] as const) {
      log[level] = (...words: unknown[]) => void logged.push(words.join(' '));
    }
  });
  after(() => log.dispose());
  beforeEach(() => (logged = []));
  afterEach(() => {
    for (const restore of restores) restore();
    restores = [];
  });

  function typing(...answers: (string | undefined)[]): vscode.InputBoxOptions[] {
    const shown: vscode.InputBoxOptions[] = [];
    const showInputBox = ((options: vscode.InputBoxOptions) => {
      shown.push(options);
      return Promise.resolve(answers.shift());
    }) as typeof vscode.window.showInputBox;
    restores.push(replaceMethod(vscode.window, 'showInputBox', showInputBox));
    return shown;
  }
  function choosing(choice: string | undefined): string[] {
    const offered: string[] = [];
    const show = ((message: string) => {
      offered.push(message);
      return Promise.resolve(choice);
    }) as unknown as typeof vscode.window.showInformationMessage;
    restores.push(replaceMethod(vscode.window, 'showInformationMessage', show));
    return offered;
  }

  it('hide what is typed, and name what it is for', async () => {
    const shown = typing('s3cret');
    const { store } = memory();
    assert.equal((await new PersonPrompts(store, log).askSecret(question, never))?.expose(), 's3cret');
    assert.equal(shown[0]!.password, true);
    assert.equal(shown[0]!.ignoreFocusOut, true);
    assert.match(shown[0]!.prompt ?? '', /root@198\.51\.100\.7:22/);
  });

  it('are remembered only where the person says so, then taken without asking, and forgotten when wrong', async () => {
    const shown = typing('s3cret', 'newer');
    const { store, secrets, state } = memory();
    const prompts = new PersonPrompts(store, log);
    const offered = choosing('Remember');
    assert.equal(secrets.size, 0);
    await prompts.askSecret(question, never);
    prompts.onSecretAccepted(question, new Secret('s3cret'));
    await waitFor('it is remembered', () => store.names.length === 1);
    assert.equal(offered.length, 1);
    assert.deepEqual([...secrets.values()], ['s3cret']);
    assert.ok(!JSON.stringify([...state]).includes('s3cret'), 'only VS Code’s secret storage holds it');
    assert.equal((await prompts.askSecret(question, never))?.expose(), 's3cret');
    assert.equal(shown.length, 1);
    prompts.onSecretAccepted(question, new Secret('s3cret'));
    assert.equal((await prompts.askSecret({ ...question, isAgain: true }, never))?.expose(), 'newer');
    assert.match(shown[1]!.prompt ?? '', /^That was wrong\./);
    assert.equal(secrets.size, 0);
    assert.equal(offered.length, 1);
    assert.ok(!logged.join('\n').includes('s3cret'));
  });

  it('are not offered again to be remembered where the person wants that never', async () => {
    const { store, secrets } = memory();
    const prompts = new PersonPrompts(store, log);
    const offered = choosing('Never for This');
    prompts.onSecretAccepted(question, new Secret('s3cret'));
    await waitFor('it is noted', () => store.isNeverRemembered(question));
    prompts.onSecretAccepted(question, new Secret('s3cret'));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(offered.length, 1);
    assert.equal(secrets.size, 0);
  });

  it('of a host are shown one after the other, its words as plain text; no answer ends all', async () => {
    const shown = typing('123456', 'blue');
    const { store } = memory();
    const challenge = {
      subject: 'root@198.51.100.7:22',
      name: 'Two\x1b[31m factors',
      instructions: '',
      prompts: [
        { text: 'Code: ', echo: false },
        { text: 'Colour: ', echo: true },
      ],
    };
    const prompts = new PersonPrompts(store, log);
    const answers = await prompts.answerChallenge(challenge, never);
    assert.deepEqual(
      answers?.map((answer) => answer.expose()),
      ['123456', 'blue'],
    );
    assert.deepEqual(
      shown.map(({ password }) => password),
      [true, false],
    );
    assert.ok(!JSON.stringify(shown).includes('\\u001b'));
    assert.equal(await prompts.answerChallenge(challenge, never), undefined);
  });

  it('are taken back when the answer is not wanted any more', async () => {
    const { store } = memory();
    const controller = new AbortController();
    const answer = new PersonPrompts(store, log).askSecret(question, controller.signal);
    setTimeout(() => controller.abort(), 100);
    assert.equal(await answer, undefined);
  });
});
