import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import type { Danger } from '../../lab/actions/change';
import { resolveTarget, type Target } from '../../lab/actions/target';
import type { NatGroup } from '../../lab/nat-groups';
import { natGroupsOfAll } from '../../lab/nat-subjects';
import { planRemoval } from '../../lab/nat-removal';
import { natLabel } from '../../lab/nat-words';
import type { HostSnapshot } from '../../host/model';
import { plainLine } from '../host-data';
import { CommandId } from '../ids';
import { showInformation } from '../notify';
import type { Action, ActionCall, ActionOutcome } from './action';
import { carryOut, undo } from './carry-out';
import { confirmDanger } from './confirm';

/** Takes port forwards away for good; Undo puts them back in their place. */
export const removeForward: Action = {
  id: CommandId.removeForward,
  title: l10n.t`Remove Port Forward`,
  appliesTo: ['nat'],
  many: true,
  question: l10n.t`Remove which port forwards?`,
  accepts: (subject, snapshot) => natGroupsOfAll([subject], snapshot).some(({ isForward }) => isForward),
  run,
  async commands(call) {
    const { snapshot } = call.host;
    if (snapshot === undefined) return [];
    const steps = await planRemoval(call.host.transport(), snapshot, forwardsOf(call, snapshot));
    return steps.flatMap((step) => step.run);
  },
};

async function run(call: ActionCall): Promise<ActionOutcome> {
  const { subjects, host, parts, options } = call;
  const { snapshot } = host;
  if (snapshot === undefined) throw new NetnsError('connectionLost', l10n.t`${host.label} is not connected.`);
  const groups = forwardsOf(call, snapshot);
  if (options.confirmed !== true) {
    const [lab, ...labs] = new Set(groups.map((group) => group.lab));
    const target: Target = {
      ...resolveTarget(subjects[0], snapshot),
      ...(lab === undefined || labs.length > 0 ? {} : { lab }),
    };
    const isAllowed = await confirmDanger(parts, host, CommandId.removeForward, dangerOf(snapshot, groups), [target]);
    if (!isAllowed) return { outcome: 'cancelled' };
  }
  const [first, ...others] = groups;
  const what =
    others.length > 0 ? l10n.t`${groups.length} port forwards` : l10n.t`port forward ${labelOf(snapshot, first)}`;
  const title = l10n.t`Remove ${what}`;
  const steps = await carryOut(parts, host, title, (now, signal) =>
    planRemoval(host.transport(), now, forwardsOf(call, now), signal),
  );
  const entry = parts.undo.add(host.id, title, steps);
  showInformation(
    parts.log,
    others.length > 0
      ? l10n.t`${what} are removed on ${host.label}.`
      : l10n.t`${what.replace(/^p/, 'P')} is removed on ${host.label}.`,
    entry === undefined ? [] : [{ title: l10n.t`Undo`, run: () => undo(parts, entry) }],
  );
  return { outcome: 'done' };
}

/** @throws NetnsError `unsupported` where one of them is no port forward */
function forwardsOf({ subjects }: ActionCall, snapshot: HostSnapshot): NatGroup[] {
  const groups = natGroupsOfAll(subjects, snapshot);
  const other = groups.find(({ isForward }) => !isForward);
  if (groups.length > 0 && other === undefined) return groups;
  throw new NetnsError('unsupported', l10n.t`${subjects[0].name} is no port forward.`, {
    advice: l10n.t`Toggle NAT switches other rules off.`,
  });
}

function dangerOf(snapshot: HostSnapshot, groups: readonly NatGroup[]): Danger {
  return {
    question: groups.length === 1 ? l10n.t`Remove this port forward` : l10n.t`Remove ${groups.length} port forwards`,
    lines: groups.map((group) => {
      const owner = group.lab === undefined ? group.maker : l10n.t`lab ${group.lab}: Apply makes it again`;
      return [labelOf(snapshot, group), ...(owner === undefined ? [] : [l10n.t`made by ${owner}`])].join(', ');
    }),
    button: l10n.t`Remove`,
  };
}

function labelOf(snapshot: HostSnapshot, group: NatGroup | undefined): string {
  return group === undefined ? '' : plainLine(natLabel(snapshot, group.rule));
}
