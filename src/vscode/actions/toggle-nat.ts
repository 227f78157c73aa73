import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import type { HostSnapshot } from '../../host/model';
import type { Danger } from '../../lab/actions/change';
import { masqueradeBridge } from '../../lab/actions/nat-by-hand';
import { resolveTarget } from '../../lab/actions/target';
import type { NatGroup } from '../../lab/nat-groups';
import { declaredNatOf, natGroupsOfAll, notAppliedError } from '../../lab/nat-subjects';
import { planSwitch } from '../../lab/nat-toggle';
import { natLabel } from '../../lab/nat-words';
import type { Step } from '../../plan/model';
import type { Transport } from '../../transport/transport';
import type { Subject } from '../../protocol/subject';
import { plainLine } from '../host-data';
import { CommandId } from '../ids';
import { showInformation } from '../notify';
import type { Action, ActionCall, ActionOutcome } from './action';
import { carryOut, undo } from './carry-out';
import { confirmDanger } from './confirm';
import { fileChoice, switchInFile } from './nat-in-file';

/**
 * Switches NAT off or on again: a rule or a port forward, or the source NAT of a bridge or a namespace. What is switched off is
 * kept on the host and comes back exactly as it was; a bridge that has no NAT gets a rule of its own. Input: `on` or `off`.
 */
export const toggleNat: Action = {
  id: CommandId.toggleNat,
  title: l10n.t`Toggle NAT`,
  appliesTo: ['nat', 'bridge', 'namespace'],
  many: true,
  question: l10n.t`Switch which NAT off or on?`,
  accepts: (subject, snapshot) =>
    subject.type === 'bridge'
      ? resolveTarget(subject, snapshot).link?.addresses.some(({ scope }) => scope === 'global') === true
      : natGroupsOfAll([subject], snapshot).length > 0,
  run,
  async commands(call) {
    const { snapshot } = call.host;
    if (snapshot === undefined) return [];
    const steps = await stepsOf(call, snapshot, wanted(call, snapshot), call.host.transport());
    return steps.flatMap((step) => step.run);
  },
};

async function run(call: ActionCall): Promise<ActionOutcome> {
  const { subjects, host, parts, options } = call;
  const { snapshot } = host;
  if (snapshot === undefined) throw new NetnsError('connectionLost', l10n.t`${host.label} is not connected.`);
  const groups = natGroupsOfAll(subjects, snapshot);
  if (groups.length === 0 && declaredNatOf(subjects[0]) !== undefined) return await switchInFile(call, subjects[0]);
  const on = wanted(call, snapshot);
  const danger = on ? undefined : dangerOf(snapshot, groups);
  if (danger !== undefined && options.confirmed !== true) {
    const target = resolveTarget(subjects[0], snapshot);
    if (!(await confirmDanger(parts, host, CommandId.toggleNat, danger, [target]))) return { outcome: 'cancelled' };
  }
  const what = labelOf(snapshot, groups, subjects);
  const title = on ? l10n.t`Switch On ${what}` : l10n.t`Switch Off ${what}`;
  const steps = await carryOut(parts, host, title, (now, signal) => stepsOf(call, now, on, host.transport(), signal));
  const isNow = on ? l10n.t`${what} is on on ${host.label}` : l10n.t`${what} is off on ${host.label}`;
  if (steps.length === 0) {
    showInformation(parts.log, l10n.t`${isNow} already.`);
    return { outcome: 'unchanged' };
  }
  const entry = parts.undo.add(host.id, title, steps);
  const inFile = await fileChoice(call, groups, on);
  showInformation(parts.log, `${isNow}.`, [
    ...(entry === undefined ? [] : [{ title: l10n.t`Undo`, run: () => undo(parts, entry) }]),
    ...(inFile === undefined ? [] : [inFile]),
  ]);
  return { outcome: 'done', value: on };
}

/** What the caller asked for; else off as long as any of it is on. */
function wanted({ options: { input }, subjects }: ActionCall, snapshot: HostSnapshot): boolean {
  if (input === 'on' || input === 'off') return input === 'on';
  if (input !== undefined) throw new NetnsError('unsupported', l10n.t`NAT is switched “on” or “off”.`);
  return natGroupsOfAll(subjects, snapshot).every(({ state }) => state === 'off');
}

async function stepsOf(
  { subjects }: ActionCall,
  snapshot: HostSnapshot,
  on: boolean,
  transport: Transport,
  signal?: AbortSignal,
): Promise<Step[]> {
  const groups = natGroupsOfAll(subjects, snapshot);
  const [first] = subjects;
  if (groups.length > 0) return await planSwitch(transport, snapshot, groups, on, signal);
  if (declaredNatOf(first) !== undefined) throw notAppliedError(first);
  const bridges = subjects.filter(({ type }) => type === 'bridge');
  if (on && bridges.length > 0) return bridges.flatMap((bridge) => masqueradeBridge(resolveTarget(bridge, snapshot)));
  if (on) throw new NetnsError('unsupported', l10n.t`No NAT rule of the host covers its addresses.`);
  return [];
}

/** A program that made a rule may need it, and may put it back. */
function dangerOf(snapshot: HostSnapshot, groups: readonly NatGroup[]): Danger | undefined {
  const foreign = groups.filter(({ maker, live }) => maker !== undefined && live.length > 0);
  const [first] = foreign;
  if (first?.maker === undefined) return undefined;
  return {
    question: l10n.t`Switch off NAT that ${first.maker} made`,
    lines: [
      ...foreign.map(({ rule }) => natLabel(snapshot, rule)),
      l10n.t`${first.maker} relies on it, and may make it again by itself.`,
    ],
    button: l10n.t`Switch Off`,
  };
}

function labelOf(snapshot: HostSnapshot, groups: readonly NatGroup[], subjects: readonly Subject[]): string {
  const [only] = groups;
  if (groups.length > 1) return l10n.t`${groups.length} NAT rules`;
  if (only === undefined) return l10n.t`NAT of ${plainLine(subjects.map(({ name }) => name).join(', '))}`;
  return `${only.isForward ? l10n.t`port forward` : 'NAT'} ${plainLine(natLabel(snapshot, only.rule))}`;
}
