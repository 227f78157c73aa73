import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  explainBadAddress,
  holds,
  lastAddress,
  networkAddress,
  overlap,
  parseAddress,
  parseCidr,
  parseNetwork,
  printNetwork,
  type Cidr,
} from '../../../src/topology/addresses';

const cidr = (text: string): Cidr => parseCidr(text)!;

describe('addresses', () => {
  it('are read in the spelling of ip(8) only', () => {
    for (const text of [
      '10.10.0.10',
      '0.0.0.0',
      '255.255.255.255',
      '::',
      '2001:db8::10',
      '::ffff:10.0.0.1',
      'FE80::1',
    ]) {
      assert.notEqual(parseAddress(text), undefined, text);
    }
    for (const text of [
      '',
      '10.10',
      '010.0.0.1',
      '10.0.0.256',
      '0x0a.0.0.1',
      '10.0.0.1.1',
      '10.0.0.1/8',
      '1::2::3',
      'fe80::1%eth0',
      'earth',
      '10.0.0.1 ',
      '1:2',
    ]) {
      assert.equal(parseAddress(text), undefined, text);
    }
  });

  it('have a prefix of their family', () => {
    assert.equal(parseCidr('10.0.0.1/32')?.prefix, 32);
    for (const text of [
      '10.0.0.1/33',
      '10.0.0.1/',
      '10.0.0.1/+8',
      '10.0.0.1/08',
      '2001:db8::/129',
      '10.0.0.1',
      '10.0.0.1/8/8',
      '/8',
    ]) {
      assert.equal(parseCidr(text), undefined, text);
    }
    assert.deepEqual([parseNetwork('10.0.0.1')?.prefix, parseNetwork('2001:db8::1')?.prefix], [32, 128]);
  });

  it('know their networks', () => {
    assert.equal(printNetwork(cidr('10.10.77.1/16')), '10.10.0.0/16');
    assert.equal(printNetwork(cidr('10.10.77.1/20')), '10.10.64.0/20');
    assert.equal(printNetwork(cidr('2001:db8:0:77ff::1/60')), '2001:db8:0:77f0::/60');
    assert.equal(networkAddress(cidr('10.1.2.3/0')).toString(), '0.0.0.0');
    assert.equal(lastAddress(cidr('10.10.77.1/20')).toString(), '10.10.79.255');
    assert.equal(holds(cidr('10.0.0.1/24'), parseAddress('10.0.0.200')!), true);
    assert.equal(holds(cidr('10.0.0.1/25'), parseAddress('10.0.0.200')!), false);
    assert.equal(holds(cidr('0.0.0.0/0'), parseAddress('::1')!), false);
    assert.equal(overlap(cidr('10.0.0.1/8'), cidr('10.9.0.1/16')), true);
    assert.equal(overlap(cidr('10.9.0.1/16'), cidr('10.0.0.1/8')), true);
    assert.equal(overlap(cidr('10.8.0.1/16'), cidr('10.9.0.1/16')), false);
  });

  it('lie between the first and the last of their network', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(128), (text, bits) => {
        const address = parseAddress(text);
        fc.pre(address !== undefined);
        const network = { address: address, prefix: Math.min(bits, address.kind() === 'ipv4' ? 32 : 128) };
        for (const member of [networkAddress(network), address, lastAddress(network)])
          assert.ok(holds(network, member));
      }),
    );
  });

  it('are explained where they are none, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.constantFrom('needed', 'possible', 'none'),
        (text, prefix) => {
          assert.match(explainBadAddress(text, prefix).message, /^`.*`.*[.:]/u);
        },
      ),
    );
  });
});
