import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';
import type { HostSnapshot } from '../host/model';
import { planMatrix, type MatrixPair } from '../plan/matrix';
import { compileMatrix } from '../plan/matrix-script';
import type { MatrixCell, PingMatrix } from '../protocol/ping-matrix';
import type { Topology } from '../topology/model';
import type { Transport } from '../transport/transport';
import { tryAll, type Trials } from './try-all';

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
  const cells = await tryAll(transport, new PingTrials(pairs), { signal, onResult: onCell });
  return { ...matrix, cells };
}

/** The pings as a script, and what it says of them; cells come in any order. */
class PingTrials implements Trials<MatrixCell> {
  readonly stopped = l10n.t`The pings were stopped.`;
  private hasNoPing = false;

  constructor(private readonly pairs: readonly MatrixPair[]) {}

  get count(): number {
    return this.pairs.length;
  }

  script(token: string): string {
    return compileMatrix(this.pairs, token);
  }

  describe(index: number): string {
    const { from = '', to = '' } = this.pairs[index] ?? {};
    return l10n.t`${from} had pinged ${to}`;
  }

  whyNone(): NetnsError | undefined {
    if (!this.hasNoPing) return undefined;
    return new NetnsError('missingTool', l10n.t`The host has no ping.`, {
      advice: l10n.t`Install it on the host (Debian, Ubuntu: apt install iputils-ping).`,
    });
  }

  take(line: string): readonly [number, MatrixCell] | undefined {
    if (line === 'no-ping') this.hasNoPing = true;
    const [, gone, number = gone ?? '', word, rest = ''] = /^(?:gone (\d+)|(\d+) (ok|no) ?(.*))$/s.exec(line) ?? [];
    const pair = number === '' ? undefined : this.pairs[Number(number)];
    return pair === undefined ? undefined : [Number(number), cellOf(pair, gone === undefined ? word : 'gone', rest)];
  }
}

function cellOf({ namespace, ...pair }: MatrixPair, word: string | undefined, rest: string): MatrixCell {
  if (word === 'gone') {
    return { ...pair, outcome: 'notRun', said: l10n.t`There is no namespace ${namespace ?? ''} on the host.` };
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
    l10n.t`no answer`
  );
}
