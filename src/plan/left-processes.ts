import * as l10n from '@vscode/l10n';
import { findNamespace } from '../host/model';
import type { Planning } from './planning';
import { isKeeping } from './service-keeper';

/** So many are named. */
const named = 5;

/**
 * Says which processes go on in the namespaces that are removed: those that no service of the lab started, a shell for instance.
 * They are left alone. Their namespace loses its name and its cables, and is there as long as they are.
 */
export function warnOfLeftProcesses(planning: Planning): void {
  for (const { name } of planning.snapshot.namespaces) {
    if (name === undefined || !planning.isNamespaceGone(name)) continue;
    const processes = findNamespace(planning.snapshot, name)?.processes ?? [];
    // On a kernel without control groups nobody can tell which of them a service started.
    if (processes.some(({ command, isOfService }) => isKeeping(command) && isOfService !== true)) continue;
    const left = processes.filter(({ isOfService }) => isOfService !== true);
    if (left.length === 0) continue;
    const words = left.slice(0, named).map(({ command, pid }) => `${cut(command)} (${pid})`);
    if (left.length > named) words.push(l10n.t`… and ${left.length - named} more`);
    const pids = left.map(({ pid }) => pid).join(' ');
    planning.warn(
      'conflict',
      l10n.t`In namespace ${name} runs what lab ${planning.lab} did not start: ${words.join(', ')}. It is left running, cut off, in a network namespace without a name.`,
      undefined,
      l10n.t`End it yourself where nobody needs it: kill ${pids}`,
    );
  }
}

function cut(command: string): string {
  return command.length <= 60 ? command : `${command.slice(0, 59)}…`;
}
