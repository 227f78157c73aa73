import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { lensPlaces, type LensPlace } from '../../../src/language/lens-places';
import { parseTopology } from '../../../src/topology/parse';

const planets = readFileSync(`${__dirname}/../../../examples/planets.netns.yaml`, 'utf8');

function print(text: string): string[] {
  const lines = text.split('\n');
  return lensPlaces(parseTopology(text)).things.map((place) => `${name(place)} | ${lines[place.line]?.trim() ?? ''}`);
}

function name(place: LensPlace): string {
  switch (place.kind) {
    case 'namespace':
      return `namespace ${place.name} up ${place.up.join(',')}`;
    case 'bridge':
      return `bridge ${place.name}`;
    case 'nat':
      return `nat ${place.rule.name}`;
    case 'port-forward':
      return `forward ${place.forward.name}`;
    case 'service':
      return `service ${place.name} of ${place.namespace}`;
    case 'check':
      return `check ${place.index}`;
  }
}

describe('Places of code lenses', () => {
  it('are the file’s name, and its first line while it has none', () => {
    const { file } = lensPlaces(parseTopology(planets));
    assert.equal(planets.split('\n')[file.line], 'name: planets');
    assert.deepEqual(
      { ...file, line: 0 },
      { line: 0, name: 'planets', checks: file.checks, namespaces: ['earth', 'neptune'], bridges: ['planet-br'] },
    );
    assert.deepEqual(lensPlaces(parseTopology('# nothing\n')), {
      file: { line: 0, name: '', checks: 0, namespaces: [], bridges: [] },
      things: [],
    });
  });

  it('are each bridge, namespace, service, NAT rule, port forward and check', () => {
    const found = print(planets);
    assert.ok(found.includes('bridge planet-br | planet-br: { addresses: [10.10.0.1/16] }'), found.join('\n'));
    assert.ok(found.includes('namespace earth up earth-veth | earth:'));
    assert.ok(
      found.some((line) => line.startsWith('service web of earth | web:')),
      found.join('\n'),
    );
    assert.ok(found.includes('nat internet | internet: { masquerade: 10.10.0.0/16, not-out: planet-br }'));
    assert.ok(found.includes('forward web | web: { listen: 8000, to: "earth:8000" }'));
    assert.equal(
      found.filter((line) => line.startsWith('check ')).length,
      parseTopology(planets).topology?.checks.length,
    );
  });

  it('know which interfaces are to be up: not those that are declared down, nor the ends of a cut cable', () => {
    const text = `name: a
namespaces:
  earth:
    interfaces:
      one: { up: false }
      two: {}
links:
  - { endpoints: [earth:three, mars:one], up: false }
  - { endpoints: [earth:four, mars:two] }
`.replace('links:', '  mars:\nlinks:');
    assert.deepEqual(print(text), ['namespace earth up two,four | earth:', 'namespace mars up two | mars:']);
  });

  it('are where a thing is written, once, whatever an alias or a merge key repeats', () => {
    const text = `name: a
namespaces:
  earth: &base
    nat: { out: { masquerade: 10.0.0.0/24 } }
  mars: *base
  venus:
    <<: *base
`;
    assert.deepEqual(print(text), [
      'namespace earth up  | earth: &base',
      'nat out | nat: { out: { masquerade: 10.0.0.0/24 } }',
      'namespace mars up  | mars: *base',
      'namespace venus up  | venus:',
    ]);
  });

  it('know when they share a line', () => {
    const { things } = lensPlaces(parseTopology('name: a\nnamespaces: { earth: {}, mars: {} }\nbridges:\n  br0:\n'));
    assert.deepEqual(
      things.map(({ sharesLine }) => sharesLine),
      [true, true, false],
    );
  });
});
