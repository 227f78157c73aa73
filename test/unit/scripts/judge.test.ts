import assert from 'node:assert/strict';
import path from 'node:path';

interface Counts {
  readonly total: number;
  readonly passed: number;
  readonly failures: readonly { readonly title: string; readonly isTest: boolean }[];
  readonly skips: readonly string[];
}
interface Judgement {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly notes: readonly string[];
}
type Judge = (
  suite: { title: string },
  counts: Counts | undefined,
  end: { exitCode: number; why?: string },
) => Judgement;

describe('how npm test judges a suite', () => {
  let judge: Judge;
  before(async () => {
    const file = path.resolve(__dirname, '../../../scripts/testing/run-suite.mjs');
    ({ judge } = (await import(file)) as { judge: Judge });
  });

  const fine: Counts = { total: 3, passed: 3, failures: [], skips: [] };
  const outcome = (counts: Counts | undefined, end: { exitCode: number; why?: string }) => {
    const { passed, failed, skipped } = judge({ title: 'suite' }, counts, end);
    return { passed, failed, skipped };
  };

  it('counts what passed', () => {
    assert.deepEqual(outcome(fine, { exitCode: 0 }), { passed: 3, failed: 0, skipped: 0 });
  });

  it('names what was skipped', () => {
    const counts = { ...fine, passed: 2, skips: ['no netem here'] };
    assert.deepEqual(outcome(counts, { exitCode: 0 }), { passed: 2, failed: 0, skipped: 1 });
    assert.deepEqual(judge({ title: 'suite' }, counts, { exitCode: 0 }).notes, ['skipped: no netem here']);
  });

  it('counts a failed test once', () => {
    const counts = { ...fine, passed: 2, failures: [{ title: 'a', isTest: true }] };
    assert.deepEqual(outcome(counts, { exitCode: 1 }), { passed: 2, failed: 1, skipped: 0 });
  });

  it('counts the tests that a failed hook kept from running as failed', () => {
    const counts = { ...fine, passed: 1, failures: [{ title: '"before all" hook', isTest: false }] };
    assert.deepEqual(outcome(counts, { exitCode: 1 }), { passed: 1, failed: 3, skipped: 0 });
  });

  it('lets no bad end look like a success', () => {
    assert.equal(outcome(fine, { exitCode: 7 }).failed, 1, 'exit code');
    assert.equal(outcome(fine, { exitCode: 0, why: 'did not end' }).failed, 1, 'hung');
    assert.equal(outcome(undefined, { exitCode: 0 }).failed, 1, 'nothing counted');
    assert.equal(outcome({ ...fine, total: 0, passed: 0 }, { exitCode: 0 }).failed, 1, 'not a single test');
    assert.equal(outcome({ ...fine, passed: 1 }, { exitCode: 0 }).failed, 2, 'cut off');
  });
});
