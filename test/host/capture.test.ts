import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { NetnsError } from '../../src/base/errors';
import { writePcapng } from '../../src/capture/pcapng-writer';
import { captureSources } from '../../src/lab/capture/sources';
import { decodePacket } from '../../src/lab/capture/packet-details';
import { observe } from '../../src/lab/observe';
import type { Transport } from '../../src/transport/transport';
import { startLabHost, type LabHost } from '../lab-host';
import { subject } from './actions-on-a-host';
import { earth, mars, planetsScript, rowsOf, startSession, untilNothingIsLeft } from './capture-lab';
import { until } from '../fixtures/ssh';
import { connectTo } from './observed-lab';
import { useLabHost } from './use-lab-host';

const exec = promisify(execFile);

describe('a capture', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;
  useLabHost((started) => ({ lab, transport } = started));
  before(async () => {
    const { code, stderr } = await lab.run(planetsScript);
    assert.equal(code, 0, stderr);
  });

  const ping = (from: string, to: string, count = 3): Promise<unknown> =>
    lab.run(`ip netns exec ${from} ping -c ${count} -i 0.05 ${to}`);

  it('of several namespaces has their packets in the order of their times, each with its namespace and interface', async () => {
    const session = await startSession(transport, [earth, mars], { filter: 'icmp' });
    await ping('earth', '10.9.0.11');
    await until('all packets came', () => session.ring.total >= 12);
    session.dispose();
    const rows = rowsOf(session);
    const first = rows
      .slice(0, 4)
      .map(({ where, direction, from, to, text }) => [where, direction, from, to, text.slice(0, 12)]);
    assert.deepEqual(first, [
      ['earth:eth0', 'out', '10.9.0.10', '10.9.0.11', 'Echo request'],
      ['mars:eth0', 'in', '10.9.0.10', '10.9.0.11', 'Echo request'],
      ['mars:eth0', 'out', '10.9.0.11', '10.9.0.10', 'Echo reply i'],
      ['earth:eth0', 'in', '10.9.0.11', '10.9.0.10', 'Echo reply i'],
    ]);
    assert.deepEqual(
      rows.map(({ time }) => time),
      rows.map(({ time }) => time).sort((a, b) => a - b),
    );
    await untilNothingIsLeft(lab);
  });

  it('of a cable sees both its ends, of a bridge what passes it, of an interface its own', async () => {
    const cable = subject('cable', 'eth0', { namespace: 'earth', peer: { name: 'earth-br' } });
    const bridge = subject('bridge', 'br0');
    const end = subject('interface', 'eth0', { namespace: 'mars' });
    const session = await startSession(transport, [cable, bridge, end], { filter: 'icmp' });
    await ping('earth', '10.9.0.11', 1);
    await until('all packets came', () => session.ring.total >= 8);
    session.dispose();
    const seen = rowsOf(session).map(({ where }) => where);
    assert.deepEqual([...new Set(seen)].sort(), ['br0', 'earth-br', 'earth:eth0', 'mars:eth0']);
  });

  it('of the host never has the connection that carries it, and says so', async () => {
    const session = await startSession(transport, [subject('host', 'lab1')]);
    const filter = session.plans[0]?.source.filter ?? '';
    assert.match(filter, /^not \(host \S+ and tcp port 22\)$/);
    await lab.run('ping -c 3 -i 0.05 10.9.0.10');
    await until('packets came', () => session.ring.total >= 6);
    const client = /host (\S+)/.exec(filter)?.[1] ?? '?';
    await transport.run('seq 1000');
    session.dispose();
    assert.deepEqual(
      rowsOf(session).filter(({ from, to }) => `${from} ${to}`.includes(`${client}:`)),
      [],
    );
    const { snapshot } = { snapshot: await observe(transport) };
    assert.equal(captureSources([earth], snapshot, 'icmp')[0]?.source.filter, 'icmp');
    assert.equal(
      captureSources([subject('host', 'lab1')], snapshot, 'icmp or arp')[0]?.source.filter,
      `(icmp or arp) and ${filter}`,
    );
  });

  it('is not begun with a filter that tcpdump does not take; its words are told', async () => {
    for (const filter of ['tcp prt 80', 'icmp) or (arp', '-w /run/pwned', '$(touch /run/pwned)']) {
      await assert.rejects(startSession(transport, [earth], { filter }), (error) => {
        assert.ok(error instanceof NetnsError && error.reason === 'commandFailed');
        assert.match(error.message, /does not take this filter/);
        assert.match(error.hostSaid ?? '', /syntax|unknown|illegal|can't parse/i);
        return true;
      });
    }
    assert.notEqual((await lab.run('ls /run/pwned')).code, 0);
    await untilNothingIsLeft(lab);
  });

  it('ends by its limits', async () => {
    const byPackets = await startSession(transport, [earth], { stopAfterPackets: 5 });
    await ping('earth', '10.9.0.11', 5);
    await until('it ends', () => byPackets.phase === 'ended');
    assert.equal(byPackets.ring.total, 5);
    assert.deepEqual(byPackets.notes, ['Stopped after 5 packets.']);
    const byTime = await startSession(transport, [earth], { stopAfterSeconds: 1 });
    await until('it ends', () => byTime.phase === 'ended');
    assert.deepEqual(byTime.notes, ['Stopped after 1 s.']);
    await untilNothingIsLeft(lab);
  });

  it('of a namespace that is deleted ends, and does not keep the namespace alive', async () => {
    await lab.run('ip netns add gone && ip -n gone link set lo up');
    const session = await startSession(transport, [earth, subject('namespace', 'gone')]);
    await lab.run('ip netns del gone');
    await until('it is said', () => session.notes.length > 0);
    assert.deepEqual(session.notes, ['gone:all interfaces is not captured any more: The namespace was deleted.']);
    assert.equal(session.phase, 'running');
    session.dispose();
    await untilNothingIsLeft(lab);
  });

  it('is saved as pcapng that Wireshark’s tools read, with interface names and comments', async () => {
    const session = await startSession(transport, [earth, mars, subject('bridge', 'br0')], { filter: 'icmp or arp' });
    await ping('earth', '10.9.0.11');
    await until('all packets came', () => session.ring.total >= 18);
    session.dispose();
    const file = path.join(lab.directory, 'saved.pcapng');
    const facts = {
      comment: 'Capture of earth, mars on lab1',
      system: 'Linux',
      filter: 'icmp or arp',
      whereOf: session.whereOf,
      describe: (where: string) => `${where} on lab1 — live`,
    };
    await writeFile(file, Buffer.concat(writePcapng(session.ring.all(), facts)));
    const { stdout } = await exec('capinfos', [file]);
    assert.match(stdout, new RegExp(`Number of packets:\\s+${session.ring.total}$`, 'm'));
    assert.match(stdout, /Strict time order:\s+True/);
    assert.match(stdout, /Capture comment:\s+Capture of earth, mars on lab1/);
    assert.match(stdout, /Name = earth:eth0\s+Description = earth:eth0 on lab1 — live/);
    assert.match(stdout, /Capture filter = icmp or arp|Filter string = icmp or arp/);
    const fields = ['-T', 'fields', '-e', 'frame.interface_name', '-e', 'icmp.type', '-Y', 'icmp'];
    const read = (await exec('tshark', ['-n', '-r', file, ...fields])).stdout.trim().split('\n');
    const icmp = rowsOf(session).filter(({ protocol }) => protocol === 'ICMP');
    assert.deepEqual(
      read,
      icmp.map(({ where, text }) => `${where}\t${text.startsWith('Echo request') ? 8 : 0}`),
    );
  });

  it('has each packet decoded on the host', async () => {
    const session = await startSession(transport, [earth], { filter: 'icmp' });
    await ping('earth', '10.9.0.11', 1);
    await until('packets came', () => session.ring.total >= 1);
    session.dispose();
    const packet = session.ring.get(1);
    assert.ok(packet);
    const { decoder, lines } = await decodePacket(transport, packet);
    assert.equal(decoder, 'tshark');
    assert.match(lines.join('\n'), /Internet Control Message Protocol[^]*Type: 8/);
  });
});

