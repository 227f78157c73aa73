import * as l10n from '@vscode/l10n';
import { isCount, isObject, type Shape } from './shape';

/** How far the first reading of a host has come, in namespaces. */
export interface Reading {
  readonly read: number;
  readonly of: number;
}

export const isReading: Shape<Reading> = isObject<Reading>({ read: isCount, of: isCount });

/** Beyond this many namespaces nobody reads one card among others: then large groups are collapsed by themselves. */
export const mostReadableNamespaces = 120;

/**
 * Whether a host is drawn while it is still being read. Where groups are collapsed their cards stand where they will stand in the
 * end; the cards of a small host would all find other places with each part, and it is read in no time.
 */
export function isDrawnInParts({ of }: Reading): boolean {
  return of > mostReadableNamespaces;
}

/** `400 of 1000 namespaces` */
export function readingWords({ read, of }: Reading): string {
  return l10n.t`${read} of ${of} namespaces`;
}
