import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { NetnsError } from '../../src/base/errors';
import { channelLimits } from '../../src/transport/channel-queue';
import { connect, connectSsh } from '../../src/transport/connect';
import { usualTiming } from '../../src/transport/ssh-login';
import type { Transport } from '../../src/transport/transport';
import { noPrompts, startSshd, targetOf, until, type SshTarget } from '../fixtures/ssh';
import { startTcpProxy, type TcpProxy } from '../fixtures/tcp-proxy';
import { startLabHost, type LabHost } from '../lab-host';

describe('a connection to a host', () => {
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

  /** Through the proxy; the host is known by the name it has in known_hosts for no port. */
  async function proxied(user: string): Promise<SshTarget> {
    const knownHostsFiles = [await knownAs(`[127.0.0.1]:${proxy.port}`)];
    return targetOf(lab, user, { host: '127.0.0.1', port: proxy.port, knownHostsFiles });
  }

  async function knownAs(name: string): Promise<string> {
    const { readFile, writeFile } = await import('node:fs/promises');
    const text = await readFile(lab.knownHostsFile, 'utf8');
    const file = `${lab.knownHostsFile}.${name.replaceAll(/\W/g, '')}`;
    await writeFile(file, text.replace(lab.address, name));
    return file;
  }

  const isRunning = async (pid: number): Promise<boolean> => (await lab.run(`[ -d /proc/${pid} ]`)).code === 0;
  /** sshd's processes for connections: all of them but those that listen, which show their path. */
  const sessionPids = async (): Promise<string[]> =>
    (await lab.run(`ps -eo pid=,args= | awk '$2 == "sshd:" && $3 !~ "^/" { print $1 }'`)).stdout
      .split('\n')
      .slice(0, -1);
  const sessions = async (): Promise<number> => (await sessionPids()).length;

  async function begin(transport: Transport): Promise<{ pid: number; exited: Promise<number> }> {
    const process = await transport.start('sleep 1000 & echo $!; wait');
    let heard = '';
    process.onStdout((text) => (heard += text));
    await until('the process says its number', () => heard.endsWith('\n'));
    return { pid: Number(heard), exited: process.exited };
  }

  for (const user of ['root', 'ops']) {
    it(`that is reset rejects all that runs on it, tells once, and leaves nothing on the host (${user})`, async () => {
      const transport = await connect(await proxied(user), noPrompts);
      const closes: (Error | undefined)[] = [];
      transport.onDidClose((error) => closes.push(error));
      const process = await begin(transport);
      const terminal = await transport.openTerminal('sleep 1000', { columns: 80, rows: 24 });
      const run = transport.run('sleep 1000');
      const settled = Promise.allSettled([run, process.exited, terminal.exited]);
      proxy.cutAll();
      for (const outcome of await settled) {
        assert.equal(outcome.status === 'rejected' && (outcome.reason as NetnsError).reason, 'connectionLost');
      }
      await assert.rejects(transport.run('echo'), { reason: 'connectionLost' });
      await assert.rejects(transport.start('echo'), { reason: 'connectionLost' });
      assert.equal(closes.length, 1);
      assert.ok(closes[0] instanceof NetnsError && closes[0].reason === 'connectionLost');
      await until('the host has ended it', async () => !(await isRunning(process.pid)));
      await until('no sleep is left', async () => (await lab.run('pgrep -x sleep')).code === 1);
      transport.dispose();
      assert.equal(closes.length, 1);
    });
  }

  it('that is cut in the middle of a script never runs half of it', async () => {
    const target = await proxied('root');
    const script = `touch /tmp/half-run\n${'true\n'.repeat(20_000)}`;
    for (const after of [100, 5_000, 60_000]) {
      const transport = await connect(target, noPrompts);
      proxy.cutAfter(after);
      await assert.rejects(transport.run(script), { reason: 'connectionLost' });
      transport.dispose();
    }
    await until('all sessions are gone', async () => (await sessions()) === 0);
    assert.equal((await lab.run('[ -e /tmp/half-run ]')).code, 1);
  });

  it('whose reset comes while channels are opening settles all of them', async () => {
    const transport = await connect(await proxied('root'), noPrompts);
    const runs = Array.from({ length: 20 }, () => transport.run('echo'));
    const settled = Promise.allSettled(runs);
    proxy.cutAfter(300);
    const outcomes = await settled;
    assert.ok(outcomes.some(({ status }) => status === 'rejected'));
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.equal((outcome.reason as NetnsError).reason, 'connectionLost');
    }
    transport.dispose();
  });

  it('to a host that hangs is given up after three keepalives', async () => {
    assert.equal(usualTiming.keepalive * 3, 45_000);
    const transport = await connectSsh(await proxied('root'), noPrompts, undefined, { ...usualTiming, keepalive: 300 });
    const lost = new Promise<Error | undefined>((resolve) => void transport.onDidClose(resolve));
    const run = transport.run('sleep 1000');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const hungAt = Date.now();
    proxy.stallAll();
    await assert.rejects(run, { reason: 'connectionLost', message: /Keepalive timeout/ });
    const waited = Date.now() - hungAt;
    assert.ok(waited > 500 && waited < 10_000, `${waited} ms`);
    assert.ok((await lost) instanceof NetnsError);
    transport.dispose();
  });

  it('is not held up by a host that hangs when it is closed or cancelled', async () => {
    const before = sockets();
    const transport = await connect(await proxied('root'), noPrompts);
    proxy.stallAll();
    const controller = new AbortController();
    const run = transport.run('echo', { signal: controller.signal });
    controller.abort();
    await assert.rejects(run, { reason: 'cancelled' });
    const other = transport.run('echo');
    transport.dispose();
    await assert.rejects(other, { reason: 'cancelled' });
    // The proxy's own two stay open: nobody there looks whether we are gone.
    await until('our socket is gone', () => sockets() === before + 2);
  });

  it('tells when sshd ends it', async () => {
    const transport = await connect(targetOf(lab, 'root'), noPrompts);
    const lost = new Promise<Error | undefined>((resolve) => void transport.onDidClose(resolve));
    const run = transport.run('sleep 1000');
    const rejects = assert.rejects(run, { reason: 'connectionLost' });
    await lab.run(`kill -KILL ${(await sessionPids()).join(' ')}`);
    const error = await lost;
    assert.ok(error instanceof NetnsError && error.reason === 'connectionLost', String(error));
    await rejects;
  });

  it('survives that the host changes its keys in between', async () => {
    const port = await startSshd(lab, ['RekeyLimit 100K']);
    const known = await knownAs(`[${lab.address}]:${port}`);
    const transport = await connect(targetOf(lab, 'root', { port, knownHostsFiles: [known] }), noPrompts);
    const { stdout } = await transport.run('head -c 2000000 /dev/zero | tr "\\0" x');
    assert.equal(stdout.length, 2_000_000);
    assert.equal((await transport.run('wc -c', { stdin: 'y'.repeat(1_000_000) })).stdout.trim(), '1000000');
    transport.dispose();
  });

  it('gets by with fewer channels than usual', async () => {
    const port = await startSshd(lab, ['MaxSessions 2']);
    const known = await knownAs(`[${lab.address}]:${port}`);
    const transport = await connect(targetOf(lab, 'root', { port, knownHostsFiles: [known] }), noPrompts);
    const results = await Promise.all(Array.from({ length: 12 }, (_, n) => transport.run(`sleep 0.02; echo ${n}`)));
    assert.deepEqual(
      results.map(({ stdout }) => Number(stdout)),
      results.map((_, n) => n),
    );
    transport.dispose();
  });

  it('takes no refusal for a limit while channels are being closed, which the host counts for a moment longer', async () => {
    const port = await startSshd(lab, [`MaxSessions ${channelLimits.all}`]);
    const known = await knownAs(`[${lab.address}]:${port}`);
    const transport = await connect(targetOf(lab, 'root', { port, knownHostsFiles: [known] }), noPrompts);
    await Promise.all(Array.from({ length: 200 }, () => transport.run(':')));
    for (let n = 0; n < channelLimits.lasting; n++) await transport.start('cat');
    assert.equal((await transport.run('echo still')).stdout, 'still\n');
    transport.dispose();
  });

  it('says what is wrong where the host opens no channel at all', async () => {
    const port = await startSshd(lab, ['MaxSessions 0']);
    const known = await knownAs(`[${lab.address}]:${port}`);
    await assert.rejects(connect(targetOf(lab, 'root', { port, knownHostsFiles: [known] }), noPrompts), {
      reason: 'unsupported',
      message: /not run anything/,
    });
  });

  it('leaves nothing here or there, however often it is made', async function () {
    this.timeout(120_000);
    const before = sockets();
    for (let n = 0; n < 20; n++) {
      const transport = await connect(targetOf(lab, n % 2 === 0 ? 'root' : 'ops'), noPrompts);
      const process = await transport.start('cat');
      if (n % 3 === 0) process.dispose();
      transport.dispose();
    }
    await until('our sockets are gone', () => sockets() === before);
    await until('its sessions are gone', async () => (await sessions()) === 0);
    await until('nothing is left of what ran', async () => (await lab.run('pgrep -x cat; pgrep -x dd')).stdout === '');
  });

  it('that is cancelled while it is being made always settles, and leaves nothing', async function () {
    this.timeout(120_000);
    const before = sockets();
    for (let delay = 0; delay < 160; delay += 8) {
      const attempt = connect(targetOf(lab, 'ops'), noPrompts, AbortSignal.timeout(delay));
      const begun = Date.now();
      try {
        (await attempt).dispose();
      } catch (error) {
        assert.equal((error as NetnsError).reason, 'cancelled');
        assert.ok(Date.now() - begun < delay + 10_000, 'it waited for something');
      }
    }
    await assert.rejects(connect(targetOf(lab, 'ops'), noPrompts, AbortSignal.abort()), { reason: 'cancelled' });
    await until('our sockets are gone', () => sockets() === before);
    await until('its sessions are gone', async () => (await sessions()) === 0);
  });
});

