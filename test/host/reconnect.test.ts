import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { describeError, NetnsError } from '../../src/base/errors';
import type { ReconnectPace } from '../../src/lab/reconnection';
import { Host, type HostServices } from '../../src/vscode/hosts/host';
import { hostServices } from '../../src/vscode/hosts/host-services';
import type { ConnectPrompts } from '../../src/transport/transport';
import { personWith } from '../fixtures/prompts';
import { noPrompts, startSshd, targetOf, until } from '../fixtures/ssh';
import { startTcpProxy, type TcpProxy } from '../fixtures/tcp-proxy';
import { startLabHost, type LabHost } from '../lab-host';

const quick: ReconnectPace = { first: 20, longest: 200, look: 20, random: () => 0.5 };

describe('a connection that is lost', () => {
  let lab: LabHost;
  let proxy: TcpProxy;
  before(async () => {
    lab = await startLabHost();
  });
  after(() => lab.stop());
  beforeEach(async () => {
    proxy = await startTcpProxy({ host: lab.address, port: lab.port });
  });
  afterEach(() => proxy.stop());

  async function hostThrough(user: string, through = proxy, services: Partial<HostServices> = {}): Promise<Host> {
    const known = `${lab.knownHostsFile}.${through.port}`;
    const text = await readFile(lab.knownHostsFile, 'utf8');
    await writeFile(known, text.replace(lab.address, `[127.0.0.1]:${through.port}`));
    const target = targetOf(lab, user, { host: '127.0.0.1', port: through.port, knownHostsFiles: [known] });
    return new Host({ id: 'lab1', label: 'lab1', target }, { ...hostServices, reconnectPace: quick, ...services });
  }

  const live = (host: Host) => until('it is live', () => host.state.status === 'live', 60_000);
  /** Waits until the state is what is asked for, told by an event: a state that passes quickly is not missed. */
  function reaches(host: Host, condition: (host: Host) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const subscription = host.onDidChange(() => {
        if (!condition(host)) return;
        subscription.dispose();
        resolve();
      });
    });
  }
  const sessions = async (): Promise<number> =>
    (await lab.run(`ps -eo args= | grep -c '^sshd: [a-z]*\\(@\\| \\[priv\\]\\)'`)).stdout.trim() === '0' ? 0 : 1;
  const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

  it('is made again a hundred times, and nothing of the others is left here or there', async function () {
    this.timeout(900_000);
    const host = await hostThrough('ops');
    let changes = 0;
    const looking = host.watch();
    host.onDidChange((change) => (changes += change === 'snapshot' ? 1 : 0));
    await host.connect(noPrompts);
    await until('it is watched', () => changes > 0, 60_000);
    assert.equal(await sessions(), 1);
    let before: { sockets: number; timers: number } | undefined;
    for (let n = 0; n < 100; n++) {
      const transport = host.transport();
      const running = transport.start('cat').then((process) => process.exited);
      const cutOff = assert.rejects(running, (error: NetnsError) => error.reason === 'connectionLost');
      const again = reaches(host, ({ state }) => state.status === 'live');
      if (n % 2 === 0) proxy.cutAll();
      // Within what starting the process sends: a host that is only followed is silent, and a cut would wait for a keepalive.
      else proxy.cutAfter(200 + (n % 50) * 20);
      await cutOff;
      await again;
      assert.notEqual(host.transport(), transport);
      // The first ten load what is loaded only once.
      if (n === 9) before = { sockets: sockets(), timers: timers() };
    }
    // It still follows the host.
    changes = 0;
    await lab.run('ip netns add after-all');
    await until(
      'the new namespace is seen',
      () => {
        return host.snapshot?.namespaces.some(({ name }) => name === 'after-all') === true;
      },
      60_000,
    );
    assert.equal(proxy.connections, 1);
    assert.ok(
      before !== undefined && sockets() <= before.sockets,
      `sockets: ${before?.sockets} then, ${sockets()} now`,
    );
    assert.ok(timers() <= before.timers + 3, `timers: ${before.timers} then, ${timers()} now`);
    looking.dispose();
    host.dispose();
    await until('its sessions are gone', async () => (await sessions()) === 0, 60_000);
    await until(
      'nothing that it ran is left',
      async () => (await lab.run('pgrep -x "cat|dd|ip|nft|python3"')).stdout === '',
      60_000,
    );
  });

  it('says how it stands meanwhile; is made at once when asked, and no more when told to stop', async () => {
    const host = await hostThrough('root', proxy, {
      reconnectPace: { ...quick, first: 3_600_000, longest: 3_600_000 },
    });
    await host.connect(noPrompts);
    proxy.cutAll();
    await until('it waits', () => host.state.status === 'lost');
    const { state } = host;
    assert.ok(state.status === 'lost' && state.again?.attempt === 1 && (state.again.at ?? 0) > Date.now());
    await host.connect(noPrompts);
    assert.equal(host.state.status, 'live');
    proxy.cutAll();
    await until('it waits', () => host.state.status === 'lost');
    host.disconnect();
    assert.equal(host.state.status, 'disconnected');
    host.dispose();
  });

  it('is tried again after a person asked in vain', async () => {
    const host = await hostThrough('root');
    await host.connect(noPrompts);
    const { port } = proxy;
    await proxy.stop();
    await until('it was tried twice', () => host.state.status === 'lost' && (host.state.again?.attempt ?? 0) > 2);
    await assert.rejects(host.connect(noPrompts), { reason: 'unreachable' });
    assert.equal(host.state.status, 'lost');
    proxy = await startTcpProxy({ host: lab.address, port: lab.port }, port);
    await live(host);
    host.dispose();
  });

  it('uses the passwords that were given, without asking; and stops where they no longer fit', async () => {
    const port = await startSshd(lab, ['PubkeyAuthentication no', 'PasswordAuthentication yes']);
    const ownProxy = await startTcpProxy({ host: lab.address, port });
    const host = await hostThrough('student', ownProxy);
    const { password } = lab.users;
    const person = personWith({ password: [password], sudo: [password] });
    await host.connect(person);
    for (let n = 0; n < 3; n++) {
      const again = reaches(host, ({ state }) => state.status === 'live');
      ownProxy.cutAll();
      await again;
      assert.equal((await host.transport().run('id -un')).stdout, 'root\n');
    }
    assert.equal(person.asked.length, 2);
    try {
      await lab.run(`echo 'student:another' | chpasswd`);
      const over = reaches(host, ({ state }) => state.status === 'failed');
      ownProxy.cutAll();
      await over;
    } finally {
      await lab.run(`echo 'student:${password}' | chpasswd`);
    }
    const { state } = host;
    assert.ok(state.status === 'failed');
    assert.match(describeError(state.error), /Connect to the host yourself/);
    assert.equal(person.asked.length, 2);
    host.dispose();
    await ownProxy.stop();
  });

  it('is not made again to a host that shows another key, and nobody is asked about it', async () => {
    const host = await hostThrough('root');
    const asked: string[] = [];
    const prompts: ConnectPrompts = {
      acceptHostKey: (question) => {
        asked.push(question.host);
        return Promise.resolve(true);
      },
    };
    await host.connect(prompts);
    const { target } = host.configuration;
    assert.ok(target.type === 'ssh');
    const [file = ''] = target.knownHostsFiles ?? [];
    await writeFile(file, '');
    const over = reaches(host, ({ state }) => state.status === 'failed');
    proxy.cutAll();
    await over;
    const { state } = host;
    assert.ok(state.status === 'failed' && state.error instanceof NetnsError && state.error.reason === 'hostKey');
    assert.deepEqual(asked, []);
    host.dispose();
  });
});
