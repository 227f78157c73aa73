import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { NetnsError } from '../../src/base/errors';
import { runPlan } from '../../src/lab/apply';
import { observe } from '../../src/lab/observe';
import type { ReconnectPace } from '../../src/lab/reconnection';
import type { Plan } from '../../src/plan/model';
import { connectSsh } from '../../src/transport/connect';
import { usualTiming } from '../../src/transport/ssh-login';
import type { Transport } from '../../src/transport/transport';
import { Host } from '../../src/vscode/hosts/host';
import { hostServices } from '../../src/vscode/hosts/host-services';
import { assertDocumentTable } from '../fixtures/document-table';
import { startFaultyProxy, type Direction, type Fault, type FaultyProxy } from '../fixtures/faulty-proxy';
import { noPrompts, targetOf, until } from '../fixtures/ssh';
import { startLabHost, type LabHost } from '../lab-host';
import { subject } from './actions-on-a-host';
import { startSession, untilNothingIsLeft } from './capture-lab';
import { applyPlan, commandsOf, destroyPlan, example, stateOf, untilStateIs } from './lab-plans';
import { connectTo, ourProcesses } from './observed-lab';

/** The bytes at which a fault strikes come from here; another seed tries others. */
const seed = Number(process.env['FAULTS_SEED'] ?? '1');
/** How often each fault strikes in each direction. */
const rounds = process.env['FAULTS'] === 'all' ? 20 : 2;
const patience = 60_000;

type What = 'observing' | 'apply' | 'capture' | 'terminal';
const everything: readonly What[] = ['observing', 'apply', 'capture', 'terminal'];

const promises: Readonly<Record<What, { readonly broken: string; readonly whole: string }>> = {
  observing: { broken: 'goes on by itself', whole: 'goes on' },
  apply: { broken: 'all or nothing', whole: 'goes on' },
  capture: { broken: 'ends, says why', whole: 'goes on' },
  terminal: { broken: 'ends, says why', whole: 'goes on' },
};

const faults: Readonly<Record<Fault | 'kill', string>> = {
  reset: 'reset (RST)',
  close: 'closed in the middle of a packet',
  lose: 'bytes are lost',
  change: 'a byte is another',
  stall: 'nothing passes any more',
  kill: 'the server’s process is killed',
  delay: 'everything waits 0.7 s',
};

/**
 * A connection carries everything at once: the host is followed, a lab is applied, packets are captured and a terminal is open.
 * Then something befalls it at a random byte.
 */
