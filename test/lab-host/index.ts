import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { directoryPrefix, sweepLeftovers } from './leftovers';

export { kernelFeatures, probeKernel, type KernelFeature, type KernelSupport } from './kernel';

const scripts = __dirname;
const projectFolder = path.resolve(scripts, '../..');
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const startLimit = 20_000;

export interface LabHostOptions {
  /** The host name, default `lab1`. Several hosts may have the same. */
  readonly name?: string;
  /** Programs that the host shall lack, for instance `['ip']`. */
  readonly without?: readonly string[];
  /** Login shells other than bash, as full paths that exist on this machine. */
  readonly shells?: Readonly<Partial<Record<LabUser, string>>>;
}

export type LabUser = 'root' | 'ops' | 'student';

export interface LabRunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Linux host of its own on this machine: see guardian.sh for its wiring. */
export interface LabHost {
  /** The host's address on its `mgmt0`, reachable from this machine only. */
  readonly address: string;
  readonly port: number;
  readonly name: string;
  /** A private key that all three users accept. */
  readonly identityFile: string;
  /** Holds the host's ed25519 key; the host has an ECDSA key besides, which is in no file. */
  readonly knownHostsFile: string;
  /** `SHA256:…` of the host's ed25519 key. */
  readonly hostKeyFingerprint: string;
  readonly users: {
    readonly root: 'root';
    /** May use sudo without a password. */
    readonly sudoNoPassword: 'ops';
    /** Must give `password` to sudo. */
    readonly sudoWithPassword: 'student';
    readonly password: string;
  };
  /** A directory for the test's own files, removed with the host. The host does not see it. */
  readonly directory: string;
  /** Runs shell text as root on the host, without SSH. */
  run(shellText: string): Promise<LabRunResult>;
  /** Runs shell text in the internet namespace (198.51.100.1, 203.0.113.8, 8.8.8.8). */
  runOutside(shellText: string): Promise<LabRunResult>;
  /** Takes the host down: no process, interface or file is left when it returns. Twice is harmless. */
  stop(): Promise<void>;
}

/**
 * Starts an isolated Linux host on this machine: its own network, processes, users, /run, /etc and /tmp, an sshd, an uplink
 * to an "internet", forwarding off. It ends with `stop()` and with this process, however that ends.
 *
 * @throws Error when not run as root, a program is missing, or the kernel refuses; with the scripts' own words.
 */
