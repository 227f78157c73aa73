import assert from 'node:assert/strict';
import { applicable, readArguments } from '../../../src/vscode/actions/arguments';
import type { Subject } from '../../../src/protocol/subject';

const earth: Subject = { type: 'namespace', hostId: 'lab1', name: 'earth' };
const neptune: Subject = { type: 'namespace', hostId: 'lab1', name: 'neptune' };
const bridge: Subject = { type: 'bridge', hostId: 'lab1', name: 'planet-br' };
const row = (subject: Subject | undefined): object => ({
  hostId: 'lab1',
  parent: undefined,
  node: { id: 'x', subject },
});

describe('The arguments of an action’s command', () => {
  it('from the tree are the clicked row and the selected ones', () => {
    assert.deepEqual(readArguments([row(earth)]).subjects, [earth]);
    assert.deepEqual(readArguments([row(earth), undefined]).subjects, [earth]);
    assert.deepEqual(readArguments([row(neptune), [row(earth), row(neptune), row(undefined)]]).subjects, [
      neptune,
      earth,
    ]);
  });

  it('from a click outside of the selection are the clicked row alone', () => {
    assert.deepEqual(readArguments([row(bridge), [row(earth), row(neptune)]]).subjects, [bridge]);
  });

  it('from a webview stand in its context', () => {
    const context = { webview: 'netns.graph', webviewSection: 'namespace', preventDefaultContextMenuItems: true };
    assert.deepEqual(readArguments([{ ...context, netnsSubject: earth }]).subjects, [earth]);
    assert.deepEqual(readArguments([{ ...context, netnsSubject: earth, netnsSubjects: [neptune, earth] }]).subjects, [
      earth,
      neptune,
    ]);
    assert.deepEqual(readArguments([{ ...context, netnsSubjects: [neptune, 'x'] }]).subjects, [neptune]);
  });

  it('from code are subjects and options', () => {
    assert.deepEqual(readArguments([earth, { confirmed: true, input: '1400' }]), {
      subjects: [earth],
      options: { confirmed: true, input: '1400' },
    });
    assert.deepEqual(readArguments([[earth, neptune, earth]]).subjects, [earth, neptune]);
  });

  it('from the palette, or of no known shape, are none', () => {
    for (const args of [
      [],
      [undefined],
      [{}],
      ['earth'],
      [null],
      [{ netnsSubject: { type: 'planet', name: 'earth' } }],
      [[]],
    ]) {
      assert.equal(readArguments(args).subjects, undefined, JSON.stringify(args));
    }
    assert.deepEqual(readArguments([earth, { confirmed: 'yes' }]).options, {});
  });

  it('takes what is selected in the tree for a key that is pressed there, and asks where nothing is', () => {
    assert.deepEqual(readArguments([{ from: 'tree' }], () => [earth, neptune, earth]).subjects, [earth, neptune]);
    assert.equal(readArguments([{ from: 'tree' }], () => []).subjects, undefined);
    assert.equal(readArguments([{ from: 'elsewhere' }], () => [earth]).subjects, undefined);
  });

  it('are narrowed to what the action is for', () => {
    const shell = { appliesTo: ['namespace'] as const, many: true };
    assert.deepEqual(applicable([bridge, earth, neptune], shell), [earth, neptune]);
    assert.deepEqual(applicable([bridge, earth, neptune], { ...shell, many: false }), [earth]);
    assert.deepEqual(applicable([bridge], shell), []);
  });
});
