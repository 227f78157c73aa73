import assert from 'node:assert/strict';
import type { HostSnapshot } from '../../../src/host/model';
import { planApplyOnHost, planDestroyOnHost, type PlannedHost } from '../../../src/lab/plan-on-host';
import { planApply } from '../../../src/plan/plan-apply';
import { bridge, bridgeEnd, end, link, namespace, topology } from '../plan/build-topology';
import { SimulatedHost } from '../plan/simulated-host';

const lab = topology({
  bridges: [bridge('br0')],
  namespaces: [namespace('h1')],
  links: [link(end('h1:eth0'), bridgeEnd('br0', 'p1'))],
});

/** A host whose two pictures may differ, and what it was asked. */
function hostWith(settled: HostSnapshot, whole: HostSnapshot): { host: PlannedHost; asked: unknown[] } {
  const asked: unknown[] = [];
  const answer = (question: unknown, snapshot: HostSnapshot): Promise<HostSnapshot> => {
    asked.push(question);
    return Promise.resolve(snapshot);
  };
  return {
    asked,
    host: {
      snapshot: settled,
      refresh: () => answer('refresh', whole),
      settle: (sysctlsOf) => answer(['settle', ...sysctlsOf], settled),
    },
  };
}

describe('planning on a host that is followed', () => {
  const empty = new SimulatedHost().snapshot();

  it('goes by the settled picture alone', async () => {
    const { host, asked } = hostWith(empty, empty);
    const { plan, snapshot } = await planApplyOnHost(host, lab);
    assert.ok(plan.steps.length > 0);
    assert.equal(snapshot, empty);
    await planDestroyOnHost(host, 'lab');
    assert.deepEqual(asked, [['settle'], ['settle']]);
  });

  it('goes by what was found where that is other than what was known, and tells why nothing was found', async () => {
    const { host, asked } = hostWith(empty, empty);
    const made = new SimulatedHost();
    made.run(planApply(lab, empty));
    const known = made.snapshot();
    const { plan, snapshot } = await planApplyOnHost({ ...host, snapshot: known }, lab);
    assert.equal(snapshot, empty);
    assert.deepEqual(plan, planApply(lab, empty));
    const lost = new Error('lost');
    const failing = { ...host, snapshot: known, settle: () => Promise.reject(lost) };
    await assert.rejects(planApplyOnHost(failing, lab), lost);
    assert.deepEqual(asked, [['settle']]);
  });

  it('refuses nothing without a whole reading', async () => {
    const { host, asked } = hostWith({ ...empty, missingKinds: ['bridge', 'veth'] }, empty);
    const { plan, snapshot } = await planApplyOnHost(host, lab);
    assert.deepEqual(plan.problems, []);
    assert.equal(snapshot, empty);
    assert.deepEqual(asked, [['settle'], 'refresh']);
  });

  it('names the namespaces whose kernel parameters count', async () => {
    const { host, asked } = hostWith(empty, empty);
    const sysctls = [{ path: [], name: 'net.ipv4.ip_forward', value: '1' }];
    const more = { ...lab, namespaces: [...lab.namespaces, namespace('h2', { sysctls })] };
    await planApplyOnHost(host, more);
    assert.deepEqual(asked, [['settle', 'h2']]);
  });

  it('reads a host that is not followed', async () => {
    const { host, asked } = hostWith(empty, empty);
    await planApplyOnHost({ snapshot: undefined, refresh: host.refresh }, lab);
    assert.deepEqual(asked, ['refresh']);
  });
});
