import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ObservedQdisc } from '../../../src/host/model';
import {
  impairmentInWords,
  impairmentNeed,
  isSameImpairment,
  observedImpairment,
  qdiscWords,
  readImpairment,
} from '../../../src/plan/impairment';
import type { ImpairmentDeclaration } from '../../../src/topology/model';
import { observePort } from './simulated-ports';

const time = fc
  .tuple(fc.integer({ min: 1, max: 5000 }), fc.constantFrom('us', 'ms', 's'))
  .map((parts) => parts.join(''));
const share = fc.integer({ min: 1, max: 9999 }).map((hundredths) => `${hundredths / 100}%`);
const rate = fc
  .tuple(fc.integer({ min: 1, max: 9000 }), fc.constantFrom('kbit', 'mbit', 'gbit'))
  .map((parts) => parts.join(''));
const anyImpairment: fc.Arbitrary<ImpairmentDeclaration> = fc.record(
  { delay: time, jitter: time, loss: share, duplicate: share, reorder: share, corrupt: share, rate },
  { requiredKeys: ['delay'] },
);

describe('impairments', () => {
  it('are the words of tc(8)', () => {
    const all = {
      delay: '1.5s',
      jitter: '500us',
      loss: '1%',
      duplicate: '0.5%',
      reorder: '25%',
      corrupt: '0.1%',
      rate: '1.5mbit',
    };
    assert.equal(
      qdiscWords(readImpairment(all)!, 'netem', 1500).join(' '),
      'netem delay 1500ms 500us loss 1% duplicate 0.5% reorder 25% corrupt 0.1% rate 1500kbit',
    );
    assert.equal(impairmentInWords(readImpairment({ loss: '3%', rate: '1gbit' })), 'loss 3%, rate 1gbit');
  });

  it('are none where all is zero', () => {
    assert.equal(readImpairment({ delay: '0ms', loss: '0%', rate: '0kbit' }), undefined);
    assert.equal(impairmentNeed({ loss: '0%' }, ['netem']), undefined);
  });

  it('are read as `tc -j qdisc show` prints them', () => {
    // Printed by iproute2's q_netem.c; a correlation is 0 where none was given.
    const options = {
      limit: 1000,
      delay: { delay: 0.02, jitter: 0.005, correlation: 0 },
      'loss-random': { loss: 0.01, correlation: 0 },
      duplicate: { duplicate: 0.005, correlation: 0 },
      reorder: { reorder: 0.25, correlation: 0 },
      corrupt: { corrupt: 0.001, correlation: 0 },
      rate: { rate: 1250000, packetoverhead: 0, cellsize: 0, celloverhead: 0 },
      ecn: false,
      gap: 1,
    };
    const declared = { delay: '20ms', jitter: '5ms', loss: '1%', duplicate: '0.5%', reorder: '25%', corrupt: '0.1%' };
    const wanted = readImpairment({ ...declared, rate: '10mbit' })!;
    assert.ok(isSameImpairment(observedImpairment({ kind: 'netem', options })!, wanted));
    assert.ok(!isSameImpairment(observedImpairment({ kind: 'netem', options })!, { ...wanted, loss: 0.011 }));
    assert.equal(observedImpairment({ kind: 'htb', options: {} }), undefined);
  });

  it('come back from the host as they were sent, and so does what the host had before', () => {
    fc.assert(
      fc.property(anyImpairment, fc.boolean(), (declared, isRate) => {
        const wanted = isRate ? readImpairment({ rate: '256kbit' })! : readImpairment(declared)!;
        const kind = isRate ? 'tbf' : 'netem';
        const seen = observePort({ qdisc: [...qdiscWords(wanted, kind, 1500)] }, false).qdisc as ObservedQdisc;
        const observed = observedImpairment(seen)!;
        assert.ok(isSameImpairment(observed, wanted), `${JSON.stringify(observed)} ${JSON.stringify(wanted)}`);
        assert.deepEqual(qdiscWords(observed, kind, 1500), qdiscWords(wanted, kind, 1500));
      }),
    );
  });

  it('never break over what a host says', () => {
    fc.assert(
      fc.property(fc.constantFrom('netem', 'tbf'), fc.dictionary(fc.string(), fc.anything()), (kind, options) => {
        impairmentInWords(observedImpairment({ kind, options }));
      }),
    );
  });
});
