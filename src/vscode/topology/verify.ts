import { l10n, commands, window, type Uri } from 'vscode';
import type { CheckResult } from '../../lab/model';
import type { CheckDeclaration, YamlPath } from '../../topology/model';
import { checkTitle } from '../../plan/checks';
import { plainLine, withoutIcons } from '../host-data';
import { CommandId } from '../ids';
import { showInformation, showLogChoice, showWarning, type Choice } from '../notify';
import { withCancellableProgress } from '../progress';
import { counted, tellFailure, type ActionParts, type ActionResult } from './action';
import { readySubject } from './apply';
import type { Subject } from './subject';

/** Which check of a file: its number in the file's list (from 0), or a path that leads to it or into it. */
export type CheckReference = number | YamlPath;

/** Runs the file's checks on its host, marks those that do not hold, and says how many do. */
export function verifyOnHost(parts: ActionParts, uri: Uri | undefined): Promise<ActionResult> {
  return runChecks(parts, uri, ({ topology }) => topology.checks);
}

/** Runs one check, or a few; without a reference the one at the cursor, else one that the person picks. */
export function runCheck(
  parts: ActionParts,
  uri: Uri | undefined,
  references: readonly CheckReference[],
): Promise<ActionResult> {
  return runChecks(parts, uri, async (subject) => {
    if (references.length === 0) return await chooseCheck(subject);
    return references.map((reference) => checkOf(subject, reference)).filter((check) => check !== undefined);
  });
}

async function runChecks(
  parts: ActionParts,
  uri: Uri | undefined,
  select: (subject: Subject) => readonly CheckDeclaration[] | Promise<readonly CheckDeclaration[] | undefined>,
): Promise<ActionResult> {
  const ready = await readySubject(parts, uri);
  if (ready === undefined) return { outcome: 'refused' };
  const { subject, host } = ready;
  const lab = subject.topology.name;
  const about = { lab, hostId: host.id };
  if (subject.topology.checks.length === 0) {
    showInformation(parts.log, l10n.t('{0} declares no checks.', lab));
    return { outcome: 'unchanged', ...about, checks: { passed: 0, total: 0 } };
  }
  const checks = await select(subject);
  if (checks === undefined || checks.length === 0) return { outcome: 'cancelled', ...about };
  const total = checks.length;
  const [only] = checks;
  const what = total === 1 && only !== undefined ? l10n.t('whether {0}', checkTitle(only)) : lab;
  const doing =
    total === 1 ? l10n.t('Checking {0} on {1}', what, host.label) : l10n.t('Verifying {0} on {1}', what, host.label);
  parts.log.info(plainLine(doing));
  try {
    const results = await withCancellableProgress(doing, async (signal, report) => {
      let done = 0;
      return await parts.checks.run({ subject, host, checks }, signal, (one) => {
        done++;
        if (total > 1) report({ message: `${done}/${total} ${one.title}`, increment: 100 / total });
      });
    });
    tellResults(parts, subject, l10n.t('{0} on {1}', lab, host.label), results);
    const passed = results.filter((one) => one.passed).length;
    return { outcome: passed === total ? 'done' : 'failed', ...about, checks: { passed, total } };
  } catch (error) {
    return { ...about, ...tellFailure(parts, doing, error) };
  }
}

function tellResults({ log }: ActionParts, subject: Subject, where: string, results: readonly CheckResult[]): void {
  const failed = results.filter((one) => !one.passed);
  const [first] = results;
  if (failed.length === 0) {
    const claim = results.length === 1 && first !== undefined ? plainLine(first.title) : allHold(results.length);
    showInformation(log, `${where}: ${claim}.`);
    return;
  }
  const names = failed
    .slice(0, 3)
    .map((one) => plainLine(one.title))
    .join('; ');
  const more = failed.length > 3 ? l10n.t('; and {0} more', failed.length - 3) : '';
  const heading =
    results.length === 1
      ? first?.notRun === true
        ? l10n.t('could not be tried')
        : l10n.t('does not hold')
      : failed.length === 1
        ? l10n.t('{0} of {1} does not hold', 1, counted(results.length, 'check'))
        : l10n.t('{0} of {1} do not hold', failed.length, counted(results.length, 'check'));
  const said = results.length === 1 ? lastLine(first?.output) : '';
  showWarning(log, `${where}: ${heading}: ${names}${more}.${said}`, [...whyChoice(subject, failed), showLogChoice]);
}

/** Traces the packet of the first check that sends one and was tried. */
function whyChoice({ document, topology }: Subject, failed: readonly CheckResult[]): Choice[] {
  const first = failed.find(({ check, notRun }) => notRun !== true && check.action.type !== 'command');
  const index = first === undefined ? -1 : topology.checks.indexOf(first.check);
  if (index < 0) return [];
  return [{ title: l10n.t('Why?'), run: () => commands.executeCommand(CommandId.checkWhy, document.uri, index) }];
}

/** The end of what a tool said is where it says how it ended. */
function lastLine(output = ''): string {
  const line = output.trim().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? '' : l10n.t(' The host said: {0}', plainLine(line));
}

function allHold(count: number): string {
  return count === 1 ? l10n.t('its check holds') : l10n.t('all {0} checks hold', count);
}

function checkOf({ topology }: Subject, reference: CheckReference): CheckDeclaration | undefined {
  const index = typeof reference === 'number' ? reference : reference[1];
  if (typeof reference !== 'number' && reference[0] !== 'checks') return undefined;
  return typeof index === 'number' ? topology.checks[index] : undefined;
}

async function chooseCheck(subject: Subject): Promise<readonly CheckDeclaration[] | undefined> {
  const { document, parsed, topology } = subject;
  const editor = window.activeTextEditor;
  if (editor?.document === document) {
    const here = checkOf(subject, parsed.pathAt(document.offsetAt(editor.selection.active)));
    if (here !== undefined) return [here];
  }
  const items = topology.checks.map((check) => ({ label: withoutIcons(checkTitle(check)), check }));
  const picked = await window.showQuickPick(items, { placeHolder: l10n.t('Which check of {0}?', topology.name) });
  return picked === undefined ? undefined : [picked.check];
}
