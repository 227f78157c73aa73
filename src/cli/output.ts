import { describeError, NetnsError } from '../base/errors';
import { plainLine, plainLines } from '../base/plain-text';
import type { LocatedProblem } from './topology-file';
import { FileProblemsError } from './topology-file';
import { UsageError } from './usage';

/** What a command hands back: whether it succeeded, and the rest of its JSON document. */
export interface Outcome {
  readonly ok: boolean;
  readonly document: Readonly<Record<string, unknown>>;
}

/**
 * Where output goes. For people, all of it to standard output and errors to standard error. With `--json`, standard
 * output holds exactly one document and everything else is on standard error.
 */
export class Output {
  constructor(readonly json: boolean) {}

  /** Says how the work is going on. */
  progress(text: string): void {
    (this.json ? process.stderr : process.stdout).write(safe(text));
  }

  /** Prints what was asked for as people read it; with `--json` the document holds it. */
  result(text: string): void {
    if (!this.json) process.stdout.write(safe(text));
  }

  /** Says something beside a result that is to be used as it stands. */
  aside(text: string): void {
    process.stderr.write(safe(text));
  }

  /** Prints a text of our own making as it stands: a script, a file. */
  verbatim(text: string): void {
    if (!this.json) process.stdout.write(text);
  }

  document(command: string, { ok, document }: Outcome): void {
    if (this.json) this.printDocument({ ok, command, ...document });
  }

  error(command: string | undefined, error: unknown): void {
    process.stderr.write(safe(errorText(error)));
    if (!this.json) return;
    this.printDocument({ ok: false, ...(command === undefined ? {} : { command }), error: errorDocument(error) });
  }

  private printDocument(document: object): void {
    process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
  }
}

/** Texts from hosts and files may hold anything; on a terminal they must not be obeyed. */
function safe(text: string): string {
  return `${plainLines(text).join('\n')}\n`;
}

function errorText(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\nSee: npm run lab -- --help`;
  const isOurDefect = !(error instanceof NetnsError) || error.reason === 'internal';
  if (isOurDefect && error instanceof Error && error.stack !== undefined) return error.stack;
  return describeError(error);
}

/** `reason` is an ErrorReason, or `usage`; the keys are always there, so that a script need not ask. */
interface ErrorDocument {
  readonly reason: string;
  readonly message: string;
  readonly hostSaid: string | null;
  readonly advice: string | null;
  /** What is wrong with the file, where that is it. */
  readonly problems?: readonly LocatedProblem[];
}

function errorDocument(error: unknown): ErrorDocument {
  if (error instanceof NetnsError) {
    return {
      reason: error.reason,
      message: error.message,
      hostSaid: error.hostSaid ?? null,
      advice: error.advice ?? null,
      ...(error instanceof FileProblemsError ? { problems: error.problems } : {}),
    };
  }
  const message = plainLine(error instanceof Error ? error.message : String(error));
  return { reason: error instanceof UsageError ? 'usage' : 'internal', message, hostSaid: null, advice: null };
}
