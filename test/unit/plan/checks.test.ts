import assert from 'node:assert/strict';
import { resolveTarget } from '../../../src/plan/check-targets';
import { checkKeys, planCheck } from '../../../src/plan/checks';
import type { CheckAction, CheckDeclaration } from '../../../src/topology/model';
import { bridge, device, namespace, scope, topology } from './build-topology';
import { SimulatedHost } from './simulated-host';

const lab = topology({
  bridges: [
    bridge('br0', { addresses: ['10.1.0.1/16'] }),
    bridge('inner', { namespace: 'router', addresses: ['10.3.0.1/24'] }),
  ],
  namespaces: [
    namespace('earth', { interfaces: [device('e0', '10.1.0.10/16'), device('e6', '2001:db8::10/64')] }),
    namespace('router', { interfaces: [device('r0', '172.16.0.1/24'), device('r1', '10.1.0.254/16')] }),
    namespace('six', { interfaces: [device('s0', '2001:db8::20/64')] }),
    namespace('bare'),
  ],
  host: scope({ interfaces: [device('h0', '10.9.0.1/24')] }),
});

function check(action: CheckAction, more: Partial<CheckDeclaration> = {}): CheckDeclaration {
  return { path: [], from: 'earth', action, expect: 'pass', within: 5, ...more };
}

describe('the target of a check', () => {
  const resolve = (target: string, from: string | undefined = 'earth'): string | undefined =>
    resolveTarget(target, from, lab);

  it('is an address, or the address that the source can name best', () => {
    assert.equal(resolve('8.8.8.8'), '8.8.8.8');
    assert.equal(resolve('router'), '10.1.0.254', 'the one on a network of the source, not the first');
    assert.equal(resolve('router:r0'), '172.16.0.1');
    assert.equal(resolve('router:inner'), '10.3.0.1');
    assert.equal(resolve('earth', 'six'), '2001:db8::10', 'of the family that the source has');
    assert.equal(resolve('host', 'earth'), '10.1.0.1');
    assert.equal(resolve('host:h0'), '10.9.0.1');
    assert.equal(resolve('example.com'), 'example.com');
  });

  it('is nothing where there is no address, and never a word that a program could take for an option', () => {
    assert.equal(resolve('bare'), undefined);
    assert.equal(resolve('-I'), undefined);
    assert.equal(resolve('10.0.0.0/8'), undefined);
    const plan = planCheck(check({ type: 'ping', target: 'bare' }), lab);
    assert.equal(plan.impossible, 'bare has no address that could be tried.');
  });

  it('is looked up on the host where the file does not say it', () => {
    assert.equal(resolveTarget('host:eth0', 'earth', lab, new SimulatedHost().snapshot()), '198.51.100.2');
  });
});

describe('planCheck', () => {
  it('waits a second for each of several pings, and once where none is to come through', () => {
    const argv = (expect: 'pass' | 'fail', within: number): string | undefined =>
      planCheck(check({ type: 'ping', target: 'router' }, { expect, within }), lab).alternatives[0]?.argv.join(' ');
    assert.equal(argv('pass', 30), 'ping -n -c 1 -W 1 10.1.0.254');
    assert.equal(argv('fail', 30), 'ping -n -c 1 -W 2 10.1.0.254');
    assert.equal(argv('fail', 1), 'ping -n -c 1 -W 1 10.1.0.254');
  });

  it('says its claim in words', () => {
    const titles = (
      [
        { type: 'ping', target: 'six' },
        { type: 'tcp', target: '2001:db8::20', port: 80 },
        { type: 'udp', target: 'six', port: 53 },
        { type: 'http', url: 'http://x/', status: 200, body: 'hello' },
        { type: 'dns', name: 'example.com' },
        { type: 'command', command: 'true\nfalse' },
      ] as const
    ).flatMap((action) => (['pass', 'fail'] as const).map((expect) => planCheck(check(action, { expect }), lab).title));
    assert.deepEqual(titles, [
      ...['earth can ping six', 'earth cannot ping six'],
      ...['earth can connect to [2001:db8::20]:80', 'earth cannot connect to [2001:db8::20]:80'],
      ...['earth can send UDP to six:53', 'earth cannot send UDP to six:53'],
      'earth can get http://x/ with status 200 and "hello" in the body',
      'earth cannot get http://x/ with status 200 and "hello" in the body',
      ...['earth can resolve example.com', 'earth cannot resolve example.com'],
      ...['in earth, `true` succeeds', 'in earth, `true` fails'],
    ]);
  });

  it('puts an address in the place of a namespace in a URL, which no resolver would know', () => {
    const url = (written: string, from = 'earth'): string | undefined =>
      planCheck(check({ type: 'http', url: written }, { from }), lab).alternatives[0]?.argv.at(-1);
    assert.equal(url('http://router:8000/router?router'), 'http://10.1.0.254:8000/router?router');
    assert.equal(url('http://host/'), 'http://10.1.0.1/');
    assert.equal(url('http://six/', 'six'), 'http://[2001:db8::20]/');
    assert.equal(url('http://example.com/six'), 'http://example.com/six');
    assert.equal(
      planCheck(check({ type: 'http', url: 'http://bare/' }), lab).impossible,
      'bare has no address that could be tried.',
    );
  });
});

describe('the key of a check', () => {
  it('is that of its claim, wherever it stands, and tells the same claim made twice apart', () => {
    const [a, b] = [check({ type: 'ping', target: 'six' }), check({ type: 'ping', target: 'router' })];
    const keys = checkKeys([a, b, { ...a, path: ['checks', 2] }]);
    assert.equal(new Set(keys).size, 3);
    assert.deepEqual(checkKeys([{ ...b, path: ['checks', 7] }, a]), [keys[1], keys[0]]);
    assert.notEqual(checkKeys([{ ...a, expect: 'fail' }])[0], keys[0]);
  });
});
