import { l10n, env, window } from 'vscode';
import { printCommand } from '../../base/command';
import { NetnsError } from '../../base/errors';
import { isGiven } from '../../plan/actions/interfaces';
import { resolveTarget } from '../../lab/actions/target';
import { subjectLabel, subjectTypes, type Subject } from '../../protocol/subject';
import { withoutIcons } from '../host-data';
import { CommandId } from '../ids';
import type { Action, ActionCall, ActionOutcome } from './action';

/** The names of things as the host has them, one a line. */
export const copyName: Action = {
  id: CommandId.copyName,
  title: l10n.t('Copy Name'),
  appliesTo: subjectTypes,
  many: true,
  question: l10n.t('Copy the names of what?'),
  run: ({ subjects, host }) => copy(subjects.map((subject) => nameOf(subject, host.label))),
};

export const copyAddress: Action = {
  id: CommandId.copyAddress,
  title: l10n.t('Copy Address'),
  appliesTo: ['namespace', 'bridge', 'interface', 'address', 'host'],
  many: true,
  question: l10n.t('Copy the addresses of what?'),
  async run(call) {
    const found = call.subjects.flatMap((subject) => addressesOf(call, subject));
    if (found.length === 0) throw new NetnsError('unsupported', l10n.t('It has no address.'));
    // Of one thing with several addresses one is meant; of several things all.
    const [first] = found;
    if (call.subjects.length > 1 || found.length === 1 || first === undefined) return await copy(found);
    const picked = await window.showQuickPick(found, {
      title: l10n.t('Copy Address'),
      placeHolder: l10n.t('Which one?'),
    });
    return picked === undefined ? { outcome: 'cancelled' } : await copy([picked]);
  },
};

export const copyMac: Action = {
  id: CommandId.copyMac,
  title: l10n.t('Copy MAC Address'),
  appliesTo: ['interface', 'bridge'],
  many: true,
  question: l10n.t('Copy the MAC addresses of what?'),
  accepts: (subject, snapshot) => resolveTarget(subject, snapshot).link?.mac !== undefined,
  run(call) {
    const { snapshot } = call.host;
    const found =
      snapshot === undefined ? [] : call.subjects.map((subject) => resolveTarget(subject, snapshot).link?.mac);
    return copy(found.filter((mac) => mac !== undefined));
  },
};

/** The commands of another action on these things, as they are typed on the host. */
export function copyAsCommand(actions: readonly Action[]): Action {
  return {
    id: CommandId.copyAsCommand,
    title: l10n.t('Copy as Command…'),
    appliesTo: [...new Set(actions.flatMap(({ appliesTo }) => appliesTo))],
    many: true,
    question: l10n.t('Copy a command for what?'),
    async run(call) {
      const action = await chooseAction(actions, call);
      const commands = await action?.commands?.(call);
      if (commands === undefined) return { outcome: 'cancelled' };
      if (commands.length === 0) throw new NetnsError('unsupported', l10n.t('It is so already: no command is needed.'));
      return await copy(commands.map(printCommand));
    },
  };
}

async function chooseAction(actions: readonly Action[], call: ActionCall): Promise<Action | undefined> {
  const { snapshot } = call.host;
  const fitting = actions.filter(
    (action) =>
      (action.many || call.subjects.length === 1) &&
      call.subjects.every(
        (subject) =>
          action.appliesTo.includes(subject.type) &&
          (snapshot === undefined || (action.accepts?.(subject, snapshot) ?? true)),
      ),
  );
  const { input } = call.options;
  const named = Array.isArray(input) ? fitting.find(({ id }) => id === input[0]) : undefined;
  if (named !== undefined) return withAnswers(named, input as unknown[]);
  const items = fitting.map((action) => ({ label: action.title.replace('…', ''), action }));
  const what = call.subjects.length === 1 ? subjectLabel(call.subjects[0]) : l10n.t('{0} things', call.subjects.length);
  const placeHolder = l10n.t('The command that does what to {0}?', withoutIcons(what));
  return (await window.showQuickPick(items, { title: l10n.t('Copy as Command'), placeHolder }))?.action;
}

/** A caller that is no person names the action first, then what that would ask. */
function withAnswers(action: Action, [, ...answers]: readonly unknown[]): Action {
  return {
    ...action,
    commands: (call) => action.commands?.({ ...call, options: { input: answers } }) ?? Promise.resolve(undefined),
  };
}

function addressesOf({ host: { snapshot } }: ActionCall, subject: Subject): string[] {
  if (snapshot === undefined) return [];
  const { namespace, link, address } = resolveTarget(subject, snapshot);
  const links = link === undefined ? namespace.links.filter(({ kind }) => kind !== 'loopback') : [link];
  const addresses = address === undefined ? links.flatMap((one) => one.addresses.filter(isGiven)) : [address];
  return addresses.map(({ cidr }) => cidr.split('/')[0] ?? cidr);
}

function nameOf(subject: Subject, hostLabel: string): string {
  if (subject.type === 'host') return hostLabel;
  return subject.type === 'cable' || subject.name === '' ? subjectLabel(subject) : subject.name;
}

async function copy(lines: readonly string[]): Promise<ActionOutcome> {
  const text = lines.join('\n');
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(
    l10n.t('Copied {0}', withoutIcons(lines.length === 1 ? text : l10n.t('{0} lines', lines.length))),
    3000,
  );
  return { outcome: 'done', value: text };
}
