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
  const graph = lens('Show Graph', CommandId.showTopologyGraph, 'Draw this lab and what is on the host');
  if (!isTrusted) return [restrictedMode, graph];
  const name = host === undefined ? undefined : withoutIcons(host.label);
  const onHost = name ?? 'a host';
  return [
    lens(
      name === undefined ? '$(play) Apply' : `$(play) Apply to ${name}`,
      CommandId.apply,
      `Make ${onHost} as this file declares`,
    ),
    lens('Plan', CommandId.plan, `Show what Apply would do on ${onHost}, without doing it`),
    lens(
      checks === undefined ? 'Verify' : `Verify (${checks.passed}/${checks.total})`,
      CommandId.verify,
      `Run this file’s checks on ${onHost}`,
    ),
    lens('Destroy', CommandId.destroy, `Take away what this lab created on ${onHost}`),
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
