import * as l10n from '@vscode/l10n';
import type { Command } from '../../base/command';
import { NetnsError } from '../../base/errors';
import type { HostSnapshot } from '../../host/model';
import { placeOfNamespace } from '../../plan/actions/place';
import { hostShellScript, shellCommand, shellScript } from '../../plan/actions/shell-script';
import { subjectLabel, type Subject } from '../../protocol/subject';
import { namespaceOf, programOf } from './subjects';

/** A shell to be run on a terminal of a host. */
export interface Shell {
  /** For sh. */
  readonly script: string;
  /** The script begins as root, and makes itself the user who logged in. */
  readonly asRoot: boolean;
  /** The same by hand. */
  readonly command: Command;
}

/**
 * The shell in a namespace, or on the host itself.
 *
 * @throws NetnsError `unsupported` where the namespace is not there, or cannot be entered.
 */
export function shellOf(subject: Subject, snapshot: HostSnapshot): Shell {
  if (subject.type === 'host') {
    return { script: hostShellScript(), asRoot: false, command: shellCommand({ type: 'root' }) };
  }
  const namespace = namespaceOf(snapshot, subject);
  if (namespace === undefined) throw goneError(subject);
  const place = placeOfNamespace(namespace);
  return { script: shellScript(place, nameOf(subject, snapshot)), asRoot: true, command: shellCommand(place) };
}

/** What a namespace is called in prompts and titles: one without a name by the program that holds it. */
export function nameOf(subject: Subject, snapshot: HostSnapshot): string {
  const namespace = namespaceOf(snapshot, subject);
  const [holder] = namespace?.processes ?? [];
  if (subject.type === 'host' || namespace?.name !== undefined || holder === undefined) return subjectLabel(subject);
  return `${programOf(holder.command)}:${holder.pid}`;
}

/** The error for a thing that an action was called on and that is not on the host any more. */
export function goneError(subject: Subject): NetnsError {
  return new NetnsError('unsupported', l10n.t`${subjectLabel(subject)} is not on the host (any more).`, {
    advice: l10n.t`Apply its topology first, or refresh the tree.`,
  });
}
