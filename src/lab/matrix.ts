import { randomBytes } from 'node:crypto';
import { NetnsError } from '../base/errors';
import { optional } from '../host/json';
import type { HostSnapshot } from '../host/model';
import { planMatrix, type MatrixPair } from '../plan/matrix';
import { compileMatrix } from '../plan/matrix-script';
import type { MatrixCell, PingMatrix } from '../protocol/ping-matrix';
import type { Topology } from '../topology/model';
import type { Transport } from '../transport/transport';
import { runLines } from './script-output';

export interface MatrixOptions {
  /** Stops the pings; the promise rejects with `cancelled`. */
  readonly signal?: AbortSignal;
  /** Each cell as soon as it is known. */
  readonly onCell?: (cell: MatrixCell) => void;
  /** Says the addresses that the file does not. */
  readonly snapshot?: HostSnapshot;
  /** Those pairs alone; without it all of the lab's. */
  readonly select?: (pair: MatrixPair) => boolean;
}

/**
 * Pings every pair of a lab's places on the host, many at a time, over one channel.
 *
 * @param host the host's name for people
 * @throws NetnsError `missingTool` without ping; `unsupported` for too many pairs; `cancelled`, `connectionLost`, or
 *   `unexpectedOutput` when the host broke off.
 */
export async function runMatrix(
  transport: Transport,
  topology: Topology,
  host: string,
  { signal, onCell, snapshot, select }: MatrixOptions = {},
): Promise<PingMatrix> {
  const plan = planMatrix(topology, snapshot);
  const pairs = select === undefined ? plan.pairs : plan.pairs.filter(select);
  const matrix = { lab: plan.lab, host, places: plan.places };
  if (pairs.length === 0) return { ...matrix, cells: [] };
  const token = randomBytes(16).toString('hex');
  const reader = new MatrixOutput(pairs, token);
  const onLine = (line: string): void => {
    const cell = reader.take(line);
    if (cell !== undefined) onCell?.(cell);
  };
  const stderr = await runLines(transport, compileMatrix(pairs, token), onLine, optional('signal', signal));
  if (signal?.aborted === true) throw new NetnsError('cancelled', 'The pings were stopped.');
  return { ...matrix, cells: reader.cells(stderr) };
}

/** Reads what the script of the pings says; cells come in any order. */
class MatrixOutput {
  private hasNoPing = false;
  private readonly done = new Map<number, MatrixCell>();
  private readonly prefix: string;

  constructor(
    private readonly pairs: readonly MatrixPair[],
    token: string,
  ) {
    this.prefix = `@${token} `;
  }

  cells(stderr: string): MatrixCell[] {
    if (this.hasNoPing) {
      throw new NetnsError('missingTool', 'The host has no ping.', {
        advice: 'Install it on the host (Debian, Ubuntu: apt install iputils-ping).',
      });
    }
    return this.pairs.map(({ from, to }, index) => {
      const cell = this.done.get(index);
      if (cell !== undefined) return cell;
      throw new NetnsError('unexpectedOutput', `The host broke off before ${from} had pinged ${to}.`, {
        hostSaid: stderr,
      });
    });
  }

  /** A line that the script said. @returns the cell that it makes known */
  take(line: string): MatrixCell | undefined {
    if (!line.startsWith(this.prefix)) return undefined;
    const content = line.slice(this.prefix.length);
    if (content === 'no-ping') this.hasNoPing = true;
    const [, gone, number = gone ?? '', word, rest = ''] = /^(?:gone (\d+)|(\d+) (ok|no) ?(.*))$/s.exec(content) ?? [];
    const pair = number === '' ? undefined : this.pairs[Number(number)];
    if (pair === undefined) return undefined;
    const cell = cellOf(pair, gone === undefined ? word : 'gone', rest);
    this.done.set(Number(number), cell);
    return cell;
  }
}

function cellOf({ namespace, ...pair }: MatrixPair, word: string | undefined, rest: string): MatrixCell {
  if (word === 'gone') {
    return { ...pair, outcome: 'notRun', said: `There is no namespace ${namespace ?? ''} on the host.` };
  }
  if (word !== 'ok') return { ...pair, outcome: 'unreached', said: reasonIn(rest) };
  const milliseconds = Number(rest);
  return { ...pair, outcome: 'reached', ...(Number.isFinite(milliseconds) ? { milliseconds } : {}) };
}

/** Of what ping printed the line that says why: an error of its own, or what came back instead of an answer. */
function reasonIn(output: string): string {
  const lines = output
    .split('\t')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return (
    lines.find((line) => /^(ping|connect)[^:]*: /.test(line)) ??
    lines.find((line) => line.startsWith('From ')) ??
    lines.find((line) => line.includes('packet loss')) ??
    lines.at(-1) ??
    'no answer'
  );
}
