import * as l10n from '@vscode/l10n';
import type { ApplyEvent } from '../../lab/model';
import { plainLine } from '../host-data';

/** How far a step of a plan is. */
export interface StepMark {
  readonly state: 'running' | 'done' | 'failed' | 'undoing' | 'undone' | 'stuck';
  /** The host's own words, where it failed. */
  readonly hostSaid?: string;
}

/** What an event says of its step. */
export function markOf(event: ApplyEvent): StepMark {
  switch (event.type) {
    case 'stepStarted':
      return { state: 'running' };
    case 'stepDone':
      return { state: 'done' };
    case 'stepFailed':
      return { state: 'failed', hostSaid: event.hostSaid };
    case 'undoStarted':
      return { state: 'undoing' };
    case 'undoDone':
      return { state: 'undone' };
    case 'undoFailed':
      return { state: 'stuck', hostSaid: event.hostSaid };
  }
}

/** What stands behind a step: a sign, and the word for it; nothing is said by colour alone. */
export function markInWords({ state, hostSaid }: StepMark): string {
  const [line = ''] = (hostSaid ?? '').trim().split('\n');
  const said = line === '' ? '' : `: ${plainLine(line)}`;
  return {
    running: l10n.t`… running`,
    done: l10n.t`✓ done`,
    failed: l10n.t`✗ failed${said}`,
    undoing: l10n.t`↶ being undone`,
    undone: l10n.t`↶ undone`,
    stuck: l10n.t`✗ could not be undone${said}`,
  }[state];
}

/** The theme's colour for a state. */
export const markColours: Readonly<Record<StepMark['state'], string>> = {
  running: 'charts.blue',
  done: 'testing.iconPassed',
  failed: 'errorForeground',
  undoing: 'charts.yellow',
  undone: 'charts.yellow',
  stuck: 'errorForeground',
};
