import { l10n, Uri, window, workspace } from 'vscode';
import { NetnsError } from '../../base/errors';
import { thingsOf } from '../../lab/actions/things';
import type { Subject } from '../../protocol/subject';
import { withoutIcons } from '../host-data';
import type { Host } from '../hosts/host';
import type { Action, ActionParts } from './action';

/** Things to act on, all of one host that is live. */
export interface Chosen {
  readonly host: Host;
  readonly subjects: readonly [Subject, ...Subject[]];
}

/**
 * The hosts of the given subjects, connected where they were not.
 *
 * @returns a group for each host, in the order of the subjects; undefined if the person stopped or was told why it failed.
 * @throws NetnsError if a host is not configured any more.
 */
export async function hostsOf(parts: ActionParts, subjects: readonly Subject[]): Promise<Chosen[] | undefined> {
  const groups = new Map<Host, Subject[]>();
  for (const subject of subjects) {
    const host = await hostOf(parts, subject);
    if (host === undefined) return undefined;
    const group = groups.get(host) ?? [];
    groups.set(host, [...group, { ...subject, hostId: host.id }]);
  }
  const chosen: Chosen[] = [];
  for (const [host, [first, ...others]] of groups) {
    if (first === undefined) continue;
    if (!(await parts.connector.ensureLive(host))) return undefined;
    await host.ensureCurrent();
    chosen.push({ host, subjects: [first, ...others] });
  }
  return chosen;
}

/** Asks for a host (the only one is not asked about), connects it, and asks for the things on it. */
export async function chooseThings(parts: ActionParts, action: Action): Promise<Chosen | undefined> {
  if (parts.registry.hosts.length === 0) {
    throw new NetnsError('unsupported', l10n.t('There is no host yet.'), {
      advice: l10n.t('Add one with “Netns: Add Host…”.'),
    });
  }
  const live = parts.registry.hosts.filter(({ state }) => state.status === 'live');
  // Who works with one of several hosts has connected it.
  const host = live.length === 1 ? live[0] : await parts.connector.pick(l10n.t('On which host?'));
  if (host === undefined || !(await parts.connector.ensureLive(host))) return undefined;
  await host.ensureCurrent();
  const { snapshot } = host;
  if (snapshot === undefined) return undefined;
  const things = thingsOf(host.id, snapshot, action.appliesTo).filter(
    ({ subject }) => action.accepts?.(subject, snapshot) ?? true,
  );
  if (things.length === 0) {
    throw new NetnsError('unsupported', l10n.t('There is nothing on {0} that this can be done to.', host.label));
  }
  const items = things.map(({ subject, label, description }) => ({
    label: withoutIcons(label),
    description: withoutIcons(description),
    subject,
  }));
  const options = {
    placeHolder: action.question,
    matchOnDescription: true,
    title: l10n.t('{0} on {1}', action.title, host.label),
    // A page or a tab that asked may take the keyboard a moment later.
    ignoreFocusOut: true,
  };
  const picked = action.many
    ? await window.showQuickPick(items, { ...options, canPickMany: true })
    : [await window.showQuickPick(items, options)];
  const [first, ...others] = (picked ?? []).filter((item) => item !== undefined).map(({ subject }) => subject);
  return first === undefined ? undefined : { host, subjects: [first, ...others] };
}

async function hostOf({ registry, targets, documents }: ActionParts, subject: Subject): Promise<Host | undefined> {
  if (subject.hostId !== undefined) {
    const host = registry.find(subject.hostId);
    if (host !== undefined) return host;
    throw new NetnsError('unsupported', l10n.t('The host “{0}” is not among your hosts any more.', subject.hostId));
  }
  if (subject.file === undefined) {
    throw new NetnsError('internal', l10n.t('It is not said on which host {0} is.', subject.name));
  }
  const document = await workspace.openTextDocument(Uri.parse(subject.file));
  const { topology } = documents.parse(document);
  if (topology !== undefined) return await targets.choose(topology);
  throw new NetnsError(
    'invalidTopology',
    l10n.t('{0} cannot be read as a topology.', workspace.asRelativePath(document.uri)),
  );
}
