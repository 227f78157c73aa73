import { l10n, window } from 'vscode';
import type { HostSnapshot } from '../../host/model';
import { summarizePlan } from '../../plan/describe';
import type { Plan } from '../../plan/model';
import { objectWords } from '../../plan/object-words';
import { planAdopting } from '../../plan/plan-apply';
import type { Topology } from '../../topology/model';
import type { Host } from '../hosts/host';
import { plainLine } from '../host-data';
import type { Choice } from '../notify';
import { counted } from './action';
import { listed } from './listed';
import { stepLine } from './run-log';

/** The button of a refusal where nothing is in the way but what others made under the same names, and that can be adopted. */
export function adoptChoice(topology: Topology, snapshot: HostSnapshot, run: () => unknown): Choice[] {
  return planAdopting(topology, snapshot) === undefined ? [] : [{ title: l10n.t('Adopt…'), run }];
}

/** Asks before things that others made become the lab's: which, what goes with them, what changes, and how it ends. */
export async function confirmAdoption(plan: Plan, host: Host): Promise<boolean> {
  const { lab, adopts = [], steps } = plan;
  const things = adopts.map(({ object, besides }) => {
    const name = `${object.type === 'link' ? l10n.t('cable') : objectWords[object.type]} ${object.name}`;
    return plainLine(besides.length === 0 ? name : l10n.t('{0} with {1}', name, besides.join(', ')));
  });
  const rest = steps.slice(adopts.length);
  const detail = [
    l10n.t(
      'Others made them. They become the lab’s: Apply changes them where the file says otherwise, and Destroy removes them.',
    ),
    listed(things, 10),
    rest.length === 0
      ? l10n.t('Nothing differs from the file.')
      : `${summarizePlan({ ...plan, steps: rest })}:\n${listed(rest.map(stepLine), 8)}`,
  ];
  const answer = await window.showWarningMessage(
    plainLine(l10n.t('Adopt {0} on {1} into the lab {2}?', counted(adopts.length, 'thing'), host.label, lab)),
    { modal: true, detail: detail.join('\n\n') },
    adoptButton,
  );
  return answer === adoptButton;
}

/** What the person agrees to with the question above. */
export const adoptButton = l10n.t('Adopt and Apply');
