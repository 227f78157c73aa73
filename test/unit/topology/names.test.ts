import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isInterfaceName, isNamespaceName } from '../../../src/plan/names';
import { derivePortName } from '../../../src/topology/derived-names';
import {
  byteLength,
  objectToInterfaceName,
  objectToNamespaceName,
  quote,
  shortenName,
} from '../../../src/topology/names';
import { suggest } from '../../../src/topology/suggest';

describe('names', () => {
  it('counts bytes as UTF-8 does', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => byteLength(text) === Buffer.byteLength(text)));
  });

  it('takes as interface names what the kernel takes', () => {
    for (const name of ['eth0', 'a', 'veth-blue', 'eth0.100', 'ä', 'x'.repeat(15), 'é'.repeat(7), '0', '+', '#x']) {
      assert.equal(objectToInterfaceName(name), undefined, name);
    }
    for (const name of [
      '',
      'x'.repeat(16),
      'é'.repeat(8),
      'a b',
      'a\tb',
      'a/b',
      'a:b',
      'a%d',
      'a"b',
      'a\\b',
      '.',
      '..',
      'all',
      'default',
      '-a',
      'a\0',
    ]) {
      assert.notEqual(objectToInterfaceName(name), undefined, name);
    }
  });

  it('takes as namespace names what ip netns takes, except what an endpoint could not say', () => {
    for (const name of ['earth', 'a b', 'x'.repeat(255), 'ünïcode', '地球', '...', 'host1', `a'b"$(id)\\`])
      assert.equal(objectToNamespaceName(name), undefined, name);
    for (const name of ['', '.', '..', 'a/b', 'a:b', 'host', '-x', 'x'.repeat(256), 'ü'.repeat(128), 'a\nb']) {
      assert.notEqual(objectToNamespaceName(name), undefined, name);
    }
  });

  it('takes only what a plan takes too', () => {
    const anyName = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.string({ maxLength: 20 }));
    fc.assert(
      fc.property(anyName, (name) => {
        if (objectToNamespaceName(name) === undefined) assert.ok(isNamespaceName(name), name);
        if (objectToInterfaceName(name) === undefined) assert.ok(isInterfaceName(name), name);
      }),
      { numRuns: 2000 },
    );
  });

  it('suggests only names that it would take', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (name) => {
        const suggestion = objectToInterfaceName(name)?.suggestion;
        fc.pre(suggestion !== undefined && !/[/:%"\\\s\p{Cc}\ufffd-]/u.test(name));
        assert.equal(objectToInterfaceName(suggestion), undefined, suggestion);
      }),
    );
  });

  it('shortens at the end and never inside a character', () => {
    assert.equal(shortenName('earth-veth-long1'), 'earth-veth-long');
    assert.equal(shortenName('planet-bridge-x1y'), 'planet-bridge-x');
    assert.equal(shortenName('a-very-long-nam-x'), 'a-very-long-nam');
    assert.equal(shortenName('ab-cd', 3), 'ab');
    assert.equal(shortenName('€€', 5), '€');
  });

  it('shows any value on one line of bounded length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => /^`[^`\n\r]{0,60}`$/u.test(quote(text))),
    );
  });
});

describe('derived port names', () => {
  const cable = fc.record({
    lab: fc.string({ unit: 'grapheme', maxLength: 31 }),
    bridge: fc.string({ unit: 'grapheme', maxLength: 15 }),
    otherPlace: fc.string({ unit: 'binary', maxLength: 300 }),
    otherInterface: fc.string({ unit: 'binary', maxLength: 20 }),
  });

  it('are names that the kernel takes, whatever the other end is called', () => {
    fc.assert(fc.property(cable, (one) => objectToInterfaceName(derivePortName(one, new Set())) === undefined));
  });

  it('are the same in every run', () => {
    const one = { lab: 'planets', bridge: 'planet-br', otherPlace: 'earth', otherInterface: 'earth-veth' };
    // Written out, because a change would give every lab's cables new names.
    assert.equal(derivePortName(one, new Set()), 'earth-01ssil');
    assert.notEqual(derivePortName({ ...one, lab: 'other' }, new Set()), derivePortName(one, new Set()));
    assert.notEqual(derivePortName({ ...one, otherInterface: 'e1' }, new Set()), derivePortName(one, new Set()));
  });

  it('avoid the names that are taken', () => {
    const one = { lab: 'l', bridge: 'b', otherPlace: 'p', otherInterface: 'i' };
    const taken = new Set<string>();
    for (let turn = 0; turn < 100; turn++) taken.add(derivePortName(one, taken));
    assert.equal(taken.size, 100);
  });
});

describe('did you mean', () => {
  const known = ['addresses', 'mtu', 'mac', 'up', 'description', 'kind', 'nat', 'namespaces'];
  for (const [written, meant] of [
    ['adresses', 'addresses'],
    ['address', 'addresses'],
    ['Addresses', 'addresses'],
    ['mut', 'mtu'],
    ['desc', 'description'],
    ['namespace', 'namespaces'],
    ['knid', 'kind'],
  ] as const) {
    it(`takes ${written} for ${meant}`, () => assert.equal(suggest(written, known), meant));
  }

  it('does not guess what is near to nothing', () => {
    for (const written of ['zzzz', 'gateway', '', 'x'.repeat(100_000)])
      assert.equal(suggest(written, known), undefined, written);
  });
});
