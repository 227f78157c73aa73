import * as l10n from '@vscode/l10n';
import type { Topology } from '../model';
import type { Finding } from '../problem-list';
import type { LabIndex } from './lab-index';

/**
 * One rule of the language beyond the file's shape. It yields what breaks the rule, by path; it sees only what could be
 * read, so a mistake that is reported already makes no second one here.
 */
export type Rule = (topology: Topology, lab: LabIndex) => Iterable<Finding>;

/** How a namespace is called in a message; undefined is the root namespace. */
export function nameOf(namespace: string | undefined): string {
  return namespace === undefined ? l10n.t`the host` : `\`${namespace}\``;
}
