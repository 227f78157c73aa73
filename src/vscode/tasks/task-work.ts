import { l10n, workspace, type TextDocument, type Uri } from 'vscode';
import { NetnsError } from '../../base/errors';
import { runPlan } from '../../lab/apply';
import type { ApplyEvent, CheckResult } from '../../lab/model';
import { planApplyOnHost, planDestroyOnHost } from '../../lab/plan-on-host';
import { describePlan, describeStep, stepTitle, summarizePlan } from '../../plan/describe';
import type { Plan } from '../../plan/model';
import { serviceCommands } from '../../topology/file-commands';
import type { Topology } from '../../topology/model';
import type { ParsedTopology } from '../../topology/parse';
import type { TextRange } from '../../topology/problem';
import { plainLine } from '../host-data';
import type { Host } from '../hosts/host';
import type { HostRegistry } from '../hosts/host-registry';
import { counted, planRefusal, readAgain, type ActionParts } from '../topology/action';
import { fileNameOf } from '../topology/subject';
import type { TaskAction } from './task-definition';
import type { TaskOutput } from './task-terminal';

export interface TaskRequest {
  readonly action: TaskAction;
  readonly uri: Uri;
  readonly hostId: string | undefined;
}

/**
 * Does what a task asks for. Nobody is asked before something is taken away: who wrote or picked the task has said so. Commands of
 * the file that nobody has seen yet are shown first all the same: they may be another's.
 *
 * @returns whether it succeeded, and for checks whether all held
 * @throws NetnsError for all that goes wrong
 */
export async function runTask(
  parts: ActionParts,
  registry: HostRegistry,
  { action, uri, hostId }: TaskRequest,
  output: TaskOutput,
  signal: AbortSignal,
): Promise<boolean> {
  const document = await workspace.openTextDocument(uri);
  const parsed = parts.documents.parse(document);
  const { topology } = parsed;
  const problems = parsed.problems.filter(({ severity }) => severity !== 'information');
  for (const { severity, message, range, code } of problems) {
    output.print(located(document, range, severity, `${message} [${code}]`));
  }
  const isBroken = problems.some(({ severity }) => severity === 'error');
  if (topology === undefined || topology.name === '' || (isBroken && action !== 'destroy')) {
    throw new NetnsError('invalidTopology', l10n.t('The file has errors.'), {
      advice: l10n.t('Nothing was changed on the host.'),
    });
  }
  const host = await hostFor(parts, registry, topology, hostId);
  if (!(await parts.connector.ensureLive(host))) {
    throw new NetnsError('unreachable', l10n.t('{0} is not connected.', host.label));
  }
  signal.throwIfAborted();
  switch (action) {
    case 'plan':
      return await host.sharing(async () => {
        const { plan } = await planApplyOnHost(host, topology, {}, signal);
        output.print(describePlan(plan));
        return planRefusal(plan) === undefined;
      });
    case 'apply':
      return await host.exclusively(async () => {
        const { plan } = await planApplyOnHost(host, topology, {}, signal);
        await parts.approval.ensure(serviceCommands(topology), fileNameOf(document), host.label);
        return await carryOut(parts, host, plan, output, signal);
      });
    case 'destroy':
      return await host.exclusively(async () => {
        const { plan } = await planDestroyOnHost(host, topology.name, signal);
        return await carryOut(parts, host, plan, output, signal);
      });
    case 'verify':
      return await verify(parts, host, document, parsed, topology, output, signal);
  }
}

async function hostFor(
  { targets }: ActionParts,
  registry: HostRegistry,
  topology: Topology,
  hostId: string | undefined,
): Promise<Host> {
  const host = hostId === undefined ? await targets.choose(topology) : registry.find(hostId);
  if (host !== undefined) return host;
  if (hostId === undefined) throw new NetnsError('cancelled', l10n.t('No host was chosen.'));
  throw new NetnsError('invalidTopology', l10n.t('The task’s host “{0}” is not among your hosts.', hostId), {
    advice: l10n.t('Add a host of that id to the setting netns.hosts, or change the task.'),
  });
}

async function carryOut(
  { log }: ActionParts,
  host: Host,
  plan: Plan,
  output: TaskOutput,
  signal: AbortSignal,
): Promise<boolean> {
  const refusal = planRefusal(plan);
  if (refusal !== undefined) throw refusal;
  for (const { message } of plan.problems) output.print(l10n.t('Warning: {0}', message));
  output.print(l10n.t('{0} on {1}: {2}.', plan.lab, host.label, summarizePlan(plan)));
  const total = plan.steps.length;
  try {
    await runPlan(host.transport(), plan, { signal, onEvent: (event) => print(output, event, total) });
  } finally {
    await readAgain(host, log);
  }
  if (total > 0) {
    const steps = counted(total, 'step');
    output.print(
      plan.action === 'apply'
        ? l10n.t('{0} is applied: {1}.', plan.lab, steps)
        : l10n.t('{0} is destroyed: {1}.', plan.lab, steps),
    );
  }
  return true;
}

function print(output: TaskOutput, event: ApplyEvent, total: number): void {
  const place = `[${event.index + 1}/${total}]`;
  if (event.type === 'stepStarted') output.print(`${place} ${describeStep(event.step).join('\n')}`);
  if (event.type === 'stepFailed')
    output.print(`    ${l10n.t('failed (exit code {0})', event.code)}\n${event.hostSaid}`);
  if (event.type === 'undoStarted') output.print(`${place} ${l10n.t('undoing: {0}', stepTitle(event.step))}`);
  if (event.type === 'undoFailed') output.print(`    ${l10n.t('could not be undone')}\n${event.hostSaid}`);
}

async function verify(
  { checks }: ActionParts,
  host: Host,
  document: TextDocument,
  parsed: ParsedTopology,
  topology: Topology,
  output: TaskOutput,
  signal: AbortSignal,
): Promise<boolean> {
  const subject = { document, version: document.version, parsed, topology };
  const onResult = (result: CheckResult): void => {
    const { title, passed, notRun, command, output: said, milliseconds, check } = result;
    if (passed) {
      output.print(`✓ ${title} (${milliseconds.toFixed(0)} ms)`);
      return;
    }
    const last = said.trim().split('\n').at(-1) ?? '';
    const claim = `${notRun === true ? l10n.t('Could not be tried') : l10n.t('Does not hold')}: ${title}.${last === '' ? '' : ` ${last}`}`;
    const range = parsed.rangeOf(check.path) ?? { start: 0, end: 0 };
    output.print(located(document, range, 'error', plainLine(claim)));
    output.print([`$ ${command}`, ...said.split('\n')].map((line) => `    ${line}`).join('\n'));
  };
  const results = await checks.run({ subject, host, checks: topology.checks }, signal, onResult);
  const held = results.filter(({ passed }) => passed).length;
  output.print(
    results.length === 0 ? l10n.t('The file has no checks.') : l10n.t('{0} of {1} checks held.', held, results.length),
  );
  return held === results.length;
}

/** As compilers print it, and the problem matcher `$netns` reads it; line and column count from 1. */
function located(document: TextDocument, { start }: TextRange, severity: string, message: string): string {
  const { line, character } = document.positionAt(start);
  return `${document.uri.fsPath}:${line + 1}:${character + 1}: ${severity}: ${plainLine(message)}`;
}
