import assert from 'node:assert/strict';
import { Measurement } from '../../src/lab/measure/measurement';
import { planPaths, swapped, type MeasureRequest } from '../../src/lab/measure/paths';
import { observe } from '../../src/lab/observe';
import { NetnsError } from '../../src/base/errors';
import type { Transport } from '../../src/transport/transport';
import { until } from '../fixtures/ssh';
import { startTcpProxy } from '../fixtures/tcp-proxy';
import type { LabHost } from '../lab-host';
import { subject } from './actions-on-a-host';
import { planetsScript } from './capture-lab';
import { connectThrough, connectTo } from './observed-lab';
import { useLabHost } from './use-lab-host';

/** `far` is behind `mars`, which is its router. */
const network = `${planetsScript}
ip netns add far && ip -n far link set lo up
ip link add m-far netns mars up type veth peer name eth0 netns far
ip -n mars addr add 10.9.1.1/24 dev m-far && ip -n far addr add 10.9.1.2/24 dev eth0 && ip -n far link set eth0 up
ip netns exec mars sysctl -qw net.ipv4.ip_forward=1
ip -n earth route add 10.9.1.0/24 via 10.9.0.11
ip -n far route add default via 10.9.1.1
`;
const programs = 'ping|traceroute|iperf3|curl|python3 -c|http.server|timeout .* dd';

const earth = subject('namespace', 'earth');
const mars = subject('namespace', 'mars');
const far = subject('namespace', 'far');

async function start(transport: Transport, request: MeasureRequest): Promise<Measurement> {
  const measurement = new Measurement(request, planPaths(request, await observe(transport)));
  await measurement.start(transport);
  return measurement;
}

/** The programs of measurements that run on the host. */
async function running(lab: LabHost): Promise<string> {
  return (await lab.run(`ps -e -o pid=,args= | grep -E '${programs}' | grep -v grep || :`)).stdout.trim();
}

async function untilNothingIsLeft(lab: LabHost): Promise<void> {
  let left = '';
  try {
    await until('nothing of the measurement is left', async () => (left = await running(lab)) === '');
  } catch (error) {
    throw new Error(`It left on the host:\n${left}`, { cause: error });
  }
}

