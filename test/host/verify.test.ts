import assert from 'node:assert/strict';
import { NetnsError } from '../../src/base/errors';
import type { CheckResult } from '../../src/lab/model';
import { verifyTopology } from '../../src/lab/verify';
import type { Topology } from '../../src/topology/model';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { apply, destroy, example, exampleText, topologyOf } from './lab-plans';
import { until } from './observed-lab';
import { useLabHost } from './use-lab-host';

/** The planets with other checks. */
async function planetsWith(...checks: string[]): Promise<Topology> {
  const [lab = ''] = (await exampleText('planets')).split('\nchecks:');
  return topologyOf(`${lab}\nchecks:\n${checks.map((check) => `  - ${check}\n`).join('')}`);
}

const words = ({ title, passed, notRun }: CheckResult): string =>
  `${passed ? 'passed' : notRun === true ? 'not run' : 'failed'}: ${title}`;

describe('verifying on a real host', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;

  useLabHost((host) => ({ lab, transport } = host));

  /** A UDP port of earth that does this with what comes; it is open when this resolves. */
  async function serveUdp(port: number, then: string): Promise<void> {
    const program = `import socket, time; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("10.10.0.10", ${port})); ${then}`;
    await lab.run(`ip netns exec earth setsid python3 -c '${program}' </dev/null >/dev/null 2>&1 &`);
    const isOpen = async (): Promise<boolean> =>
      (await lab.run('ip netns exec earth ss -Hlun')).stdout.includes(`:${port} `);
    await until(isOpen, `UDP port ${port} is open`);
  }

  it('runs only the checks that it is given', async () => {
    const topology = await planetsWith('{ from: host, command: "false" }', '{ from: host, command: "true" }');
    const results = await verifyTopology(transport, topology, { checks: topology.checks.slice(1) });
    assert.deepEqual(results.map(words), ['passed: in host, `true` succeeds']);
  });

  it('does not call passed what could not be tried', async () => {
    const results = await verifyTopology(
      transport,
      await planetsWith(
        '{ from: earth, ping: 8.8.8.8, expect: fail }',
        '{ from: host, command: no-such-program, expect: fail }',
      ),
    );
    assert.deepEqual(results.map(words), [
      'not run: earth cannot ping 8.8.8.8',
      'not run: in host, `no-such-program` fails',
    ]);
    assert.equal(results[0]?.output, 'There is no namespace earth on the host.');
    assert.match(results[1]?.output ?? '', /not found/);
  });

  it('proves and disproves each kind of claim, with the command and its output as evidence', async () => {
    await apply(transport, await example('planets'));
    await serveUdp(5353, 's.recv(9); time.sleep(99)');
    await serveUdp(5354, 's.sendto(b"x", s.recvfrom(9)[1]); time.sleep(99)');
    const results = await verifyTopology(
      transport,
      await planetsWith(
        '{ from: earth, ping: neptune }',
        '{ from: earth, ping: "neptune:neptune-veth" }',
        '{ from: earth, ping: "host:eth0" }',
        '{ from: neptune, ping: 10.10.0.99, expect: fail }',
        '{ from: neptune, tcp: "earth:8000" }',
        '{ from: neptune, tcp: "earth:8001", expect: fail }',
        '{ from: neptune, udp: "earth:8001", expect: fail }',
        '{ from: neptune, udp: "10.10.0.99:53", expect: fail }',
        '{ from: neptune, udp: "earth:5353" }',
        '{ from: neptune, udp: "earth:5354" }',
        '{ from: neptune, http: "http://earth:8000/", status: 200 }',
        '{ from: host, http: "http://earth:8000/" }',
        '{ from: host, http: "http://10.10.0.10:8000/", status: 200, body: Directory listing }',
        '{ from: host, http: "http://10.10.0.10:8000/none", status: 404 }',
        '{ from: host, http: "http://10.10.0.10:8000/none", expect: fail }',
        '{ from: host, dns: localhost }',
        '{ from: earth, command: "ip -br addr | grep -q 10.10.0.10" }',
        '{ from: earth, ping: 10.10.0.99, within: 1 }',
        '{ from: host, http: "http://10.10.0.10:8000/", status: 404, within: 1 }',
        '{ from: host, http: "http://10.10.0.10:8000/", body: "a phrase that is not there", within: 1 }',
        '{ from: earth, command: sleep 1000, within: 1 }',
        '{ from: earth, command: "echo no; exit 3", within: 1 }',
        '{ from: earth, command: exit 4, expect: fail }',
      ),
    );
    const failed = results.filter(({ passed }) => !passed);
    assert.deepEqual(failed.map(words), [
      'failed: earth can ping 10.10.0.99',
      'failed: host can get http://10.10.0.10:8000/ with status 404',
      'failed: host can get http://10.10.0.10:8000/ with "a phrase that is not there" in the body',
      'failed: in earth, `sleep 1000` succeeds',
      'failed: in earth, `echo no; exit 3` succeeds',
    ]);
    assert.equal(results[0]?.command, 'ip netns exec earth ping -n -c 1 -W 1 10.10.0.20');
    assert.match(results[0].output, /1 received/);
    assert.match(failed[1]!.output, /^HTTP\/1\.0 200 OK/);
    assert.match(failed[3]!.output, /no answer within 1 s/);
    assert.equal(failed[4]!.output, 'no\n(exit code 3)');
    assert.equal(results.at(-1)?.output, '(exit code 4)');
    const outputOf = (title: string): string => results.find((result) => result.title === title)?.output ?? '';
    assert.match(outputOf('neptune cannot send UDP to earth:8001'), /Connection refused/);
    assert.match(outputOf('neptune cannot send UDP to 10.10.0.99:53'), /No route to host/);
    assert.equal(outputOf('neptune can send UDP to earth:5353'), 'not refused');
    assert.equal(outputOf('neptune can send UDP to earth:5354'), 'answered');
    for (const { title, milliseconds } of results) assert.ok(milliseconds < 15_000, `${title} took ${milliseconds} ms`);
  });

  it('passes as soon as the claim holds, within its time', async () => {
    const seen: string[] = [];
    const running = verifyTopology(
      transport,
      await planetsWith('{ from: host, command: "true" }', '{ from: host, tcp: "10.10.0.20:7777", within: 20 }'),
      { onResult: (result) => seen.push(result.title) },
    );
    await until(() => Promise.resolve(seen.length === 1), 'the first check is done');
    await lab.run(
      'ip netns exec neptune setsid python3 -c \'import socket; s = socket.create_server(("10.10.0.20", 7777)); s.accept()\' </dev/null >/dev/null 2>&1 &',
    );
    const results = await running;
    assert.deepEqual(results.map(words), [
      'passed: in host, `true` succeeds',
      'passed: host can connect to 10.10.0.20:7777',
    ]);
    assert.deepEqual(seen, ['in host, `true` succeeds', 'host can connect to 10.10.0.20:7777']);
    assert.ok(results[1]!.milliseconds < 15_000);
  });

  it('stops at once when it is told to, and leaves no process behind', async () => {
    const stop = new AbortController();
    const running = verifyTopology(
      transport,
      await planetsWith(
        '{ from: host, command: "sleep 5151 & sleep 5151", within: 300 }',
        '{ from: earth, command: "setsid sleep 5152", within: 300 }',
      ),
      { signal: stop.signal },
    ).catch((error: unknown) => error);
    const sleeping = async (): Promise<string> => (await lab.run('pgrep -f "^(setsid )?sleep 515[12]"')).stdout;
    await until(async () => (await sleeping()).split('\n').length > 3, 'the checks run');
    stop.abort();
    const error = await running;
    assert.ok(error instanceof NetnsError && error.reason === 'cancelled');
    await until(async () => (await sleeping()) === '', 'the checks have ended');
  });

  it('checks over IPv6, and names over a namespace’s own name servers', async () => {
    const six = topologyOf(`name: six
namespaces:
  a:
    interfaces: { a0: { addresses: ["2001:db8:6::1/64"] } }
    services: { web: { command: "python3 -m http.server --bind 2001:db8:6::1 80", ready: { tcp: 80 } } }
  b: { interfaces: { b0: { addresses: ["2001:db8:6::2/64"] } }, nameservers: ["2001:db8:6::1"] }
links: [{ endpoints: ["a:a0", "b:b0"] }]
checks:
  - { from: b, ping: a, within: 20 }
  - { from: b, ping: "2001:db8:6::1", within: 20 }
  - { from: b, tcp: "a:80", within: 20 }
  - { from: b, tcp: "[2001:db8:6::1]:81", expect: fail }
  - { from: b, http: "http://a/", status: 200, within: 20 }
  - { from: b, http: "http://[2001:db8:6::1]/", within: 20 }
  - { from: b, dns: lab.example, expect: fail }
  - { from: b, command: "grep -q 2001:db8:6::1 /etc/resolv.conf" }
`);
    await apply(transport, six);
    const results = await verifyTopology(transport, six);
    assert.deepEqual(
      results.filter(({ passed }) => !passed).map(({ title, output }) => `${title}: ${output}`),
      [],
    );
    assert.match(results[0]?.command ?? '', /ping -6 .* 2001:db8:6::1$/);
    await destroy(transport, 'six');
  });

  it('is neither hung nor flooded by a host that answers without end', async () => {
    const [result] = await verifyTopology(transport, await planetsWith('{ from: host, command: "yes", within: 1 }'));
    assert.equal(result!.passed, false);
    assert.ok(result!.output.length < 300_000);
  });
});