export async function startLabHost(options: LabHostOptions = {}): Promise<LabHost> {
  if (process.getuid?.() !== 0) {
    throw new Error('A lab host makes network namespaces and needs root: run this as root or with sudo.');
  }
  await sweepLeftovers();
  const directory = await mkdtemp(directoryPrefix());
  const name = options.name ?? 'lab1';
  let guardian: ChildProcess | undefined;
  try {
    const keys = await makeKeys(directory);
    const password = 'correct horse battery staple';
    await writeFile(path.join(directory, 'host/student.password'), `${password}\n`, { mode: 0o600 });
    guardian = startGuardian(directory, name, options);
    const { address, hostInit, internetInit } = await untilReady(guardian);
    const port = 22;
    await untilSshAnswers(address, port);
    const knownHostsFile = path.join(directory, 'known_hosts');
    await writeFile(knownHostsFile, `${address} ${keys.hostPublicKey}\n`);
    const running = guardian;
    return {
      address,
      port,
      name,
      identityFile: keys.identityFile,
      knownHostsFile,
      hostKeyFingerprint: keys.hostKeyFingerprint,
      users: { root: 'root', sudoNoPassword: 'ops', sudoWithPassword: 'student', password },
      directory,
      run: (shellText) => runInside(hostInit, shellText),
      runOutside: (shellText) => runInside(internetInit, shellText),
      stop: () => stopGuardian(running, directory),
    };
  } catch (error) {
    if (guardian !== undefined) await stopGuardian(guardian, directory);
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

interface LabKeys {
  readonly identityFile: string;
  readonly hostPublicKey: string;
  readonly hostKeyFingerprint: string;
}

async function makeKeys(directory: string): Promise<LabKeys> {
  await mkdir(path.join(directory, 'run'));
  await mkdir(path.join(directory, 'host'), { mode: 0o755 });
  const identityFile = path.join(directory, 'id_ed25519');
  const hostKey = path.join(directory, 'host/host_ed25519');
  await Promise.all([
    generateKey(identityFile, 'ed25519'),
    generateKey(hostKey, 'ed25519'),
    generateKey(path.join(directory, 'host/host_ecdsa'), 'ecdsa'),
  ]);
  await writeFile(path.join(directory, 'host/authorized_keys'), await readFile(`${identityFile}.pub`));
  const hostPublicKey = (await readFile(`${hostKey}.pub`, 'utf8')).trim();
  const { stdout } = await promisify(execFile)('ssh-keygen', ['-l', '-E', 'sha256', '-f', `${hostKey}.pub`]);
  const fingerprint = /SHA256:\S+/.exec(stdout);
  if (fingerprint === null) throw new Error(`ssh-keygen printed no fingerprint: ${stdout}`);
  return { identityFile, hostPublicKey, hostKeyFingerprint: fingerprint[0] };
}

async function generateKey(file: string, type: 'ed25519' | 'ecdsa'): Promise<void> {
  await promisify(execFile)('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'lab', '-f', file]);
}

/** The guardian in a session of its own, so that Ctrl-C in our terminal reaches it only through the end of its input. */
function startGuardian(directory: string, name: string, options: LabHostOptions): ChildProcess {
  const shells = Object.entries(options.shells ?? {}).map(([user, shell]) => `${user}=${shell}`);
  return spawn('bash', [path.join(scripts, 'guardian.sh')], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: systemPath,
      LANG: 'C.UTF-8',
      LAB_DIR: directory,
      LAB_SCRIPTS: scripts,
      LAB_NAME: name,
      LAB_WITHOUT: (options.without ?? []).join(' '),
      LAB_SHELLS: shells.join(' '),
      LAB_KEEP: projectFolder,
    },
  });
}

interface ReadyLine {
  readonly address: string;
  readonly hostInit: number;
  readonly internetInit: number;
}

function untilReady(guardian: ChildProcess): Promise<ReadyLine> {
  return new Promise((resolve, reject) => {
    let output = '';
    let complaints = '';
    const limit = setTimeout(() => {
      reject(new Error(`The lab host did not come up in ${startLimit / 1000} s. ${complaints}`));
    }, startLimit);
    guardian.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const match = /^ready (\S+) (\d+) (\d+)$/m.exec(output);
      if (match === null) return;
      clearTimeout(limit);
      letUsEndFirst(guardian);
      resolve({ address: match[1]!, hostInit: Number(match[2]), internetInit: Number(match[3]) });
    });
    guardian.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    guardian.once('error', reject);
    guardian.once('close', (code) => {
      clearTimeout(limit);
      reject(new Error(`The lab host did not come up (exit code ${String(code)}):\n${complaints.trim()}`));
    });
  });
}

/** A forgotten host must not keep this process alive: when nothing else is left to do it ends, and the host with it. */
function letUsEndFirst(guardian: ChildProcess): void {
  guardian.unref();
  for (const stream of guardian.stdio) (stream as net.Socket | null)?.unref();
}

async function stopGuardian(guardian: ChildProcess, directory: string): Promise<void> {
  if (guardian.exitCode !== null || guardian.signalCode !== null) return;
  const ended = new Promise((resolve) => guardian.once('exit', resolve));
  guardian.ref();
  guardian.stdin?.end();
  await ended;
  await rm(directory, { recursive: true, force: true });
}

/** Waits until the host's sshd greets: that it listens and the cable carries. */
async function untilSshAnswers(address: string, port: number): Promise<void> {
  const deadline = Date.now() + startLimit;
  for (;;) {
    if (await greets(address, port)) return;
    if (Date.now() > deadline) throw new Error(`The lab host's sshd at ${address}:${port} does not answer.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function greets(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: address, port, timeout: 1000 });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (data) => settle(data.toString('latin1').startsWith('SSH-2.0-')));
    socket.once('error', () => settle(false));
    socket.once('end', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}

/** Runs shell text in all namespaces of a process, with an environment of its own. */
function runInside(init: number, shellText: string): Promise<LabRunResult> {
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid'];
  const environment = [`PATH=${systemPath}`, 'HOME=/run/home/root', 'USER=root', 'LANG=C.UTF-8', 'TERM=dumb'];
  const argv = ['--target', String(init), ...namespaces, 'env', '-i', ...environment, 'sh', '-c', shellText];
  return new Promise((resolve, reject) => {
    const child = spawn('nsenter', argv, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code: code ?? -1, stdout, stderr });
    });
  });
}
