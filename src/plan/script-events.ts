import { LineReader } from '../base/line-reader';

/** What the script of a plan says, line by line: `@TOKEN word …`. */
export type ScriptEvent =
  | { readonly type: 'begin' | 'done' | 'undo' | 'undone'; readonly step: number }
  | {
      readonly type: 'failed';
      readonly step: number;
      readonly command: number;
      readonly code: number;
      readonly said: string;
    }
  | { readonly type: 'undo-failed'; readonly step: number; readonly said: string }
  | { readonly type: 'record-failed' | 'failed-to-start' | 'busy'; readonly said: string }
  | { readonly type: 'missing'; readonly tool: string }
  /** `armed`: the work is done, and will be undone unless it is confirmed over a fresh connection. */
  | { readonly type: 'ready' | 'armed' | 'committed' | 'recovered' | 'outdated' }
  /** `cancelled`, `lost`, `ended`, `overdue`, or empty where a command failed. */
  | { readonly type: 'rolled-back'; readonly why: string };

/**
 * Reads the script's events from its standard output as it comes, in pieces of any size. What others say on the host comes
 * as `said` lines before the event it belongs to. Lines that are not the script's own are left out.
 */
export class ScriptEvents {
  private readonly lines = new LineReader();
  private said: string[] = [];
  private readonly prefix: string;

  constructor(token: string) {
    this.prefix = `@${token} `;
  }

  /** Takes the next piece of output; returns the events that it completes. */
  feed(text: string): ScriptEvent[] {
    return this.lines.feed(text).flatMap((line) => this.read(line) ?? []);
  }

  private read(line: string): ScriptEvent | undefined {
    if (!line.startsWith(this.prefix)) return undefined;
    const content = line.slice(this.prefix.length);
    if (content.startsWith('said ')) {
      if (this.said.length < 1000) this.said.push(content.slice('said '.length));
      return undefined;
    }
    const [word = '', ...parameters] = content.split(' ');
    const said = this.said.join('\n');
    this.said = [];
    return toEvent(word, parameters, said);
  }
}

function toEvent(word: string, parameters: readonly string[], said: string): ScriptEvent | undefined {
  const [step = -1, command = 0, code = 1] = parameters.map(Number);
  switch (word) {
    case 'begin':
    case 'done':
    case 'undo':
    case 'undone':
      return { type: word, step };
    case 'failed':
      return { type: word, step, command, code, said };
    case 'undo-failed':
      return { type: word, step, said };
    case 'record-failed':
    case 'failed-to-start':
    case 'busy':
      return { type: word, said };
    case 'missing':
      return { type: word, tool: parameters[0] ?? '' };
    case 'ready':
    case 'armed':
    case 'committed':
    case 'recovered':
    case 'outdated':
      return { type: word };
    case 'rolled-back':
      return { type: word, why: parameters[0] ?? '' };
    default:
      return undefined;
  }
}
