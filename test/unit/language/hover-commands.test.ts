import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { printCommand } from '../../../src/base/command';
import { describeCommands } from '../../../src/language/hover/commands';
import { freshHost } from '../../../src/plan/fresh-host';
import { hoverAt } from '../../../src/language/hover/hover';
import { codeBlock } from '../../../src/language/hover/markdown';
import { planApply } from '../../../src/plan/plan-apply';
import type { YamlPath } from '../../../src/topology/model';
import { parseTopology } from '../../../src/topology/parse';
import { largeTopology } from '../../bench/language-file';
import { planets } from './mutations';

const whole = readFileSync(`${__dirname}/../../fixtures/topology/whole-language.netns.yaml`, 'utf8');

/** The commands shown for a path, line by line. */
function shown(text: string, ...path: YamlPath): string[] {
  const markdown = describeCommands(parseTopology(text), path);
  if (markdown === undefined) return [];
  const [, lines] = /^As commands:\n\n```sh\n([^]*)\n```$/.exec(markdown) ?? [];
  assert.ok(lines !== undefined, markdown);
  return lines.split('\n');
}

describe('the commands in a hover', () => {
  it('are none where one could not be typed', () => {
    const check = (url: string): string => `name: t\nchecks:\n  - { from: host, http: ${JSON.stringify(url)} }\n`;
    assert.equal(shown(check('http://10.0.0.1/'), 'checks', 0).length, 1);
    assert.deepEqual(shown(check('http://10.0.0.1/\nb'), 'checks', 0), []);
    assert.deepEqual(shown(check('http://\0'), 'checks', 0), []);
  });

  it('are those that Apply would run on a host without the lab', () => {
    const { topology } = parseTopology(planets);
    assert.ok(topology);
    const { steps, problems } = planApply(topology, freshHost(topology));
    assert.deepEqual(problems, []);
    const planned = (about: YamlPath): string[] =>
      steps
        .filter(({ path, object }) => path?.join('/') === about.join('/') && object.type !== 'nat')
        .flatMap(({ run }) => run.flatMap((command) => printCommand(command).split('\n')));
    for (const path of [
      ['namespaces', 'earth', 'interfaces', 'earth-veth', 'addresses', 0],
      ['namespaces', 'earth', 'routes', 0],
      ['bridges', 'planet-br', 'addresses', 0],
      ['links', 1],
    ]) {
      const lines = shown(planets, ...path);
      assert.ok(lines.length > 0);
      assert.deepEqual(lines, planned(path));
    }
  });

  it('belong to the entry under the mouse, and to nothing else', () => {
    assert.deepEqual(shown(planets, 'bridges', 'planet-br').slice(0, 1), ['ip link add name planet-br type bridge']);
    assert.deepEqual(shown(planets, 'bridges', 'planet-br', 'addresses', 0), [
      'ip addr add 10.10.0.1/16 dev planet-br',
    ]);
    assert.deepEqual(shown(planets, 'namespaces', 'earth', 'routes', 0, 'via'), [
      'ip -n earth route add default via 10.10.0.1',
    ]);
    const earth = shown(planets, 'namespaces', 'earth');
    assert.equal(earth[0], 'ip netns add earth');
    assert.ok(earth.includes('ip -n earth route add default via 10.10.0.1'));
    assert.ok(!earth.some((line) => line.includes('neptune')));
    assert.match(
      shown(planets, 'links', 0, 'endpoints', 1)[0] ?? '',
      /^ip link add name earth-veth netns earth type veth peer/,
    );
    assert.ok(
      shown(planets, 'nat', 'internet').some((line) => line.includes('masquerade comment "masquerade internet')),
    );
    assert.ok(!shown(planets, 'nat', 'internet').some((line) => line.includes('dnat')));
    const forward = shown(planets, 'port-forwards', 'web').join('\n');
    assert.ok(forward.includes('dport 8000') && !forward.includes('dport 3000'), forward);
    assert.deepEqual(shown(planets, 'namespaces', 'earth', 'services', 'web'), [
      "ip netns exec earth sh -c 'python3 -m http.server --bind 10.10.0.10 8000'",
    ]);
    assert.match(shown(planets, 'checks', 0)[0] ?? '', /^ip netns exec earth ping /);
    assert.deepEqual(shown(planets, 'name'), []);
    assert.deepEqual(shown(planets, 'namespaces'), []);
  });

  it('are there for each kind of entry of the language', () => {
    for (const path of [
      ['bridges', 'sw0', 'stp'],
      ['namespaces', 'router', 'forwarding'],
      ...['dm0', 'tn0', 'tp0', 'mv0', 'iv0', 'vl0', 'vx0'].map((name) => ['namespaces', 'router', 'interfaces', name]),
      ['namespaces', 'router', 'routes', 1],
      ['namespaces', 'router', 'rules', 0],
      ['namespaces', 'router', 'sysctls', 'net.ipv4.tcp_rmem'],
      ['namespaces', 'router', 'nameservers', 0],
      ['links', 0, 'impair', 'delay'],
      ['host', 'interfaces', 'up0'],
      ['host', 'routes', 0],
      ['host', 'sysctls', 'net.ipv4.conf.up0.forwarding'],
      ['nat', 'all'],
      ...[0, 1, 2, 3, 4, 5].map((index) => ['checks', index]),
    ]) {
      assert.notDeepEqual(shown(whole, ...path), [], path.join('/'));
    }
  });

  it('do not wait for a mistake elsewhere, nor for the size of the lab', () => {
    const text = `${largeTopology(1000)}host: { interfaces: { nowhere: { mtu: 1400 } } }\n`;
    assert.deepEqual(shown(text, 'namespaces', 'n7').slice(0, 1), ['ip netns add n7']);
    assert.equal(shown(text, 'links', 7).length, 3);
  });

  it('end with their block, whatever they hold', () => {
    const text = 'name: t\nnamespaces:\n  a:\n    services: { s: { command: "x ```` \\n```\\n[a](b)" } }\n';
    const markdown = hoverAt(parseTopology(text), text.indexOf(' s: {') + 1)?.markdown ?? '';
    assert.ok(markdown.endsWith('\n`````'), markdown);
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('`', 'a', '\0', '\u2028', ' ') })), (lines) => {
        const [first = '', ...rest] = codeBlock('sh', lines).split('\n');
        const fence = first.slice(0, -2);
        assert.equal(
          rest.findIndex((line) => line.trim().startsWith(fence)),
          rest.length - 1,
        );
        assert.equal(rest.length, lines.length + 1);
      }),
    );
  });
});
