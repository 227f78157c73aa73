import type { Transport } from '../../../src/transport/transport';
import { startLabHost, type LabHost } from '../../lab-host';
import { connectTo } from '../observed-lab';

export interface PooledHost {
  readonly lab: LabHost;
  /** A connection as root. */
  readonly transport: Transport;
}

/** Hosts on which labs run side by side: most of a trace's time is waiting for an answer that does not come. */
export class LabPool {
  private readonly hosts: Promise<PooledHost>[] = [];
  private readonly free: PooledHost[] = [];
  private readonly waiting: ((host: PooledHost) => void)[] = [];

  constructor(private readonly size: number) {}

  /** Does it on the next host that is free. */
  async run<T>(work: (host: PooledHost) => Promise<T>): Promise<T> {
    const host = await this.take();
    try {
      return await work(host);
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free.push(host);
      else next(host);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.hosts.map(async (host) => {
        const { lab, transport } = await host;
        transport.dispose();
        await lab.stop();
      }),
    );
  }

  private take(): Promise<PooledHost> {
    const host = this.free.pop();
    if (host !== undefined) return Promise.resolve(host);
    if (this.hosts.length < this.size) {
      const started = start();
      this.hosts.push(started);
      return started;
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

async function start(): Promise<PooledHost> {
  const lab = await startLabHost();
  return { lab, transport: await connectTo(lab) };
}

/**
 * Work that is begun some pieces ahead of whoever waits for its results one after the other, as tests do. With
 * `--grep` little more is done than what is asked for.
 */
export class Ahead<T> {
  private readonly begun: (Promise<T> | undefined)[] = [];

  constructor(
    private readonly works: readonly (() => Promise<T>)[],
    private readonly ahead: number,
  ) {}

  result(index: number): Promise<T> {
    for (let next = index; next <= Math.min(index + this.ahead, this.works.length - 1); next++) {
      const work = this.begun[next] ?? this.works[next]?.();
      // Whoever asks for it is told of its failure.
      work?.catch(() => undefined);
      this.begun[next] = work;
    }
    const found = this.begun[index];
    return found ?? Promise.reject(new Error(`There is no piece of work ${index}.`));
  }
}
