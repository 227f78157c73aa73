import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import { integer, isObject, objects, parseJson, text, texts, type JsonObject } from '../json';
import type { FoundProcess } from '../read-processes';

/** How a namespace was found. */
export type NamespaceRoad = 'name' | 'process' | 'mount' | 'file';

/** The counters of an interface: packets, bytes, errors, drops; received and sent. */
export interface LinkCounters {
  readonly index: number;
  readonly received: {
    readonly packets: number;
    readonly bytes: number;
    readonly errors: number;
    readonly drops: number;
  };
  readonly sent: { readonly packets: number; readonly bytes: number; readonly errors: number; readonly drops: number };
}

/** What the agent says, one JSON object at a time. */
export type AgentFrame =
  /** From now on nothing goes unnoticed. */
  | { readonly type: 'ready' }
  | { readonly type: 'unsupported'; readonly why: string }
  /** What a script about the host printed, in sections. */
  | { readonly type: 'host'; readonly script: 'hostScript' | 'kernelScript'; readonly text: string }
  | { readonly type: 'containers'; readonly names: ReadonlyMap<string, string> }
  | { readonly type: 'records'; readonly records: JsonObject }
  /** The parts of a namespace that are another than before; all of them the first time. */
  | { readonly type: 'namespace'; readonly id: string; readonly isRoot: boolean; readonly parts: JsonObject }
  | { readonly type: 'gone'; readonly id: string }
  | { readonly type: 'failed'; readonly id: string; readonly names: readonly string[]; readonly why: string }
  /** All that was said until now belongs together; the requests that it answers. */
  | { readonly type: 'done'; readonly requests: readonly number[] }
  /** Of the first picture so much has been told: so many of the namespaces. */
  | { readonly type: 'part'; readonly read: number; readonly of: number }
  /** Counters that are others than the last time, by namespace; `at` in milliseconds of the host's own count. */
  | {
      readonly type: 'rates';
      readonly at: number;
      readonly rows: ReadonlyMap<string, readonly LinkCounters[]>;
    };

/** No frame is longer; the host is not believed to have more to say. */
const frameLimit = 256 * 1024 * 1024;

/** Takes the agent's output apart: lines of JSON; a line that begins with `+` goes on in the next. */
export class FrameReader {
  private line = '';
  private pieces: string[] = [];
  private length = 0;

  /** @throws NetnsError `unexpectedOutput` for what is no frame */
  take(output: string): AgentFrame[] {
    const lines = `${this.line}${output}`.split('\n');
    this.line = lines.pop() ?? '';
    this.grow(0);
    return lines.flatMap((line) => {
      if (line.startsWith('+')) {
        this.pieces.push(line.slice(1));
        this.grow(line.length);
        return [];
      }
      const whole = this.pieces.join('') + line;
      this.pieces = [];
      this.length = 0;
      return whole === '' ? [] : [readFrame(whole)];
    });
  }

  private grow(more: number): void {
    this.length += more;
    if (this.length + this.line.length > frameLimit) throw broken('a message without end');
  }
}

function broken(what: string): NetnsError {
  return new NetnsError('unexpectedOutput', l10n.t`The reader on the host said something that is not understood.`, {
    hostSaid: what.slice(0, 300),
  });
}

function readFrame(line: string): AgentFrame {
  const raw = parseJson(line);
  const frame = isObject(raw) ? understand(raw) : undefined;
  if (frame === undefined) throw broken(line);
  return frame;
}

function understand(raw: JsonObject): AgentFrame | undefined {
  const id = text(raw['id']);
  switch (raw['type']) {
    case 'ready':
      return { type: 'ready' };
    case 'unsupported':
      return { type: 'unsupported', why: text(raw['why']) ?? '' };
    case 'host': {
      const { script, text: said } = raw;
      if ((script !== 'hostScript' && script !== 'kernelScript') || typeof said !== 'string') return undefined;
      return { type: 'host', script, text: said };
    }
    case 'containers':
      return { type: 'containers', names: readNames(raw['names']) };
    case 'records':
      return isObject(raw['records']) ? { type: 'records', records: raw['records'] } : undefined;
    case 'namespace':
      if (id === undefined || !isObject(raw['parts'])) return undefined;
      return { type: 'namespace', id, isRoot: raw['isRoot'] === true, parts: raw['parts'] };
    case 'gone':
      return id === undefined ? undefined : { type: 'gone', id };
    case 'failed':
      return id === undefined
        ? undefined
        : { type: 'failed', id, names: texts(raw['names']), why: text(raw['why']) ?? '' };
    case 'done':
      return { type: 'done', requests: numbers(raw['requests']) };
    case 'part':
      return { type: 'part', read: integer(raw['read']) ?? 0, of: integer(raw['of']) ?? 0 };
    case 'rates':
      return { type: 'rates', at: integer(raw['at']) ?? 0, rows: readRows(raw['rows']) };
    default:
      return undefined;
  }
}

function readNames(raw: unknown): ReadonlyMap<string, string> {
  if (!isObject(raw)) return new Map();
  return new Map(Object.entries(raw).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function readRows(raw: unknown): ReadonlyMap<string, readonly LinkCounters[]> {
  if (!isObject(raw)) return new Map();
  return new Map(
    Object.entries(raw).map(([id, rows]) => [
      id,
      (Array.isArray(rows) ? rows : []).map((row) => {
        // As in struct rtnl_link_stats64: packets, bytes, errors, drops, each received before sent.
        const [
          index = 0,
          rxPackets = 0,
          txPackets = 0,
          rxBytes = 0,
          txBytes = 0,
          rxErrors = 0,
          txErrors = 0,
          ...drops
        ] = numbers(row);
        const [rxDrops = 0, txDrops = 0] = drops;
        return {
          index,
          received: { packets: rxPackets, bytes: rxBytes, errors: rxErrors, drops: rxDrops },
          sent: { packets: txPackets, bytes: txBytes, errors: txErrors, drops: txDrops },
        };
      }),
    ]),
  );
}

function numbers(raw: unknown): number[] {
  return Array.isArray(raw) ? raw.filter((one): one is number => typeof one === 'number') : [];
}

/** The processes in a namespace's part `self`. */
export function readAgentProcesses(raw: unknown): FoundProcess[] {
  return objects(raw).flatMap((process) => {
    const pid = integer(process['pid']);
    if (pid === undefined) return [];
    return {
      pid,
      argv: texts(process['argv']),
      parent: texts(process['parent']),
      cgroup: text(process['cgroup']) ?? '',
    };
  });
}
