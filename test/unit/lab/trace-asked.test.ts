import assert from 'node:assert/strict';
import {
  askedKey,
  askedTitle,
  describeAsked,
  destinationOf,
  hasPort,
  parseAsked,
  questionOfCheck,
  sourceOf,
} from '../../../src/lab/trace/asked';
import { socketSubject } from '../../../src/lab/actions/subjects';
import { natSubject } from '../../../src/lab/nat-subjects';
import { natGroups } from '../../../src/lab/nat-groups';
import type { Subject } from '../../../src/protocol/subject';
import { parseTopology } from '../../../src/topology/parse';
import { hostOfExamples } from '../actions/example-host';
import { planetsHost } from '../graph/hosts';

describe('the question of a trace', () => {
  const host = hostOfExamples();
  const subject = (type: Subject['type'], name: string, more: Partial<Subject> = {}): Subject => ({
    type,
    hostId: 'lab1',
    name,
    ...more,
  });

  it('is read from what was kept or handed over, and nothing else is', () => {
    assert.deepEqual(parseAsked({ from: ' earth ', to: '8.8.8.8', protocol: 'tcp', port: 53, more: 1 }), {
      from: 'earth',
      to: '8.8.8.8',
      protocol: 'tcp',
      port: 53,
    });
    for (const value of [
      undefined,
      null,
      'earth',
      { from: 'earth' },
      { from: 'earth', to: '' },
      { from: 'earth', to: 'x', protocol: 'sctp' },
      { from: 'earth', to: 'x', port: 0 },
      { from: 'earth', to: 'x', port: 65_536 },
      { from: 'earth', to: 'x', port: '80' },
    ]) {
      assert.equal(parseAsked(value), undefined, JSON.stringify(value));
    }
  });

  it('is told in words: the protocol follows from the destination where none is said', () => {
    assert.equal(describeAsked({ from: 'earth', to: '8.8.8.8' }), 'earth → 8.8.8.8, ICMP');
    assert.equal(describeAsked({ from: 'earth', to: 'mars:80' }), 'earth → mars:80, TCP');
    assert.equal(describeAsked({ from: 'earth', to: 'mars:mars-veth' }), 'earth → mars:mars-veth, ICMP');
    assert.equal(describeAsked({ from: 'host', to: 'https://mars/x' }), 'host → https://mars/x, TCP');
    assert.equal(describeAsked({ from: 'host', to: 'fd00::1', protocol: 'udp', port: 53 }), 'host → [fd00::1]:53, UDP');
    assert.equal(askedTitle({ from: '2', to: '8.8.8.8' }, host), 'earth → 8.8.8.8');
  });

  it('knows a port from a name’s colon and from an IPv6 address', () => {
    assert.deepEqual(
      ['mars:80', 'mars:eth0:80', '10.0.0.1:80', '[fd00::1]:80', 'http://x/'].filter((to) => !hasPort(to)),
      [],
    );
    assert.deepEqual(['mars', 'mars:eth0', '10.0.0.1', 'fd00::1', 'fd00::80', '[fd00::1]'].filter(hasPort), []);
  });

  it('tells questions apart', () => {
    const asked = { from: 'earth', to: 'mars' };
    assert.equal(askedKey(asked), askedKey({ ...asked }));
    assert.notEqual(askedKey(asked), askedKey({ ...asked, protocol: 'icmp' }));
  });

  it('is made of what was clicked on', () => {
    assert.equal(sourceOf(subject('namespace', 'earth'), host), 'earth');
    assert.equal(sourceOf(subject('namespace', '', { namespaceId: '2' }), host), 'earth');
    assert.equal(sourceOf(subject('interface', 'earth-br-veth'), host), 'host');
    assert.equal(sourceOf(subject('host', 'lab1'), host), 'host');
    assert.equal(sourceOf(subject('namespace', 'gone'), host), undefined);
    assert.deepEqual(destinationOf(subject('namespace', 'mars'), host), { to: 'mars' });
    assert.deepEqual(destinationOf(subject('interface', 'mars-veth', { namespace: 'mars' }), host), {
      to: 'mars:mars-veth',
    });
    assert.deepEqual(destinationOf(subject('bridge', 'planet-br'), host), { to: 'host:planet-br' });
    assert.deepEqual(destinationOf(subject('address', '10.10.0.10/16', { namespace: 'earth' }), host), {
      to: '10.10.0.10',
    });
    assert.deepEqual(destinationOf(subject('service', 'web', { namespace: 'earth', lab: 'planets' }), host), {
      to: 'earth',
      protocol: 'tcp',
      port: 8000,
    });
    assert.deepEqual(
      destinationOf(subject('socket', '*:53', { namespace: 'earth', protocol: 'udp', port: 53 }), host),
      {
        to: 'earth',
        protocol: 'udp',
        port: 53,
      },
    );
    const [root] = host.namespaces;
    assert.ok(root);
    const socket = socketSubject('lab1', root, { protocol: 'tcp', address: '198.51.100.2', port: 22 });
    assert.deepEqual(destinationOf(socket, host), { to: '198.51.100.2', protocol: 'tcp', port: 22 });
    assert.equal(destinationOf(subject('lab', 'planets'), host), undefined);
  });

  it('of a port forward goes to where it listens, and of a source NAT nowhere', () => {
    const planets = planetsHost();
    const goals = natGroups(planets).map((group) => destinationOf(natSubject('lab1', planets, group), planets));
    assert.ok(
      goals.some((goal) => goal?.port === 8000 && goal.protocol === 'tcp'),
      JSON.stringify(goals),
    );
    assert.ok(goals.includes(undefined));
  });

  it('of a check is the packet that it sends', () => {
    const { topology } = parseTopology(`name: t
namespaces: { earth: , mars: }
checks:
  - { from: earth, ping: mars }
  - { from: host, tcp: "mars:80" }
  - { from: earth, udp: "10.0.0.1:53" }
  - { from: host, http: "http://mars:8000/" }
  - { from: earth, dns: example.org }
  - { from: earth, command: "true" }
`);
    const questions = topology?.checks.map((check) => questionOfCheck(check, host));
    assert.deepEqual(questions, [
      { from: 'earth', to: 'mars', protocol: 'icmp' },
      { from: 'host', to: 'mars', protocol: 'tcp', port: 80 },
      { from: 'earth', to: '10.0.0.1', protocol: 'udp', port: 53 },
      { from: 'host', to: 'http://mars:8000/' },
      undefined,
      undefined,
    ]);
  });
});
