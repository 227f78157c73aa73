import assert from 'node:assert/strict';
import { clearCable, impairCable, impairmentNow } from '../../src/lab/actions/impairment-changes';
import { observe } from '../../src/lab/observe';
import { connect } from '../../src/transport/connect';
import type { Transport } from '../../src/transport/transport';
import { noPrompts, targetOf, until } from '../fixtures/ssh';
import { probeKernel, startLabHost, type LabHost } from '../lab-host';
import { act, subject, targetsIn } from './actions-on-a-host';

const cable = subject('cable', 'a0', { namespace: 'earth', peer: { name: 'b0' } });

describe('an impairment by hand', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;

  before(async () => {
    lab = await startLabHost();
    const { stderr } = await lab.run(`ip netns add earth; ip link add name a0 netns earth type veth peer name b0
      ip link set b0 up; ip -n earth link set a0 up; ip addr add 10.10.0.1/24 dev b0; ip -n earth addr add 10.10.0.2/24 dev a0`);
    assert.equal(stderr, '');
    transport = await connect(targetOf(lab, 'ops'), noPrompts);
  });
  after(async () => {
    transport.dispose();
    await lab.stop();
  });
  afterEach(async () => {
    await lab.run('tc qdisc del dev b0 root; tc -n earth qdisc del dev a0 root; true');
  });

  const qdiscs = async (): Promise<string> =>
    (await lab.run('tc qdisc show dev b0 root; tc -n earth qdisc show dev a0 root')).stdout.replace(
      /^.*noqueue.*\n/gm,
      '',
    );
  const now = async (): Promise<string> => impairmentNow(targetsIn(await observe(transport), [cable])[0]);

  it('holds a rate in one direction or both, shows it, and is cleared; the undo brings it back', async () => {
    const one = await act(transport, impairCable, [cable], ['rate 1mbit', '', 'out', '']);
    assert.match(await qdiscs(), /rate 1Mbit/i);
    assert.equal((await qdiscs()).trim().split('\n').length, 1);
    assert.equal(await now(), 'earth:a0: rate 1mbit');
    await act(transport, impairCable, [cable], ['custom', 'rate 2mbit', 'both', '']);
    assert.equal(await now(), 'earth:a0: rate 2mbit; b0: rate 2mbit');
    const cleared = await act(transport, clearCable, [cable]);
    assert.equal(await qdiscs(), '');
    await cleared.undo();
    assert.equal(await now(), 'earth:a0: rate 2mbit; b0: rate 2mbit');
    await act(transport, clearCable, [cable, subject('interface', 'b0')]);
    assert.equal(await qdiscs(), '');
    assert.deepEqual((await act(transport, clearCable, [cable])).steps, []);
    assert.equal(one.said, 'earth:a0 — b0: rate 1mbit');
  });

  it('is ended by the host itself, though nobody is connected any more', async () => {
    const own = await connect(targetOf(lab, 'ops'), noPrompts);
    await act(own, impairCable, [cable], ['rate 1mbit', '', 'both', '2s']);
    assert.match(await qdiscs(), /1Mbit[^]*1Mbit/i);
    own.dispose();
    await until('it has ended', async () => (await qdiscs()) === '');
    await until(
      'no timer is left',
      async () => !(await lab.run('ps -e -o args=')).stdout.includes('netns-topology-timer'),
    );
  });

  it('that was set anew is not ended by an earlier timer', async () => {
    await act(transport, impairCable, [cable], ['rate 1mbit', '', 'out', '2s']);
    await act(transport, impairCable, [cable], ['custom', 'rate 3mbit', 'out', '']);
    await until(
      'the timer has ended',
      async () => !(await lab.run('ps -e -o args=')).stdout.includes('netns-topology-timer'),
    );
    assert.equal(await now(), 'earth:a0: rate 3mbit');
  });

  it('delays, where the kernel can; where it cannot, that is said before', async () => {
    const { sch_netem: netem } = await probeKernel();
    const snapshot = await observe(transport);
    const question = impairCable.questions?.[0]?.(targetsIn(snapshot, [cable]), []);
    assert.ok(question?.type === 'choice');
    const delay = act(transport, impairCable, [cable], ['custom', 'delay 30ms', 'both', '']);
    if (netem) {
      await delay;
      const { stdout } = await lab.run('ping -c2 -q 10.10.0.2');
      assert.match(stdout, /= 6\d\./);
      return;
    }
    console.log('      this kernel has no netem: what is tested is that it is said');
    await assert.rejects(delay, { reason: 'unsupported', advice: 'A rate alone works here: it is held by tbf.' });
    assert.match(question.prompt, /has no netem: only a rate can be set/);
    assert.ok(question.choices.every(({ value }) => value === 'custom' || value.startsWith('rate ')));
    assert.equal(await qdiscs(), '');
  });

  it('is refused where someone else holds the packets, and on what carries the SSH connection', async () => {
    await lab.run('tc qdisc add dev b0 root handle 1: htb default 1');
    await assert.rejects(act(transport, impairCable, [subject('interface', 'b0')], ['rate 1mbit', '', '', '']), {
      reason: 'conflict',
    });
    assert.match(await qdiscs(), /htb/);
    const nic = subject('interface', 'mgmt0');
    await assert.rejects(act(transport, impairCable, [nic], ['rate 1mbit', '', '', '']), { reason: 'unsafe' });
  });
});
