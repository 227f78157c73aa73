import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import type { HostSnapshot } from '../../host/model';
import { askedTitle } from '../../lab/trace/asked';
import type { TraceProblem } from '../../protocol/trace';
import type { TraceReport } from '../../trace/report';
import { plainLine, plainLines } from '../host-data';
import type { TraceRequest, TraceResult } from './trace-request';

/** The title of a trace's tab. */
export function titleOf({ asked }: TraceRequest, snapshot: HostSnapshot | undefined): string {
  return plainLine(l10n.t`Trace: ${askedTitle(asked, snapshot)}`);
}

/** How a trace ended, for whoever called for it. */
export function resultOf({ reached, verdict, causes }: TraceReport): TraceResult {
  return { reached, verdict: plainLine(verdict), causes: causes.map(({ id }) => id) };
}

/** Why there is no report, for its page. */
export function problemOf(error: unknown): TraceProblem {
  if (!(error instanceof NetnsError))
    return { message: plainLine(error instanceof Error ? error.message : String(error)) };
  const { message, hostSaid, advice } = error;
  return {
    message: plainLine(message),
    ...(hostSaid === undefined ? {} : { hostSaid: plainLines(hostSaid).join('\n') }),
    ...(advice === undefined ? {} : { advice: plainLine(advice) }),
  };
}