describe('following, an apply, a capture and a terminal over one connection', function () {
  this.timeout(600_000);
  let lab: LabHost;
  let proxy: FaultyProxy;
  let steady: Transport;
  let host: Host;
  let stateBefore: string;
  let others: readonly string[];
  const random = randomNumbers(seed);
  const survived = new Map<string, Record<What, number>>();
  const pace: ReconnectPace = { first: 20, longest: 200, look: 20, random: () => 0.5 };
  const timing = { ...usualTiming, keepalive: 1000, keepaliveCount: 2 };

  /** Processes of sshd on the host, one for each connection. */
  const sessions = async (): Promise<string[]> =>
    (await lab.run(`ps -e -o pid=,args= | awk '$2 == "sshd:" && $3 ~ /^root@/ { print $1 }'`)).stdout
      .split('\n')
      .filter(Boolean);

  before(async () => {
    lab = await startLabHost();
    proxy = await startFaultyProxy({ host: lab.address, port: lab.port });
    steady = await connectTo(lab);
    others = await sessions();
    const { code, stderr } = await lab.run(
      `ip netns add red && ip netns add blue && ip link add veth-r netns red up type veth peer name veth-b netns blue &&
       ip -n blue link set veth-b up && ip -n red addr add 10.9.0.1/24 dev veth-r && ip -n blue addr add 10.9.0.2/24 dev veth-b &&
       { ip netns exec red ping -qi 0.1 10.9.0.2 >/dev/null 2>&1 & }`,
    );
    assert.equal(code, 0, stderr);
    const known = `${lab.knownHostsFile}.${proxy.port}`;
    const text = await readFile(lab.knownHostsFile, 'utf8');
    await writeFile(known, text.replace(lab.address, `[127.0.0.1]:${proxy.port}`));
    const target = targetOf(lab, 'root', { host: '127.0.0.1', port: proxy.port, knownHostsFiles: [known] });
    host = new Host(
      { id: 'lab1', label: 'lab1', target },
      {
        ...hostServices,
        connect: (_target, prompts, signal) => connectSsh(target, prompts, signal, timing),
        reconnectPace: pace,
      },
    );
    host.watch();
    await host.connect(noPrompts);
    stateBefore = await stateOf(lab);
  });
  after(async () => {
    host.dispose();
    steady.dispose();
    await proxy.stop();
    await lab.stop();
  });

  for (const [fault, title] of Object.entries(faults) as [Fault | 'kill', string][]) {
    it(`survive that it is so: ${title}`, async () => {
      const counts: Record<What, number> = { observing: 0, apply: 0, capture: 0, terminal: 0 };
      survived.set(title, counts);
      for (let n = 0; n < rounds * 2; n++) {
        const direction = n % 2 === 0 ? 'toServer' : 'toClient';
        // About as much as an apply says in either direction.
        const count = Math.floor(random() * (direction === 'toServer' ? 15_000 : 60_000));
        const where = `${title} after ${count} bytes ${direction} (FAULTS_SEED=${seed})`;
        await oneRound(fault, count, direction, where, counts);
      }
      for (const what of everything) assert.equal(counts[what], rounds * 2, what);
    });
  }

  it('are told of in the documents as they were seen here', function () {
    if (rounds !== 2) this.skip();
    const heading = ['what befalls the connection', 'following the host', 'apply', 'capture', 'terminal'];
    const rows = [...survived].map(([title, counts]) => {
      const kind = title === faults.delay ? 'whole' : 'broken';
      return [title, ...everything.map((what) => `${counts[what]} of ${rounds * 2}: ${promises[what][kind]}`)];
    });
    assertDocumentTable('connections.md', 'faults', [heading, ...rows]);
  });

  async function oneRound(
    fault: Fault | 'kill',
    count: number,
    direction: Direction,
    where: string,
    counts: Record<What, number>,
  ): Promise<void> {
    await until(`it is live: ${where}`, () => host.state.status === 'live', patience);
    const transport = host.transport();
    const terminal = await transport.openTerminal('while :; do echo tick; sleep 0.05; done', { columns: 80, rows: 24 });
    let ticks = 0;
    terminal.onData(() => ticks++);
    const terminalEnd = terminal.exited.then(String, reasonOf);
    const capture = await startSession(transport, [subject('namespace', 'red'), subject('namespace', 'blue')]);
    const plan = await applyPlan(steady, await example('planets'));
    if (fault !== 'kill') proxy.arm(fault, count, direction);
    const applied = runPlan(transport, plan).then(() => 'done', reasonOf);
    if (fault === 'kill') {
      const ours = (await sessions()).filter((pid) => !others.includes(pid));
      // One may end by itself meanwhile.
      const each = ours.map((pid) => `kill -9 ${pid} && killed=yes`).join('; ');
      assert.equal((await lab.run(`${each}; [ -n "$killed" ]`)).code, 0);
    } else {
      // Where the apply was over before the byte came, the next one is it.
      await Promise.race([proxy.struck, applied]);
      proxy.hurry();
      await proxy.struck;
    }

    if (fault === 'delay') {
      assert.equal(await applied, 'done', where);
      counts.apply++;
      const [packets, said] = [capture.ring.total, ticks];
      await until(
        `packets come: ${where}`,
        () => capture.phase === 'running' && capture.ring.total > packets,
        patience,
      );
      counts.capture++;
      await until(`the terminal goes on: ${where}`, () => ticks > said, patience);
      counts.terminal++;
      assert.equal(host.transport(), transport, where);
      capture.stop();
      terminal.dispose();
    } else {
      assert.match(await applied, /^(done|connectionLost|unreachable)$/, where);
      assert.equal(await terminalEnd, 'connectionLost', where);
      counts.terminal++;
      await until(`the capture has ended: ${where}`, () => capture.phase === 'ended', patience);
      assert.ok(capture.error instanceof NetnsError && capture.error.reason === 'connectionLost', where);
      counts.capture++;
    }
    capture.dispose();
    await untilNothingIsLeft(lab);

    await lab.run('ip netns add comet');
    const seesComet = (): boolean => host.snapshot?.namespaces.some(({ name }) => name === 'comet') === true;
    await until(`the host is followed: ${where}`, () => host.state.status === 'live' && seesComet(), patience);
    counts.observing++;
    await lab.run('ip netns del comet');
    await takeBackWhole(plan, where);
    if (fault !== 'delay') counts.apply++;
    if (fault !== 'delay') assert.notEqual(host.transport(), transport, where);
  }

  /** The lab is there as a whole or not at all; afterwards it is not. */
  async function takeBackWhole(plan: Plan, where: string): Promise<void> {
    const isUnlocked = async (): Promise<boolean> => (await lab.run('[ ! -e /run/netns-topology/lock ]')).code === 0;
    await until(`the host is free: ${where}`, isUnlocked, patience);
    if ((await observe(steady)).labs.length > 0) {
      assert.deepEqual(commandsOf(await applyPlan(steady, await example('planets'))), [], where);
      await runPlan(steady, await destroyPlan(steady, plan.lab));
    }
    await untilStateIs(lab, stateBefore, where);
  }

  it('leave nothing on the host and nothing here', async () => {
    await until('only one connection is there', () => proxy.connections === 1);
    host.dispose();
    await until('no connection is there', () => proxy.connections === 0);
    await until('nothing of ours runs there', async () => (await ourProcesses(lab)).length === 0, patience);
  });
});

function reasonOf(error: unknown): string {
  return error instanceof NetnsError ? error.reason : String(error);
}

/** Numbers from 0 to 1, the same for the same seed (Marsaglia's xorshift32). */
function randomNumbers(from: number): () => number {
  let state = Math.imul(from + 1, 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
