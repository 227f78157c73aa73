import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startLabHost } from '../../lab-host';
import type { LabHost } from '../../lab-host';
import { hostSetting } from '../machinery/suite-setup';
import { waitFor } from '../machinery/wait-for';
import { GraphPage } from './graph-page';
import { screenshotOnFailure, Session, stepsOfOneStory } from './session';

/** What is the same in every language: names, commands, words of the kernel and of iproute2. */
const names = new Set(
  [
    'earth neptune planets planet br veth mgmt eth root lab host web alt internet',
    'python http server bind ping curl wget sh usr share telnet',
    'default via dev masquerade dnat iptables nft ip link addr up down route proto kernel scope sysctl net conf forwarding',
    'Linux Shell Ping Netns NAT HTTP TCP ssh known hosts keygen lf SHA IPv bit Wireshark pcapng Markdown Web YAML raw sudo',
  ]
    .join(' ')
    .split(' '),
);

/** Words of English in a text: what a table of texts was not asked for, or has no Chinese for. */
function englishIn(text: string): string[] {
  const plain = text.replace(/SHA256:\S+|ssh-ed25519|[\w.]+\.(?:netns\.)?(?:yaml|conf)\b/g, '');
  return (plain.match(/\p{Script=Latin}{2,}/gu) ?? []).filter((word) => !names.has(word) && /[a-z]/.test(word));
}

/** What VS Code shows of the extension where its display language is Chinese. VS Code itself stays English: see language-pack.ts. */
describe('VS Code with Chinese as its display language', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let session: Session;
  const undo: (() => Promise<void>)[] = [];

  before(async () => {
    lab = await startLabHost();
    undo.push(() => lab.stop());
    const knownHosts = path.join(lab.directory, 'empty_known_hosts');
    await writeFile(knownHosts, '');
    session = await Session.start([{ ...hostSetting(lab), knownHostsFiles: [knownHosts] }], { language: 'zh-cn' });
    undo.push(() => session.close());
  });
  after(async () => {
    for (const step of undo.reverse()) await step();
  });
  afterEach(screenshotOnFailure(() => session));
  stepsOfOneStory();

  const assertChinese = (text: string): void => {
    assert.match(text, /\p{Script=Han}/u);
    assert.deepEqual(englishIn(text), [], text);
  };

  it('questions and notifications are Chinese', async () => {
    const { workbench } = session;
    await workbench.openFile('planets.netns.yaml');
    await workbench.codeLens('应用到 lab1').click({ timeout: 60_000 });
    await workbench.modalDialog.waitFor();
    const question = await workbench.modalDialog.innerText();
    assert.ok(question.includes(lab.hostKeyFingerprint), question);
    assertChinese(question.replace('Cancel', ''));
    await session.screenshot('chinese-1-host-key');
    await workbench.answerDialog('信任并连接');
    assertChinese(await workbench.notification(/^planets.*lab1/, 60));
    await workbench.clearNotifications();
  });

  it('so are lenses, the graph with its list and details, and the tree', async () => {
    const { workbench } = session;
    await workbench.codeLens('显示图').click();
    const graph = new GraphPage(workbench);
    await graph.waitForNodes(['ns:earth', 'ns:neptune', 'bridge:planet-br']);
    await workbench.openNetnsView();
    await workbench.expand('earth');
    await graph.select('ns:earth');
    await workbench.webview.getByText('IPv4 关').waitFor();
    await session.screenshot('chinese-2-tree-and-graph');
    assertChinese(await graph.text());
    assertChinese(await workbench.webview.locator('body').innerText());
    assertChinese((await workbench.tree.allInnerTexts()).join('\n'));
    const lenses = await workbench.page.locator('.codelens-decoration').allInnerTexts();
    assertChinese(lenses.join('\n'));
  });

  it('so are the result of the checks, and a plan', async () => {
    const { workbench } = session;
    const activeEditor = workbench.page.locator('.editor-group-container.active .view-lines');
    await workbench.codeLens('验证').click();
    assertChinese(await workbench.notification('检查成立', 60));
    await workbench.clearNotifications();
    await lab.run('ip -n earth link set earth-veth down');
    await workbench.codeLens('计划').click();
    await waitFor('the plan', async () => (await activeEditor.innerText()).includes('撤销方法'), { seconds: 40 });
    await session.screenshot('chinese-3-plan');
    const plan = (await activeEditor.innerText()).split('\n').filter((line) => !/^\s*ip\s/.test(line));
    assertChinese(plan.join('\n'));
  });

  it('so are the commands in the palette, with their English beneath', async () => {
    const { workbench } = session;
    await workbench.page.keyboard.press('F1');
    await workbench.quickInput.fill('>Netns: 检查主机');
    const row = workbench.quickRows.filter({ hasText: 'Netns: 检查主机' }).first();
    await row.waitFor();
    await session.screenshot('chinese-4-palette');
    assert.match(await row.innerText(), /Netns: Check Host/);
    await workbench.page.keyboard.press('Escape');
  });
});
