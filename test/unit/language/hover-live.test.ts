import assert from 'node:assert/strict';
import type { HostSnapshot } from '../../../src/host/model';
import { hoverAt } from '../../../src/language/hover/hover';
import { describeLive } from '../../../src/language/hover/live-facts';
import { liveSubjectAt } from '../../../src/language/hover/live-subject';
import type { YamlPath } from '../../../src/topology/model';
import { parseTopology } from '../../../src/topology/parse';
import { eth0, host, link, namespace, planetsHost, rule } from '../graph/hosts';
import { planets } from './mutations';

/** What a host says of the entry at a path, without the first line. */
function live(text: string, snapshot: HostSnapshot, ...path: YamlPath): string[] {
  const { topology } = parseTopology(text);
  const subject = topology && liveSubjectAt(topology, path);
  assert.ok(subject, path.join('/'));
  const [first, , ...lines] = describeLive(subject, snapshot, 'lab1').split('\n');
  assert.equal(first, '**On lab1** now:');
  return lines.map((line) => line.replace(/^- /, ''));
}

describe('the live state in a hover', () => {
  const there = planetsHost();
  const nothing = host([eth0()], []);

  it('tells how a namespace, an interface, an address and a cable are', () => {
    const earth: YamlPath = ['namespaces', 'earth'];
    assert.deepEqual(live(planets, there, ...earth), ['made by someone else', '2 interfaces, 2 routes, 1 process']);
    assert.deepEqual(live(planets, nothing, ...earth), ['it is not there']);
    const veth: YamlPath = [...earth, 'interfaces', 'earth-veth'];
    assert.deepEqual(live(planets, there, ...veth), [
      'up, `veth`, MTU 1500, `02:00:00:00:00:03`',
      '`10.10.0.10/16`',
      '`fe80::2/64`',
    ]);
    assert.deepEqual(live(planets, nothing, ...veth), ['there is no namespace `earth`']);
    assert.deepEqual(live(planets, there, ...veth, 'addresses', 0), ['`earth-veth` has it, and is up']);
    assert.deepEqual(live(planets, there, 'bridges', 'planet-br', 'addresses', 0), ['`planet-br` has it, and is up']);
    assert.deepEqual(live(planets, nothing, 'bridges', 'planet-br', 'addresses', 0), ['there is no `planet-br`']);
    assert.deepEqual(live(planets, there, 'links', 0, 'endpoints', 0), ['`earth:earth-veth` up', '`earth-br-veth` up']);
  });

  it('tells what differs', () => {
    const other = host([eth0()], [
      namespace('earth', [link(3, 'earth-veth', { up: false, addresses: ['10.10.0.10/24', '10.9.0.1/8'] })], {
        routes: [{ family: 'inet', to: 'default', via: '10.10.0.9', dev: 'earth-veth', table: 'main', type: 'unicast' }],
        sysctls: { 'net.ipv4.ip_forward': '1', 'net.ipv4.conf.all.rp_filter': '2' },
      }),
    ]); // prettier-ignore
    const veth: YamlPath = ['namespaces', 'earth', 'interfaces', 'earth-veth'];
    assert.deepEqual(live(planets, other, ...veth, 'addresses', 0), [
      '`earth-veth` has it as `10.10.0.10/24`',
      'besides it has `10.9.0.1/8`',
    ]);
    assert.match(live(planets, other, ...veth)[0] ?? '', /^down, /);
    assert.deepEqual(live(planets, other, 'namespaces', 'earth', 'routes', 0), [
      'to `default` via `10.10.0.9` dev `earth-veth`',
      'none of them is this one',
    ]);
    assert.equal(live(planets, other, 'namespaces', 'earth').at(-1), 'passes IPv4 packets on');
    const sysctl = 'name: t\nnamespaces: { earth: { sysctls: { net.ipv4.conf.all.rp_filter: 0 } } }\n';
    const path: YamlPath = ['namespaces', 'earth', 'sysctls', 'net.ipv4.conf.all.rp_filter'];
    assert.deepEqual(live(sysctl, other, ...path), ['is `2`, not `0`']);
  });

  it('counts what a NAT rule and a port forward of this lab have matched', () => {
    const own = { lab: 'planets', source: '10.10.0.0/16', notOut: 'planet-br', packets: 1200 };
    const masquerade = rule('ip saddr 10.10.0.0/16 oifname != "planet-br" masquerade', own);
    const forward = rule('tcp dport 8000 dnat to 10.10.0.10:8000', {
      kind: 'dnat',
      lab: 'planets',
      protocol: 'tcp',
      port: 8000,
    });
    const snapshot = host([eth0()], [], { nat: [masquerade, { ...masquerade, lab: 'other' }, forward] });
    assert.deepEqual(live(planets, snapshot, 'nat', 'internet'), [
      '`ip saddr 10.10.0.0/16 oifname != "planet-br" masquerade`: 1,200 connections',
    ]);
    assert.deepEqual(live(planets, snapshot, 'port-forwards', 'web'), ['`tcp dport 8000 dnat to 10.10.0.10:8000`']);
    assert.deepEqual(live(planets, there, 'nat', 'internet'), ['it is not there']);
  });

  it('shows a host’s words as text, never as markup', () => {
    const evil = '`](x)<img>';
    const snapshot = host([eth0()], [namespace('earth', [link(3, 'earth-veth', { kind: evil, master: evil })])]);
    const { topology } = parseTopology(planets);
    const subject = topology && liveSubjectAt(topology, ['namespaces', 'earth', 'interfaces', 'earth-veth']);
    const markdown = subject === undefined ? '' : describeLive(subject, snapshot, '**[a](b)');
    assert.ok(markdown.startsWith('**On \\*\\*\\[a\\]\\(b\\)** now:'), markdown);
    assert.ok(markdown.includes('`` `](x)<img> ``'), markdown);
  });

  it('is told with a hover what it is about, and for which host', () => {
    const text = `target: lab1\n${planets}`;
    const hover = hoverAt(parseTopology(text), text.indexOf('10.10.0.10/16'));
    assert.equal(hover?.target, 'lab1');
    assert.deepEqual(hover.live, {
      type: 'address',
      cidr: '10.10.0.10/16',
      namespace: 'earth',
      interface: 'earth-veth',
    });
    assert.deepEqual(structuredClone(hover), hover);
  });
});