describe('a capture on a host that has less', function () {
  this.timeout(120_000);

  async function on(
    without: readonly string[],
    work: (lab: LabHost, transport: Transport) => Promise<void>,
  ): Promise<void> {
    const lab = await startLabHost({ without });
    try {
      await lab.run(planetsScript);
      const transport = await connectTo(lab);
      await work(lab, transport).finally(() => transport.dispose());
    } finally {
      await lab.stop();
    }
  }

  it('without tcpdump is refused with what to install', () =>
    on(['tcpdump'], async (_lab, transport) => {
      await assert.rejects(startSession(transport, [earth]), (error) => {
        assert.ok(error instanceof NetnsError && error.reason === 'missingTool');
        assert.match(error.advice ?? '', /^Install it there, as root: apt install tcpdump$/);
        return true;
      });
    }));

  it('without python3 takes a channel for each place, and says how far they went', () =>
    on(['python3', 'tshark'], async (lab, transport) => {
      await lab.run('for i in 1 2 3 4 5 6; do ip netns add more$i; done');
      const more = [1, 2, 3, 4, 5, 6].map((i) => subject('namespace', `more${i}`));
      const session = await startSession(transport, [earth, mars, ...more], { filter: 'icmp' });
      await lab.run('ip netns exec earth ping -c 2 -i 0.05 10.9.0.11');
      await until('all packets came', () => session.ring.total >= 8);
      assert.match(session.notes.join(), /^Only 6 of 8 places are captured: without python3/);
      const packet = session.ring.get(1);
      assert.ok(packet);
      const { decoder, lines } = await decodePacket(transport, packet);
      assert.equal(decoder, 'tcpdump');
      assert.match(lines.join('\n'), /ICMP echo request/);
      await lab.run('ip netns del more1');
      session.dispose();
      await untilNothingIsLeft(lab);
    }));
});
