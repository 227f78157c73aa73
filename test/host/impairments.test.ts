import assert from 'node:assert/strict';
import { observe } from '../../src/lab/observe';
import type { Transport } from '../../src/transport/transport';
import { probeKernel, type LabHost } from '../lab-host';
import { apply, applyPlan, commandsOf, destroy, settledState, topologyOf, untilStateIs } from './lab-plans';
import { linkOf, type } from './observed-lab';
import { useLabHost } from './use-lab-host';

describe('impaired cables on a real host', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;

  useLabHost((host) => ({ lab, transport } = host));

  const text = (impair: string): string => `
name: impaired
namespaces:
  red: { interfaces: { r0: { addresses: [10.20.0.1/24] } } }
  blue: { interfaces: { b0: { addresses: [10.20.0.2/24] } } }
links: [{ endpoints: ["red:r0", "blue:b0"]${impair === '' ? '' : `, impair: { ${impair} }`} }]
`;

  /** Seconds that a megabyte takes from red to blue. */
  async function secondsOfMegabyte(): Promise<number> {
    const serve =
      'ip netns exec blue timeout 30 python3 -c "import socket; s=socket.create_server((\\"10.20.0.2\\", 9)); c=s.accept()[0]; n=0\nwhile n < 1000000: n += len(c.recv(65536))\nc.send(b\\"x\\")"';
    const send =
      'ip netns exec red python3 -c "import socket,time\nwhile True:\n  try: c=socket.create_connection((\\"10.20.0.2\\", 9)); break\n  except ConnectionRefusedError: time.sleep(0.05)\nt=time.monotonic(); c.sendall(bytes(1000000)); c.recv(1); print(time.monotonic()-t)"';
    const { code, stdout, stderr } = await lab.run(`${serve} & ${send}`);
    assert.equal(code, 0, stderr);
    return Number(stdout);
  }

  it('hold a rate, change it in place, and lose it with the file', async () => {
    const before = await settledState(lab);
    try {
      await apply(transport, topologyOf(text('to-b: { rate: 8mbit }')));
      assert.deepEqual(commandsOf(await applyPlan(transport, topologyOf(text('to-b: { rate: 8mbit }')))), []);
      const seen = await observe(transport);
      assert.notEqual(linkOf(seen, 'red', 'r0').qdisc, undefined);
      assert.equal(linkOf(seen, 'blue', 'b0').qdisc, undefined);
      // A million bytes at a million bytes a second: never faster, however idle the machine.
      const seconds = await secondsOfMegabyte();
      assert.ok(seconds > 0.7, `it took only ${seconds} s`);

      const index = linkOf(seen, 'red', 'r0').index;
      const edited = await apply(transport, topologyOf(text('rate: 80mbit')));
      assert.equal(edited.steps.length, 2);
      assert.ok(commandsOf(edited).every((command) => /^tc -n \w+ qdisc replace dev \w0 root /.test(command)));
      await type(lab, ['tc -n blue qdisc del dev b0 root']);
      assert.equal((await apply(transport, topologyOf(text('rate: 80mbit')))).steps.length, 1);

      const plain = await apply(transport, topologyOf(text('')));
      assert.deepEqual(commandsOf(plain).sort(), [
        'tc -n blue qdisc del dev b0 root',
        'tc -n red qdisc del dev r0 root',
      ]);
      assert.deepEqual(commandsOf(await applyPlan(transport, topologyOf(text('')))), []);
      assert.equal(linkOf(await observe(transport), 'red', 'r0').index, index);
    } finally {
      await destroy(transport, 'impaired');
    }
    await untilStateIs(lab, before, 'After destroy');
  });

  it('leave alone what someone set by hand, unless the file says otherwise, and then ask', async () => {
    try {
      await apply(transport, topologyOf(text('')));
      await type(lab, ['tc -n red qdisc add dev r0 root tbf rate 1mbit burst 10kb latency 50ms']);
      assert.deepEqual(commandsOf(await applyPlan(transport, topologyOf(text('')))), []);
      await type(lab, ['tc -n red qdisc replace dev r0 root htb']);
      const { problems } = await applyPlan(transport, topologyOf(text('rate: 8mbit')));
      assert.match(problems[0]?.message ?? '', /red:r0 has a queueing discipline that someone else gave it \(htb\)/);
    } finally {
      await destroy(transport, 'impaired');
    }
  });

  it('delay and lose packets', async function () {
    if (!(await probeKernel()).sch_netem) {
      this.test!.title += ' (this kernel lacks sch_netem)';
      this.skip();
    }
    const all = 'delay: 100ms, jitter: 1ms, to-a: { loss: 100% }';
    try {
      await apply(transport, topologyOf(text('delay: 100ms')));
      const { stdout } = await lab.run('ip netns exec red ping -c1 -W5 10.20.0.2');
      assert.ok(Number(/time=([\d.]+)/.exec(stdout)?.[1]) >= 200, stdout);
      await apply(transport, topologyOf(text(all)));
      assert.deepEqual(commandsOf(await applyPlan(transport, topologyOf(text(all)))), []);
      assert.notEqual((await lab.run('ip netns exec red ping -c1 -W1 10.20.0.2')).code, 0);
    } finally {
      await destroy(transport, 'impaired');
    }
  });
});
