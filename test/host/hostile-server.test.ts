import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Socket } from 'node:net';
import type { AuthContext, ServerChannel } from 'ssh2';
import { describeError, NetnsError } from '../../src/base/errors';
import { Secret } from '../../src/base/secret';
import { connectSsh } from '../../src/transport/connect';
import { usualTiming } from '../../src/transport/ssh-login';
import type { ConnectPrompts } from '../../src/transport/transport';
import { assertDocumentTable } from '../fixtures/document-table';
import {
  pour,
  startHostileServer,
  startSshServer,
  type HostileServer,
  type SshManners,
} from '../fixtures/hostile-server';
import { makeKeyPair, until } from '../fixtures/ssh';

/** As the usual limits, but nobody wants to wait here. */
const timing = { ...usualTiming, connect: 1000, handshake: 1500, login: 1500 };

/** More than this must not be held of what a server says, in bytes. */
const memoryLimit = 64 * 1024 * 1024;

const greeting = Buffer.from('SSH-2.0-Hostile\r\n');

/** A packet as it travels before there are keys (RFC 4253, section 6). */
function packet(payload: Buffer): Buffer {
  const padding = 8 - ((payload.length + 5) % 8) + 8;
  const head = Buffer.alloc(5);
  head.writeUInt32BE(payload.length + padding + 1, 0);
  head.writeUInt8(padding, 4);
  return Buffer.concat([head, payload, Buffer.alloc(padding)]);
}

/** SSH_MSG_KEXINIT whose first list claims to be longer than the packet. */
const falseKexInit = packet(
  Buffer.concat([Buffer.from([20]), randomBytes(16), Buffer.from([0x7f, 0xff, 0xff, 0xff]), Buffer.alloc(20)]),
);

const afterGreeting = (bytes: Buffer) => (socket: Socket) => {
  socket.write(greeting);
  socket.write(bytes);
};

/** Before anybody is logged in: what it does, and which reason we give. */
const strangers: readonly (readonly [string, (socket: Socket) => void, RegExp])[] = [
  ['says nothing', () => undefined, /did not complete the SSH handshake within/],
  ['greets and says no more', afterGreeting(Buffer.alloc(0)), /did not complete the SSH handshake within/],
  [
    'sends lines before its greeting, without end',
    (socket) => pour(socket, Buffer.from('hello\r\n'.repeat(5000))),
    /handshake/,
  ],
  ['sends one line without end', (socket) => pour(socket, Buffer.alloc(32_768, 'x')), /handshake/],
  ['sends a greeting of one byte each 50 ms', drip, /did not complete the SSH handshake within/],
  [
    'sends noise after its greeting',
    (socket) => {
      socket.write(greeting);
      pour(socket, randomBytes(32_768));
    },
    /./,
  ],
  ['sends a packet of 4 GiB', afterGreeting(Buffer.alloc(64, 0xff)), /./],
  ['sends a packet of no length', afterGreeting(Buffer.alloc(64, 0)), /./],
  ['sends lists longer than their packet', afterGreeting(falseKexInit), /./],
  ['speaks HTTP', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), /handshake/],
];

function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write('x'), 50);
  socket.on('close', () => clearInterval(timer));
}

const pouring = (stream: 'stdout' | 'stderr') => (accept: () => ServerChannel) => {
  const channel = accept();
  pour(stream === 'stdout' ? channel : channel.stderr, Buffer.alloc(16_384, 'y'));
};

const password = 'a password that is remembered';

/** It is who it should be, and then: what it does, and which reason we give. */
const acquaintances: readonly (readonly [string, SshManners, RegExp])[] = [
  ['sends a banner of 200 kB', { banner: 'x'.repeat(200_000) }, /Bad packet length/],
  ['never answers a login', { authenticate: () => undefined }, /did not answer our login within/],
  [
    'wants one login after the other',
    { authenticate: (context) => context.reject(['password'], true) },
    /logins in a row/,
  ],
  ['asks one question after the other', { authenticate: askForEver }, /asked more than 20 questions/],
  [
    'asks a thousand questions at once',
    { authenticate: (context) => ask(context, 1000) },
    /asked more than 20 questions/,
  ],
  ['opens no channel', { onSession: () => undefined }, /ran nothing within/],
  ['does not begin what it is asked to run', { onExec: () => undefined }, /ran nothing within/],
  ['runs it and says nothing', { onExec: (accept) => void accept() }, /ran nothing within/],
  ['says something without end', { onExec: pouring('stdout') }, /ran nothing within|said more than/],
  ['complains without end', { onExec: pouring('stderr') }, /ran nothing within|said more than/],
  ['ends at once without an exit code', { onExec: (accept) => accept().end() }, /./],
];

