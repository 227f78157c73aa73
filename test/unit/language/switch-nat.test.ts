import assert from 'node:assert/strict';
import { isNatEnabled, switchNatEntry, type NatEntry } from '../../../src/language/edit/switch-nat';
import { parseTopology } from '../../../src/topology/parse';
import { applyEdits } from './at-cursor';

const text = `name: planets
bridges:
  planet-br: { addresses: [10.10.0.1/16] }
namespaces:
  earth:
    interfaces: { e0: { addresses: [10.10.0.10/16] } }
    routes: [{ to: default, via: 10.10.0.1 }]
links:
  - endpoints: [earth:e0, planet-br:p]
nat:
  out: { masquerade: 10.10.0.0/16, not-out: planet-br } # the way out
port-forwards:
  # the web
  web:
    listen: 8000
    to: earth:8000 # there
  out: { listen: 81, enabled: true, to: earth:81 }
`;
const out: NatEntry = { kind: 'nat', name: 'out' };
const web: NatEntry = { kind: 'port-forward', name: 'web' };

function switched(before: string, entry: NatEntry, enabled: boolean): string {
  const done = switchNatEntry(parseTopology(before), entry, enabled);
  return 'refusal' in done ? `refused: ${done.refusal}` : applyEdits(before, done.edits);
}

describe('Switching a NAT rule in its file', () => {
  it('adds one word, and takes it out again: the text is as it was', () => {
    const off = switched(text, out, false);
    assert.match(
      off,
      /^ {2}out: \{ masquerade: 10\.10\.0\.0\/16, not-out: planet-br, enabled: false \} # the way out$/m,
    );
    assert.equal(isNatEnabled(parseTopology(off), out), false);
    assert.equal(switched(off, out, true), text);
    const closed = switched(text, web, false);
    assert.match(closed, /^ {4}to: earth:8000 # there\n {4}enabled: false\n {2}out:/m);
    assert.equal(switched(closed, web, true), text);
  });

  it('tells a rule from a port forward of its name, and changes the word that is written', () => {
    const off = switched(text, { kind: 'port-forward', name: 'out' }, false);
    assert.equal(off, text.replace('enabled: true', 'enabled: false'));
    assert.equal(switched(off, { kind: 'port-forward', name: 'out' }, false), off);
  });

  it('is refused, in words, where the text alone cannot say it', () => {
    const shared = text.replace('out: { masq', 'out: &a { masq').replace('# the way out', '\n  other: *a');
    assert.match(switched(shared, { kind: 'nat', name: 'other' }, false), /^refused: .*alias/);
    assert.match(switched(text, { kind: 'nat', name: 'gone' }, false), /^refused: .*no nat gone/);
    assert.match(switched(`${text}links: []\n`, out, false), /^refused: it has an error/);
    const inside: NatEntry = { kind: 'nat', name: 'out', namespace: 'earth' };
    assert.equal(isNatEnabled(parseTopology(text), inside), undefined);
  });
});
