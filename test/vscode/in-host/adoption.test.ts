import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Transport } from '../../../src/transport/transport';
import type { NetnsApi } from '../../../src/vscode/api';
import { CommandId } from '../../../src/vscode/ids';
import type { ActionResult } from '../../../src/vscode/topology/action';
import { adoptButton } from '../../../src/vscode/topology/adoption';
import { waitFor } from '../machinery/wait-for';
import { beforeOnLabHost, closeEditors, configureHosts, labHost, openTopology, replaceMethod } from './support';

const pair = `name: ih-adopted
bridges:
  ih-br: { addresses: [10.98.0.1/24] }
namespaces:
  ih-hand:
    interfaces:
      eth0: { addresses: [10.98.0.10/24] }
links:
  - endpoints: [ih-hand:eth0, ih-br:ih-port]
`;

const typed = [
  'ip netns add ih-hand',
  'ip link add ih-port type veth peer name eth0 netns ih-hand',
  'ip link add ih-br type bridge',
  'ip link set ih-port master ih-br',
  'ip -n ih-hand link add extra0 type bridge',
];

describe('What others made under names of a file', function () {
  this.timeout(120_000);
  const lab = labHost();
  let api: NetnsApi;
  let elsewhere: Transport;

  before(async function () {
    ({ api, elsewhere } = await beforeOnLabHost(this));
  });
  after(async () => {
    if (lab === undefined) return;
    elsewhere.dispose();
    await configureHosts(api, [], []);
  });
  beforeEach(async () => {
    for (const line of typed) assert.equal((await elsewhere.run(line)).code, 0, line);
  });
  afterEach(async () => {
    await elsewhere.run('ip link del ih-br; ip link del ih-port; ip netns del ih-hand');
    await closeEditors();
  });

  const state = async (): Promise<string> =>
    (await elsewhere.run('ip netns; ip -o link; ip -n ih-hand -o addr; ls /run/netns-topology/labs 2>&1')).stdout;

  /** A person who chooses “Adopt…” in the notification, and the given button in the question. */
  function person(answer: string | undefined): { errors: string[]; questions: string[]; done: string[]; stop(): void } {
    const seen = { errors: [] as string[], questions: [] as string[], done: [] as string[] };
    const { window } = vscode;
    const restore = [
      replaceMethod(window, 'showErrorMessage', ((message: string, ...buttons: string[]) => {
        seen.errors.push(`${message} [${buttons.join(', ')}]`);
        return Promise.resolve(buttons.find((one) => one === 'Adopt…'));
      }) as unknown as typeof window.showErrorMessage),
      replaceMethod(
        window,
        'showWarningMessage',
        (message: string, options: vscode.MessageOptions, ...buttons: string[]) => {
          seen.questions.push(`${message}\n${options.detail ?? ''}\n[${buttons.join(', ')}]`);
          return Promise.resolve(buttons.find((one) => one === answer));
        },
      ),
      replaceMethod(window, 'showInformationMessage', (message: string) => {
        seen.done.push(message);
        return Promise.resolve(undefined);
      }),
    ];
    return { ...seen, stop: () => restore.forEach((one) => one()) };
  }

  it('is offered for adoption by the refusal; the question lists it, and Destroy removes it then', async () => {
    const document = await openTopology(pair);
    const seen = person(adoptButton);
    try {
      const refused = await vscode.commands.executeCommand<ActionResult>(CommandId.apply, document.uri);
      assert.deepEqual([refused.outcome, refused.reason], ['failed', 'conflict']);
      assert.match(
        seen.errors[0] ?? '',
        /^Applying ih-adopted to lab1 failed.*ih-hand.*Adopt it into the lab.*\[Adopt…, Show Log\]$/s,
      );
      await waitFor('the lab to be adopted', () => seen.done.some((line) => line.startsWith('ih-adopted is on lab1')));
    } finally {
      seen.stop();
    }
    assert.deepEqual(seen.questions, [
      [
        'Adopt 3 things on lab1 into the lab ih-adopted?',
        'Others made them. They become the lab’s: Apply changes them where the file says otherwise, and Destroy removes them.',
        '',
        'namespace ih-hand with interface extra0',
        'bridge ih-br',
        'cable ih-hand:eth0 — ih-port',
        '',
        '2 to create, 4 to change:',
        'change interface ih-hand:lo',
        'change bridge ih-br',
        'change interface ih-hand:eth0',
        'change interface ih-port',
        'create address 10.98.0.1/24 on ih-br',
        'create address 10.98.0.10/24 on ih-hand:eth0',
        `[${adoptButton}]`,
      ].join('\n'),
    ]);
    assert.match(await state(), /10\.98\.0\.10\/24/);
    const destroyed = await vscode.commands.executeCommand<ActionResult>(CommandId.destroy, document.uri, {
      confirmed: true,
    });
    assert.equal(destroyed.outcome, 'done');
    assert.doesNotMatch(await state(), /ih-(hand|br|port|adopted)\b/);
  });

  it('stays as it is without a yes', async () => {
    const document = await openTopology(pair);
    const before = await state();
    const seen = person(undefined);
    try {
      const result = await vscode.commands.executeCommand<ActionResult>(CommandId.apply, document.uri, { adopt: true });
      assert.deepEqual([result.outcome, seen.questions.length], ['cancelled', 1]);
    } finally {
      seen.stop();
    }
    assert.equal(await state(), before);
  });
});
