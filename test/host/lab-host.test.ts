import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { kernelFeatures, probeKernel, startLabHost, type LabHost } from '../lab-host';
import { assertHostState, captureHostState } from '../lab-host/host-state';

const labCli = path.join(__dirname, '../lab-host/cli.ts');

describe('the lab host', () => {
  let lab: LabHost;
  before(async () => {
    lab = await startLabHost();
  });
  after(() => lab.stop());

  it('lets each user in over ssh, with the known host key', async () => {
    for (const user of ['root', 'ops', 'student']) {
      const { code, stdout, stderr } = await ssh(lab, user, 'whoami; hostname; pwd');
      assert.equal(code, 0, stderr);
      assert.deepEqual(stdout.trim().split('\n'), [user, 'lab1', `/run/home/${user}`]);
    }
  });

  it('has the fingerprint it says', async () => {
    const { stdout } = await run('ssh-keygen', ['-l', '-f', lab.knownHostsFile]);
    assert.ok(stdout.includes(` ${lab.hostKeyFingerprint} `), stdout);
  });

  it('gives ops sudo without a password, and student only with the right one', async () => {
    assert.equal((await ssh(lab, 'ops', 'sudo -n id -u')).stdout, '0\n');
    assert.notEqual((await ssh(lab, 'student', 'sudo -n id -u')).code, 0);
    assert.equal((await ssh(lab, 'student', 'sudo -S id -u', `${lab.users.password}\n`)).stdout, '0\n');
    assert.notEqual((await ssh(lab, 'student', 'sudo -k -S id -u', 'wrong\n')).code, 0);
  });

  it('reaches its internet, which answers ping and HTTP and sees the host by its uplink', async () => {
    for (const address of ['203.0.113.8', '8.8.8.8']) {
      assert.equal((await lab.run(`ping -c1 -W2 ${address}`)).code, 0);
      const { stdout } = await lab.run(`curl -s --max-time 5 http://${address}/`);
      assert.equal(stdout, `This is ${address}. You are 198.51.100.2.\n`);
    }
    assert.equal((await lab.runOutside('ping -c1 -W2 198.51.100.2')).code, 0);
  });

  it('needs NAT for a private address to be answered', async () => {
    const from = 'ping -c1 -W1 -I 10.9.0.1 203.0.113.8';
    assert.equal((await lab.run(`ip address add 10.9.0.1/32 dev lo && ${from}`)).code, 1);
    await lab.run('iptables -t nat -A POSTROUTING -s 10.9.0.1 -j MASQUERADE');
    assert.equal((await lab.run(from)).code, 0);
    await lab.run('nft delete table ip nat; ip address del 10.9.0.1/32 dev lo');
  });

  it('has no road to the machine', async () => {
    const routes = (await lab.run('ip -4 route show')).stdout;
    const onlyNeighbours = [
      /^default via 198\.51\.100\.1 dev eth0 $/,
      /dev mgmt0 proto kernel/,
      /dev eth0 proto kernel/,
    ];
    assert.deepEqual(
      routes
        .trimEnd()
        .split('\n')
        .filter((line) => !onlyNeighbours.some((pattern) => pattern.test(line))),
      [],
    );
    const outside = (await lab.runOutside('ip -4 route show')).stdout.trim();
    assert.equal(outside, '198.51.100.0/24 dev eth0 proto kernel scope link src 198.51.100.1');
    for (const address of machineAddresses()) {
      assert.notEqual((await lab.run(`ping -c1 -W1 ${address}`)).code, 0, `the host reaches ${address}`);
      assert.notEqual((await lab.runOutside(`ping -c1 -W1 ${address}`)).code, 0, `its internet reaches ${address}`);
    }
    const { cable } = footprint(lab);
    assert.equal(readFileSync(`/proc/sys/net/ipv4/conf/${cable}/forwarding`, 'utf8'), '0\n');
  });

  it('starts with forwarding off and lets it be switched on for itself only', async () => {
    const machine = readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8');
    assert.equal((await lab.run('sysctl -n net.ipv4.ip_forward')).stdout, '0\n');
    assert.equal((await lab.run('sysctl -w net.ipv4.ip_forward=1 && cat /proc/sys/net/ipv4/ip_forward')).code, 0);
    assert.equal(readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8'), machine);
    await lab.run('sysctl -w net.ipv4.ip_forward=0');
  });

  it('keeps its files and namespaces to itself', async () => {
    const mine = `inside-${process.pid}`; // A name that nothing else on this machine can have made.
    const files = [`/run/netns/${mine}`, `/etc/netns/${mine}`, `/tmp/${mine}`, `/run/${mine}`];
    const { code } = await lab.run(
      `ip netns add ${mine} && mkdir -p /etc/netns/${mine} && touch /tmp/${mine} /run/${mine}`,
    );
    assert.equal(code, 0);
    for (const file of files) {
      assert.equal((await lab.run(`test -e ${file}`)).code, 0, file);
      assert.equal(existsSync(file), false, file);
    }
    await lab.run(`ip netns del ${mine} && rm -r /etc/netns /tmp/${mine} /run/${mine}`);
  });

  it('stands beside another one', async () => {
    const other = await startLabHost({ name: 'lab2' });
    try {
      assert.notEqual(other.address, lab.address);
      assert.equal((await ssh(other, 'root', 'hostname')).stdout, 'lab2\n');
      assert.equal((await ssh(lab, 'root', 'hostname')).stdout, 'lab1\n');
    } finally {
      await other.stop();
    }
    assert.equal((await ssh(lab, 'root', 'hostname')).code, 0, 'stopping one leaves the other alone');
  });

  it('can lack a program, for every user, and keep the others', async () => {
    const bare = await startLabHost({ without: ['ip', 'nft'] });
    try {
      assert.equal((await ssh(bare, 'root', 'ip link')).code, 127);
      assert.equal((await ssh(bare, 'ops', 'sudo -n nft list ruleset')).code, 1);
      assert.equal((await ssh(bare, 'ops', 'sudo -n python3 -c "print(7)"')).stdout, '7\n');
    } finally {
      await bare.stop();
    }
  });

  it('gives users other login shells', async function () {
    const shell = ['/usr/bin/fish', '/usr/bin/tcsh'].find((file) => existsSync(file));
    if (shell === undefined) this.skip();
    const lab2 = await startLabHost({ shells: { ops: shell } });
    try {
      assert.match((await ssh(lab2, 'ops', 'getent passwd ops')).stdout, new RegExp(`:${shell}\n$`));
    } finally {
      await lab2.stop();
    }
  });

  it('says why when it cannot start, and leaves nothing', async () => {
    await assert.rejects(startLabHost({ shells: { ops: '/no/such/shell' } }), /\/no\/such\/shell/);
    const own = `-${process.pid}-`;
    const left = readdirSync(os.tmpdir()).filter((name) => name.startsWith('netns-lab-') && name.includes(own));
    assert.deepEqual(left, [path.basename(lab.directory)]);
  });
});

describe('the end of a lab host', () => {
  it('leaves the machine as it was after stop, which may be called twice', async () => {
    const links = otherLinks();
    const lab = await startLabHost();
    await lab.run('ip netns add mars; (ip netns exec mars sleep 1000; sleep 1000) >/dev/null 2>&1 &');
    const traces = footprint(lab);
    await lab.stop();
    assert.deepEqual(remaining(traces), []);
    assert.deepEqual(otherLinks(), links);
    await lab.stop();
  });

  for (const signal of ['SIGKILL', 'SIGINT', 'SIGTERM'] as const) {
    it(`leaves the machine as it was after ${signal}`, async () => {
      const owner = spawn(process.execPath, ['--import', 'tsx', labCli, 'doomed'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = new Promise((resolve) => owner.once('exit', resolve));
      const output = await new Promise<string>((resolve, reject) => {
        let text = '';
        owner.stdout.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
          if (text.includes('Ctrl-C ends it.')) resolve(text);
        });
        owner.once('exit', () => reject(new Error(`The lab host did not start: ${text}`)));
      });
      const [, identity, address] = /-i (\S+) .* root@(\S+)$/m.exec(output) ?? [];
      const traces = footprint({ directory: path.dirname(identity!), address: address! });
      owner.kill(signal);
      await exited;
      await eventually(() => assert.deepEqual(remaining(traces), []));
    });
  }

  it('comes with the end of its guardian, too, and the next start sweeps what that left', async () => {
    const owner = await ownerThatLosesItsGuardian();
    assert.equal(existsSync(owner.directory), true);
    await eventually(() => assert.deepEqual(remaining({ ...owner, directory: '' }), []));
    await (await startLabHost()).stop();
    assert.deepEqual(remaining(owner), []);
  });

  it('sweeps the directories of dead owners and no others', async () => {
    const namespace = readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
    const dead = path.join(os.tmpdir(), `netns-lab-${namespace}-4194304-1-abcdef`);
    const reused = path.join(os.tmpdir(), `netns-lab-${namespace}-${process.pid}-1-abcdef`);
    const foreign = path.join(os.tmpdir(), `netns-lab-1-4194304-1-abcdef`);
    for (const directory of [dead, reused, foreign]) await mkdir(directory);
    try {
      const first = await startLabHost();
      const second = await startLabHost();
      assert.deepEqual(
        [dead, reused, foreign, first.directory].map((directory) => existsSync(directory)),
        [false, false, true, true],
      );
      await Promise.all([first.stop(), second.stop()]);
    } finally {
      for (const directory of [dead, reused, foreign]) await rm(directory, { recursive: true, force: true });
    }
  });
});

describe('the picture of a host', () => {
  let lab: LabHost;
  before(async () => {
    lab = await startLabHost();
  });
  after(() => lab.stop());

  it('is the same twice', async () => {
    await assertHostState(lab, await captureHostState(lab));
  });

  const changes: readonly (readonly [what: string, change: string, undo: string])[] = [
    ['a namespace', 'ip netns add x', 'ip netns del x'],
    ['a bridge', 'ip link add br9 type bridge', 'ip link del br9'],
    ['an address', 'ip addr add 10.1.1.1/24 dev eth0', 'ip addr del 10.1.1.1/24 dev eth0'],
    ['a link that is down', 'ip link set mgmt0 mtu 1400', 'ip link set mgmt0 mtu 1500'],
    ['a route', 'ip route add 10.2.0.0/16 dev eth0', 'ip route del 10.2.0.0/16 dev eth0'],
    ['a rule', 'ip rule add from 10.3.0.1 table 7', 'ip rule del from 10.3.0.1 table 7'],
    ['a sysctl', 'sysctl -w net.ipv4.ip_forward=1', 'sysctl -w net.ipv4.ip_forward=0'],
    ['an nft table', 'nft add table ip mine', 'nft delete table ip mine'],
    ['a file in /etc/netns', 'mkdir -p /etc/netns/x', 'rm -r /etc/netns'],
    ['a manifest', 'mkdir /run/netns-topology; echo {} >/run/netns-topology/x', 'rm -r /run/netns-topology'],
    ['a process', 'sleep 1234 >/dev/null 2>&1 &', 'kill $(pgrep -f "sleep 123[4]")'],
  ];
  for (const [what, change, undo] of changes) {
    it(`shows ${what}`, async () => {
      const before = await captureHostState(lab);
      await lab.run(change);
      assert.notEqual(await captureHostState(lab), before);
      await lab.run(undo);
      await assertHostState(lab, before);
    });
  }

  it('shows what is inside a namespace', async () => {
    await lab.run('ip netns add x');
    const before = await captureHostState(lab);
    await lab.run('ip netns exec x sysctl -w net.ipv4.ip_forward=1');
    await assert.rejects(assertHostState(lab, before), /\+ sysctls in x: net\.ipv4\.ip_forward = 1/);
    await lab.run('ip netns exec x sysctl -w net.ipv4.ip_forward=0');
    await assertHostState(lab, before);
    await lab.run('ip netns del x');
  });
});

describe('the kernel probe', () => {
  it('answers for every feature, and says yes to what works', async () => {
    const support = await probeKernel();
    assert.deepEqual(Object.keys(support).sort(), [...kernelFeatures].sort());
    const { code } = await run('unshare', ['--net', 'ip', 'link', 'add', 'd0', 'type', 'dummy']);
    assert.equal(support.dummy, code === 0);
  });
});

interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(file: string, argv: readonly string[], input = ''): Promise<Output> {
  return new Promise((resolve) => {
    const child = execFile(file, argv, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

function ssh(lab: LabHost, user: string, command: string, input?: string): Promise<Output> {
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    `UserKnownHostsFile=${lab.knownHostsFile}`,
    'ConnectTimeout=5',
  ];
  const argv = ['-F', '/dev/null', '-i', lab.identityFile, ...options.flatMap((option) => ['-o', option])];
  return run('ssh', [...argv, `${user}@${lab.address}`, command], input);
}

function machineAddresses(): string[] {
  return Object.values(os.networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => address.family === 'IPv4' && !address.internal && !/^198\.1[89]\./.test(address.address))
    .map((address) => address.address);
}

/** What one lab host is on this machine. Other lab hosts may come and go meanwhile, so listings cannot be compared. */
interface Footprint {
  readonly directory: string;
  /** Our end of its cable. */
  readonly cable: string;
  /** Its guardian first; as `PID START-TIME`. */
  readonly processes: readonly string[];
}

function footprint({ directory, address }: Pick<LabHost, 'directory' | 'address'>): Footprint {
  const ownAddress = address.replace(/\d+$/, (last) => String(Number(last) - 1));
  const cable = Object.entries(os.networkInterfaces()).find(([, list]) => list?.some((a) => a.address === ownAddress));
  const all = listProcesses();
  const family = all.filter(({ environment }) => environment.includes(`LAB_DIR=${directory}`)).slice(0, 1);
  for (const member of family) family.push(...all.filter(({ parent }) => parent === member.pid));
  assert.ok(cable !== undefined && existsSync(directory));
  // The guardian, two `unshare`, the first process of each, sshd.
  assert.ok(family.length >= 6, `${family.length} processes`);
  return { directory, cable: cable[0], processes: family.map(({ pid, started }) => `${pid} ${started}`) };
}

function remaining({ directory, cable, processes }: Footprint): string[] {
  const alive = new Set(listProcesses().map(({ pid, started }) => `${pid} ${started}`));
  const files = directory !== '' && existsSync(directory) ? [directory] : [];
  const links = readdirSync('/sys/class/net').filter((name) => name === cable);
  return [...files, ...links, ...processes.filter((process) => alive.has(process))];
}

function otherLinks(): string[] {
  return readdirSync('/sys/class/net').filter((name) => !name.startsWith('nlab'));
}

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly started: string;
  readonly environment: readonly string[];
}

/** Every process that is not a zombie, oldest first where process ids did not wrap around. */
function listProcesses(): ProcessEntry[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z') return [];
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      return [{ pid: Number(pid), parent: Number(parent), started: rest[17]!, environment }];
    } catch {
      return []; // It ended while we looked.
    }
  });
}

/** A lab host of another process, of which both the guardian and the owner are killed. */
async function ownerThatLosesItsGuardian(): Promise<Footprint> {
  const script = `void require('./test/lab-host').startLabHost().then((lab) => {
    console.log(JSON.stringify({ directory: lab.directory, address: lab.address }));
    setInterval(() => undefined, 1000);
  });`;
  const owner = spawn(process.execPath, ['--import', 'tsx', '--eval', script], {
    cwd: path.join(__dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => owner.once('exit', resolve));
  const line = await new Promise<string>((resolve) => owner.stdout.setEncoding('utf8').once('data', resolve));
  const traces = footprint(JSON.parse(line) as LabHost);
  process.kill(Number(traces.processes[0]!.split(' ')[0]), 'SIGKILL');
  owner.kill('SIGKILL');
  await exited;
  return traces;
}

/** Waits until `assertion` holds; after forty seconds its error is the test's. */
async function eventually(assertion: () => void): Promise<void> {
  const deadline = Date.now() + 40_000;
  for (;;) {
    try {
      assertion();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