describe('measurements', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;
  useLabHost((host) => ({ lab, transport } = host));
  before(async () => {
    const { code, stderr } = await lab.run(network);
    assert.equal(code, 0, stderr);
  });
  afterEach(() => untilNothingIsLeft(lab));

  it('ping several things at once, and leave nothing when they are stopped', async () => {
    const measurement = await start(transport, { kind: 'ping', from: earth, targets: [mars, far, '10.9.0.77'] });
    assert.deepEqual(
      measurement.series.map(({ planned }) => [planned.name, planned.path.to]),
      [
        ['earth → mars', '10.9.0.11'],
        ['earth → far', '10.9.1.2'],
        ['earth → 10.9.0.77', '10.9.0.77'],
      ],
    );
    const isRefused = (): boolean =>
      measurement.points.some(({ series, note = '' }) => series === 2 && /unreachable/i.test(note));
    await until('answers, and why there is none', () =>
      measurement.series.every(({ statistics }, index) => (index < 2 ? statistics.sent >= 2 : isRefused())),
    );
    measurement.stop();
    const [toMars, toFar, toNobody] = measurement.series;
    assert.equal(toMars?.statistics.lost, 0);
    assert.ok((toFar?.statistics.mean ?? 0) > 0 && (toFar?.statistics.mean ?? 100) < 100);
    assert.equal(toNobody?.statistics.newest, undefined);
    assert.deepEqual([measurement.phase, measurement.note], ['ended', 'Stopped.']);
  });

  it('show a cable that is cut and mended', async () => {
    const measurement = await start(transport, { kind: 'ping', from: earth, targets: [mars] });
    const statistics = () => measurement.series[0]?.statistics ?? { sent: 0, lost: 0 };
    await until('an answer', () => statistics().sent > 0);
    await lab.run('ip link set mars-br down');
    await until('a loss', () => statistics().lost > 0);
    await lab.run('ip link set mars-br up');
    const { sent, lost } = statistics();
    await until('answers again', () => statistics().sent - statistics().lost > sent - lost);
    measurement.stop();
  });

  it('find the way, router by router', async () => {
    const measurement = await start(transport, { kind: 'route', from: earth, targets: [far] });
    await until('its end', () => measurement.phase === 'ended');
    assert.deepEqual(
      measurement.series[0]?.hops.map(({ number, addresses }) => [number, ...addresses]),
      [
        [1, '10.9.0.11'],
        [2, '10.9.1.2'],
      ],
    );
    assert.equal(measurement.note, 'Done.');
  });

  it('find out how much goes through, with a server of their own beside one that is there', async () => {
    await lab.run('ip netns exec mars sh -c "iperf3 -s -p 5201 >/dev/null 2>&1 & echo \\$! >/tmp/server"');
    await until('a server', async () => (await lab.run('ip netns exec mars ss -Hltn sport = :5201')).stdout !== '');
    const request: MeasureRequest = {
      kind: 'throughput',
      from: earth,
      targets: [mars],
      traffic: { protocol: 'tcp', seconds: 2 },
    };
    const measurement = await start(transport, request);
    await until('its end', () => measurement.phase === 'ended');
    const [series] = measurement.series;
    assert.equal(series?.problem, undefined);
    assert.equal(series?.statistics.sent, 2);
    assert.ok((series.statistics.mean ?? 0) > 10, `${series.statistics.mean} Mbit/s`);
    assert.match(series.summary ?? '', /^[\d.]+ [MG]bit\/s received$/);
    await lab.run('kill $(cat /tmp/server)');
    const back = swapped(request);
    assert.deepEqual([back?.from.name, back?.targets], ['mars', [earth]]);
  });

  it('send UDP, and count what is lost', async () => {
    const traffic = { protocol: 'udp', seconds: 1 } as const;
    const measurement = await start(transport, { kind: 'throughput', from: earth, targets: [far], traffic });
    await until('its end', () => measurement.phase === 'ended');
    assert.match(measurement.series[0]?.summary ?? '', /received, jitter [\d.]+ ms, \d+ of \d+ lost$/);
  });

  it('fetch a page again and again, and see what it answers', async () => {
    await lab.run(
      'ip netns exec mars sh -c "cd /tmp && python3 -m http.server 8000 >/dev/null 2>&1 & echo \\$! >/tmp/web"',
    );
    const urls = ['http://10.9.0.11:8000/', 'http://10.9.0.11:8000/nothing', 'http://10.9.0.11:81/'];
    await until('the server', async () => (await lab.run('ip netns exec mars ss -Hltn sport = :8000')).stdout !== '');
    const measurement = await start(transport, { kind: 'http', from: earth, targets: urls });
    await until('each to be tried', () => measurement.series.every(({ statistics }) => statistics.sent >= 2));
    measurement.stop();
    await lab.run('kill $(cat /tmp/web)');
    const [found, missing, refused] = measurement.series;
    assert.equal(found?.statistics.lost, 0);
    assert.equal(missing?.statistics.lost, 0);
    assert.equal(refused?.statistics.newest, undefined);
    const notes = (series: number) => measurement.points.find((point) => point.series === series)?.note;
    assert.equal(notes(0), undefined);
    assert.equal(notes(1), 'status 404');
    assert.match(notes(2) ?? '', /connect/i);
  });

  it('say in the program’s words why nothing can be measured', async () => {
    const measurement = await start(transport, { kind: 'ping', from: mars, targets: ['203.0.113.8'] });
    await until('its end', () => measurement.phase === 'ended');
    assert.match(measurement.series[0]?.problem ?? '', /Network is unreachable/);
    assert.equal(measurement.note, 'It could not be measured.');
    await assert.rejects(
      start(transport, { kind: 'ping', from: earth, targets: [subject('namespace', 'nobody')] }),
      /nobody is not on the host/,
    );
  });

  for (const user of ['root', 'ops']) {
    it(`end on the host when the connection is closed (${user})`, async () => {
      const own = await connectTo(lab, user);
      const measurement = await start(own, { kind: 'ping', from: earth, targets: [mars] });
      await until('an answer', () => (measurement.series[0]?.statistics.sent ?? 0) > 0);
      own.dispose();
      await until('it is told', () => measurement.phase === 'ended');
    });
  }

  it('end on the host when the connection is lost', async () => {
    const proxy = await startTcpProxy({ host: lab.address, port: lab.port });
    const own = await connectThrough(proxy.port, lab);
    const measurement = await start(own, { kind: 'ping', from: earth, targets: [mars] });
    await until('an answer', () => (measurement.series[0]?.statistics.sent ?? 0) > 0);
    proxy.cutAll();
    await until('it is told', () => measurement.phase === 'ended');
    assert.match(measurement.note ?? '', /connection .* was lost/i);
    await untilNothingIsLeft(lab);
    await proxy.stop();
  });
});

describe('measurements on a host that lacks the programs', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;
  useLabHost((host) => ({ lab, transport } = host), { without: ['iperf3', 'traceroute', 'tracepath', 'curl'] });
  before(async () => {
    assert.equal((await lab.run(network)).code, 0);
  });
  afterEach(() => untilNothingIsLeft(lab));

  it('say what installs iperf3', async () => {
    const measurement = await start(transport, { kind: 'throughput', from: earth, targets: [mars] });
    await until('its end', () => measurement.phase === 'ended');
    assert.ok(measurement.error instanceof NetnsError);
    assert.equal(measurement.error.reason, 'missingTool');
    assert.match(measurement.note ?? '', /This host has no iperf3, .* Install it there, as root: apt install iperf3$/);
  });

  it('find the way by pings', async () => {
    const measurement = await start(transport, { kind: 'route', from: earth, targets: [far] });
    await until('its end', () => measurement.phase === 'ended');
    const hops = measurement.series[0]?.hops.map(({ number, addresses }) => [number, ...addresses]);
    assert.deepEqual(hops, [
      [1, '10.9.0.11'],
      [2, '10.9.1.2'],
    ]);
  });

  it('fetch by Python', async () => {
    await lab.run(
      'ip netns exec mars sh -c "cd /tmp && python3 -m http.server 8000 >/dev/null 2>&1 & echo \\$! >/tmp/web"',
    );
    await until('the server', async () => (await lab.run('ip netns exec mars ss -Hltn sport = :8000')).stdout !== '');
    const targets = ['http://10.9.0.11:8000/', 'http://10.9.0.11:81/'];
    const measurement = await start(transport, { kind: 'http', from: earth, targets });
    await until('each to be tried', () => measurement.series.every(({ statistics }) => statistics.sent >= 2));
    measurement.stop();
    await lab.run('kill $(cat /tmp/web)');
    assert.equal(measurement.series[0]?.statistics.lost, 0);
    assert.equal(measurement.series[1]?.statistics.newest, undefined);
  });
});
