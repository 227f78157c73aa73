import type { Memento } from 'vscode';
import { askedKey, parseAsked } from '../../lab/trace/asked';
import type { AskedTrace } from '../../lab/trace/question';
import { traceHistoryKey } from '../ids';

/** Traces that are remembered for a host. */
const mostRemembered = 20;

/** What was asked before, kept by the workspace: for each host the newest first. */
export class TraceHistory {
  constructor(private readonly memento: Memento) {}

  of(hostId: string): AskedTrace[] {
    const kept = this.memento.get<Readonly<Record<string, unknown>>>(traceHistoryKey, {})[hostId];
    return Array.isArray(kept) ? kept.map(parseAsked).filter((one) => one !== undefined) : [];
  }

  remember(hostId: string, asked: AskedTrace): void {
    const others = this.of(hostId).filter((one) => askedKey(one) !== askedKey(asked));
    const all = this.memento.get<Readonly<Record<string, unknown>>>(traceHistoryKey, {});
    const next = { ...all, [hostId]: [asked, ...others].slice(0, mostRemembered) };
    // That a question is not remembered is no reason not to ask it.
    this.memento.update(traceHistoryKey, next).then(undefined, () => undefined);
  }
}