/** Our open TCP connections. */
function sockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}

describe('a host that cannot be reached', () => {
  const target = (host: string, port: number): SshTarget => ({
    type: 'ssh',
    host,
    port,
    user: 'root',
    knownHostsFiles: ['/nonexistent/known_hosts'],
  });
  const quick = { ...usualTiming, connect: 500, handshake: 500 };
  let server: Server | undefined;
  const open: Socket[] = [];

  async function listen(onConnection: (socket: Socket) => void): Promise<number> {
    server = createServer((socket) => {
      open.push(socket);
      socket.resume();
      socket.on('error', () => undefined);
      onConnection(socket);
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }
  afterEach(() => {
    for (const socket of open.splice(0)) socket.destroy();
    server?.close();
  });

  const unreachable = (message: RegExp) => (error: NetnsError) => {
    assert.equal(error.reason, 'unreachable', String(error));
    assert.match(error.message, message);
    assert.ok(error.advice, 'it says what to do');
    return true;
  };

  it('has nobody listening', async () => {
    const port = await listen(() => undefined);
    await new Promise((resolve) => server?.close(resolve));
    await assert.rejects(connect(target('127.0.0.1', port), noPrompts), unreachable(/ECONNREFUSED/));
  });

  it('has a name that nobody knows', async () => {
    await assert.rejects(connect(target('nobody.invalid', 22), noPrompts), unreachable(/nobody\.invalid port 22/));
  });

  it('has a name that is none', async () => {
    for (const host of ['', '127.0.0.1 x', 'a,b', '*', 'user@host', 'a\nb']) {
      await assert.rejects(connect(target(host, 22), noPrompts), unreachable(/is not the name/));
    }
  });

  it('accepts and says nothing', async () => {
    const port = await listen(() => undefined);
    await assert.rejects(
      connectSsh(target('127.0.0.1', port), noPrompts, undefined, quick),
      unreachable(/handshake within/),
    );
    await until(
      'the connection is closed',
      () => open.length > 0 && open.every((socket) => socket.readableEnded || socket.destroyed),
    );
  });

  it('closes at once', async () => {
    const port = await listen((socket) => socket.destroy());
    await assert.rejects(connect(target('127.0.0.1', port), noPrompts), unreachable(/before the SSH handshake/));
  });

  it('resets at once', async () => {
    const port = await listen((socket) => socket.resetAndDestroy());
    await assert.rejects(connect(target('127.0.0.1', port), noPrompts), unreachable(/./));
  });

  it('speaks something else', async () => {
    const port = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await assert.rejects(connect(target('127.0.0.1', port), noPrompts), unreachable(/before the SSH handshake/));
  });

  it('greets and then says nothing', async () => {
    const port = await listen((socket) => socket.write('SSH-2.0-Silence\r\n'));
    await assert.rejects(
      connectSsh(target('127.0.0.1', port), noPrompts, undefined, quick),
      unreachable(/handshake within/),
    );
  });

  it('is given up at once when that is asked for', async () => {
    const port = await listen(() => undefined);
    const attempt = connect(target('127.0.0.1', port), noPrompts, AbortSignal.timeout(50));
    await assert.rejects(attempt, { reason: 'cancelled' });
  });
});
