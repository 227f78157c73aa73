import { l10n } from 'vscode';
import type { Command, Uri } from 'vscode';
import type { FileLensPlace } from '../../../language/lens-places';
import type { LocatedDrift } from '../../../language/located-drift';
import { withoutIcons } from '../../host-data';
import type { Host } from '../../hosts/host';
import { CommandId } from '../../ids';
import { labState, type LabState } from './lab-state';
import { liveFacts } from './live-facts';

/** What the lenses on a whole file are made of. */
export interface FileLensFacts {
  readonly uri: Uri;
  readonly file: FileLensPlace;
  readonly host: Host | undefined;
  /** Of the newest verification of this very text. */
  readonly checks: { readonly passed: number; readonly total: number } | undefined;
  /** How the lab stands to its host, where that was compared with this very text. */
  readonly drift: LocatedDrift | undefined;
  readonly isTrusted: boolean;
}

/** The lenses above a file's first entry, as commands: what can be done with the lab, and how it stands on its host. */
export function fileLenses({ uri, file, host, checks, drift, isTrusted }: FileLensFacts): Command[] {
  const lens = (title: string, command: CommandId, tooltip: string): Command => ({
    title,
    command,
    tooltip,
    arguments: [uri],
  });
  const graph = lens(
    l10n.t('Show Graph'),
    CommandId.showTopologyGraph,
    l10n.t('Draw this lab and what is on the host'),
  );
  if (!isTrusted) return [restrictedMode, graph];
  const name = host === undefined ? undefined : withoutIcons(host.label);
  const onHost = name ?? 'a host';
  return [
    lens(
      name === undefined ? l10n.t('$(play) Apply') : l10n.t('$(play) Apply to {0}', name),
      CommandId.apply,
      l10n.t('Make {0} as this file declares', onHost),
    ),
    lens(l10n.t('Plan'), CommandId.plan, l10n.t('Show what Apply would do on {0}, without doing it', onHost)),
    lens(
      checks === undefined ? l10n.t('Verify') : l10n.t('Verify ({0}/{1})', checks.passed, checks.total),
      CommandId.verify,
      l10n.t('Run this file’s checks on {0}', onHost),
    ),
    lens(l10n.t('Destroy'), CommandId.destroy, l10n.t('Take away what this lab created on {0}', onHost)),
    graph,
    ...(file.name === '' ? [] : [stateLens(uri, host, stateOf(file, host, drift))]),
  ];
}

const restrictedMode: Command = {
  title: l10n.t('$(workspace-untrusted) Restricted Mode: nothing connects or runs'),
  command: 'workbench.trust.manage',
  tooltip: l10n.t('Apply, Plan, Verify and Destroy are for trusted workspaces. Manage Workspace Trust'),
};

function stateOf(file: FileLensPlace, host: Host | undefined, drift: LocatedDrift | undefined): LabState {
  if (host === undefined) return labState(file, 'none', undefined);
  const { snapshot } = host;
  return labState(file, host.state.status, snapshot === undefined ? undefined : liveFacts(snapshot), drift);
}

function stateLens(uri: Uri, host: Host | undefined, { words, tooltip, leadsTo }: LabState): Command {
  const title = withoutIcons(words);
  switch (leadsTo) {
    case 'chooseHost':
      return { title, tooltip, command: CommandId.selectTarget };
    case 'connect':
      return { title, tooltip, command: CommandId.connect, arguments: [host?.id] };
    case 'plan':
      return { title, tooltip, command: CommandId.plan, arguments: [uri] };
    case 'nothing':
      return { title, tooltip, command: '' };
  }
}