function ask(context: AuthContext, count: number): void {
  if (context.method !== 'keyboard-interactive') {
    context.reject(['keyboard-interactive']);
    return;
  }
  const again = (): void =>
    context.prompt(
      Array.from({ length: count }, () => ({ prompt: 'Code: ', echo: true })),
      again,
    );
  again();
}

function askForEver(context: AuthContext): void {
  ask(context, 1);
}

describe('a hostile server', function () {
  this.timeout(120_000);
  let directory: string;
  let hostKey: string;
  let publicLine: string;
  let server: HostileServer | undefined;
  const told: string[][] = [];

  /** Answers all there is to answer, at once: nothing is held up by a person. */
  const prompts: ConnectPrompts = {
    acceptHostKey: () => Promise.resolve(false),
    askSecret: () => Promise.resolve(new Secret(password)),
    answerChallenge: ({ prompts: asked }) => Promise.resolve(asked.map(() => new Secret('123456'))),
  };

  before(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'netns-hostile-'));
    ({ file: hostKey, publicLine } = await makeKeyPair(path.join(directory, 'host_key')));
  });
  after(() => rm(directory, { recursive: true }));
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  /** Connects in vain, and sees that it costs neither time nor memory and leaves nothing open. */
  async function inVain(title: string, { port }: HostileServer, words: RegExp): Promise<void> {
    const knownHosts = path.join(directory, `known_hosts.${port}`);
    await writeFile(knownHosts, `[127.0.0.1]:${port} ${publicLine}\n`);
    const target = { type: 'ssh', host: '127.0.0.1', port, user: 'root', knownHostsFiles: [knownHosts] } as const;
    const held = (): number => process.memoryUsage().rss;
    const [begun, heldBefore] = [Date.now(), held()];
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, held() - heldBefore)), 20);
    const error: unknown = await connectSsh(target, prompts, undefined, timing).then(
      (transport) => {
        transport.dispose();
        return 'connected';
      },
      (one: unknown) => one,
    );
    clearInterval(watch);
    assert.ok(error instanceof NetnsError, String(error));
    assert.match(error.message, words);
    assert.notEqual(error.reason, 'internal');
    assert.ok(error.advice !== undefined, describeError(error));
    assert.ok(!describeError(error).includes(password));
    // The limits that are left out of this are those of our own patience, above.
    assert.ok(Date.now() - begun < 10_000, `${Date.now() - begun} ms`);
    assert.ok(most < memoryLimit, `${(most / 1024 / 1024).toFixed(0)} MiB more`);
    const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    await server?.stop();
    server = undefined;
    await until('no connection is left', () => sockets() === 0);
    const where = `127.0.0.1:${port}`;
    told.push([
      title,
      error.message.replaceAll(`root@${where}`, 'root@HOST').replaceAll(where, 'HOST').replaceAll('1.5 s', 'N s'),
    ]);
  }

  for (const [title, behave, words] of strangers) {
    it(title, async () => {
      server = await startHostileServer(behave);
      await inVain(title, server, words);
    });
  }
  for (const [title, manners, words] of acquaintances) {
    it(title, async () => {
      server = await startSshServer(hostKey, manners);
      await inVain(title, server, words);
    });
  }

  it('is told of in the documents as it was seen here', () => {
    assert.equal(told.length, strangers.length + acquaintances.length);
    assertDocumentTable('connections.md', 'hostile servers', [
      ['the server', 'what we say, within the limit'],
      ...told,
    ]);
  });
});
