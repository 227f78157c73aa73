import { Emitter } from '../../../src/base/events';
import { NetnsError } from '../../../src/base/errors';
import { watchParts } from '../../../src/host/watch-script';
import type { RemoteProcess, RunResult, Transport } from '../../../src/transport/transport';

/** A watch on the fake host, for the test to speak through. */
export class FakeWatch implements RemoteProcess {
  private readonly out = new Emitter<string>();
  private readonly err = new Emitter<string>();
  private exit: (code: number) => void = () => undefined;
  isDisposed = false;
  readonly onStdout = this.out.event;
  readonly onStderr = this.err.event;
  readonly exited = new Promise<number>((resolve) => (this.exit = resolve));

  say(text: string): void {
    this.out.fire(text);
  }

  beReady(): void {
    this.say(watchParts.map((part) => `ready ${part}\n`).join(''));
  }

  end(code: number): void {
    this.exit(code);
  }

  write(): void {}
  closeInput(): void {}

  dispose(): void {
    this.isDisposed = true;
    this.exit(143);
  }
}

const noPython = '{"type":"unsupported","why":"The host has no python3."}\n';

/** An agent that says at once that the host cannot run it. */
class MissingAgent extends FakeWatch {
  override write(): void {
    this.say(noPython);
  }
}

/** A transport whose answers a test gives, one by one. */
export class FakeTransport implements Transport {
  readonly description = 'fake';
  readonly privilege = { type: 'root' } as const;
  readonly closing = new Emitter<Error | undefined>();
  readonly onDidClose = this.closing.event;
  /** In the order they happened: `watch`, `read`. */
  readonly calls: string[] = [];
  readonly watches: FakeWatch[] = [];
  readonly readings: { answer(stdout: string): void; fail(error: Error): void }[] = [];
  /** Without it, readings wait for the test. Gets the boundary. */
  answer: ((boundary: string) => string) | undefined;
  refuseWatch = false;

  run(script: string): Promise<RunResult> {
    if (script.includes('netns-topology-agent')) return Promise.resolve({ code: 0, stdout: noPython, stderr: '' });
    this.calls.push('read');
    const boundary = /^boundary=(\w+)$/m.exec(script)?.[1] ?? '';
    return new Promise((resolve, reject) => {
      const answer = (stdout: string): void => {
        resolve({ code: 0, stdout: stdout.replaceAll('BOUNDARY', boundary), stderr: '' });
      };
      this.readings.push({ answer, fail: reject });
      if (this.answer !== undefined) answer(this.answer(boundary));
    });
  }

  start(script: string): Promise<RemoteProcess> {
    // The host has no python3, so that the store takes the plain road.
    if (script.includes('netns-topology-agent')) {
      return Promise.resolve(new MissingAgent());
    }
    this.calls.push('watch');
    if (this.refuseWatch) return Promise.reject(new NetnsError('connectionLost', 'no channel'));
    const watch = new FakeWatch();
    this.watches.push(watch);
    return Promise.resolve(watch);
  }

  openTerminal(): Promise<never> {
    return Promise.reject(new Error('no terminal here'));
  }

  dispose(): void {
    this.closing.fire(undefined);
  }
}

/** A reading of a host with these namespaces, for a transport to answer. */
export function readingOf(names: readonly string[], { packets = 0, connections = 0 } = {}): string {
  const section = (head: string, body = ''): string => `\n@BOUNDARY ${head}\n${body}\n`;
  const link =
    '[{"ifindex":1,"ifname":"lo","flags":["LOOPBACK"],"link_type":"loopback","operstate":"DOWN","mtu":65536,"addr_info":[]}]';
  const nft = JSON.stringify({
    nftables: [
      { table: { family: 'ip', name: 'nat', handle: 1 } },
      {
        rule: {
          family: 'ip',
          table: 'nat',
          chain: 'post',
          handle: 2,
          expr: [{ counter: { packets, bytes: 0 } }, { masquerade: null }],
        },
      },
    ],
  });
  const tracked = ['count', 'max']
    .map((name) => `/proc/sys/net/netfilter/nf_conntrack_${name}:${name === 'max' ? 1000 : connections}`)
    .join('\n');
  const read = (number: number): string =>
    section(`ip ${number}`, link) +
    section(`sysctls ${number}`, tracked) +
    section(`nft ${number}`, nft) +
    section(`done ${number}`);
  return [
    section('host', 'fake\n6.1'),
    section('root', '1'),
    section('namespaces', names.map((name, i) => `${100 + i} /run/netns/${name}`).join('\n')),
    read(0),
    ...names.map((_, i) => read(i + 1)),
    section('end'),
  ].join('');
}
