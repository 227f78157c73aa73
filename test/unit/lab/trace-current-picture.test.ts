import assert from 'node:assert/strict';
import { currentPicture } from '../../../src/lab/trace/current-picture';
import type { HostSnapshot } from '../../../src/host/model';
import { recordedReading, snapshotOf } from '../../fixtures/host/recordings';

describe('the picture of a host that a trace goes by', () => {
  const whole = snapshotOf(recordedReading('planets'));
  const without = { ...whole, namespaces: whole.namespaces.filter(({ name }) => name !== 'neptune') };

  function hostThatTells(settled: HostSnapshot) {
    const asked: string[] = [];
    const tell = (how: string, picture: HostSnapshot) => (): Promise<HostSnapshot> => {
      asked.push(how);
      return Promise.resolve(picture);
    };
    return { asked, host: { snapshot: settled, settle: tell('settle', settled), refresh: tell('refresh', whole) } };
  }

  it('is what events told, where the host is followed', async () => {
    const { host, asked } = hostThatTells(whole);
    assert.equal(await currentPicture(host, { from: 'earth', to: 'neptune' }), whole);
    assert.deepEqual(asked, ['settle']);
  });

  it('is read anew where it lacks what is asked about: no event tells of a namespace without a name', async () => {
    for (const question of [
      { from: 'earth', to: 'neptune' },
      { from: 'neptune', to: '10.10.0.10' },
    ]) {
      const { host, asked } = hostThatTells(without);
      assert.equal(await currentPicture(host, question), whole);
      assert.deepEqual(asked, ['settle', 'refresh']);
    }
  });
});
