import * as l10n from '@vscode/l10n';
/**
 * What went wrong, as something a caller can switch on.
 *
 * - `unreachable`: no TCP connection, name not found, time-out before login
 * - `hostKey`: the host's key is unknown and was not accepted, changed, or revoked
 * - `login`: every way of logging in was refused
 * - `privilege`: the work needs root and sudo would not give it without a password
 * - `connectionLost`: the connection ended while something was under way
 * - `missingTool`: the host lacks a program that the work needs
 * - `commandFailed`: a command on the host ended with an error
 * - `unexpectedOutput`: the host answered something we cannot read
 * - `invalidTopology`: the file breaks a rule
 * - `conflict`: the host holds something of that name which the lab did not make
 * - `unsafe`: the work would cut the connection that it is done over
 * - `unsupported`: we or the host's kernel cannot do what is asked
 * - `busy`: someone else is changing the host
 * - `cancelled`: the user stopped it
 * - `internal`: a defect of ours
 */
export type ErrorReason =
  | 'unreachable'
  | 'hostKey'
  | 'login'
  | 'privilege'
  | 'connectionLost'
  | 'missingTool'
  | 'commandFailed'
  | 'unexpectedOutput'
  | 'invalidTopology'
  | 'conflict'
  | 'unsafe'
  | 'unsupported'
  | 'busy'
  | 'cancelled'
  | 'internal';

export interface ErrorDetails {
  /** The other side's own words (stderr, a server's message), shown as data. Never holds a secret. */
  readonly hostSaid?: string;
  /** One sentence that says what to do now. */
  readonly advice?: string;
  readonly cause?: unknown;
}

/** An error meant for a person: what happened and where (`message`), the host's own words, and what to do. */
export class NetnsError extends Error {
  override readonly name = 'NetnsError';
  readonly hostSaid: string | undefined;
  readonly advice: string | undefined;

  constructor(
    readonly reason: ErrorReason,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.hostSaid = details.hostSaid?.trim() || undefined;
    this.advice = details.advice;
  }
}

/** The error as plain text for a notification, a terminal or a log: message, the host's words, the advice. */
export function describeError(error: unknown): string {
  if (!(error instanceof NetnsError)) return error instanceof Error ? error.message : String(error);
  const parts = [error.message];
  if (error.hostSaid !== undefined) parts.push(l10n.t`The host said: ${error.hostSaid}`);
  if (error.advice !== undefined) parts.push(error.advice);
  return parts.join('\n');
}

/** True for our own cancellation and for an AbortSignal's, so that callers stay silent when the user stopped something. */
export function isCancelled(error: unknown): boolean {
  if (error instanceof NetnsError) return error.reason === 'cancelled';
  return error instanceof Error && error.name === 'AbortError';
}
