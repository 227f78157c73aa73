import assert from 'node:assert/strict';
import fc from 'fast-check';
import { emptyManifest, printManifest, type Manifest } from '../../../src/plan/manifest';
import { readManifest, recordsTheSame } from '../../../src/plan/read-manifest';

const full: Manifest = {
  ...emptyManifest('lab'),
  revision: 3,
  namespaces: ['earth'],
  bridges: [{ name: 'br0' }, { namespace: 'earth', name: 'br1' }],
  cables: [[{ namespace: 'earth', name: 'e0' }, { name: 'e1' }]],
  settings: [
    { name: 'br0', options: { stp_state: '1' } },
    { namespace: 'earth', name: 'e0', mtu: 9000 },
  ],
  ports: [{ name: 'eth1', bridge: 'br0', before: 'br9' }],
  addresses: [{ namespace: 'earth', dev: 'e0', cidr: '10.0.0.1/24' }],
  routes: [{ namespace: 'earth', to: 'default', type: 'unicast', via: '10.0.0.2', metric: 5 }],
  rules: [{ from: '10.0.0.0/8', table: '100', priority: 7 }],
  sysctls: [{ name: 'net.ipv4.ip_forward', value: '1', before: '0' }],
  nftTables: [{ family: 'ip', text: 'table ip x {\n}\n' }],
  nameservers: [{ namespace: 'earth', addresses: ['9.9.9.9'] }],
  services: [
    {
      namespace: 'earth',
      name: 'web',
      command: ['a', 'b'],
      env: { A: 'multi\nline' },
      user: 'nobody',
      ready: { tcp: 80 },
    },
  ],
};

describe('readManifest', () => {
  it('gives back what was written', () => {
    assert.deepEqual(readManifest(JSON.parse(printManifest(full))), full);
  });

  it('keeps the revision on a line of its own, where the script on the host looks for it', () => {
    assert.match(printManifest(full), /^ "revision": 3,$/m);
  });

  it('believes no host: a manifest with anything out of order is none', () => {
    const broken: ((manifest: Record<string, unknown>) => void)[] = [
      (m) => (m['version'] = 2),
      (m) => (m['lab'] = '../lab'),
      (m) => (m['namespaces'] = ['../../etc']),
      (m) => (m['namespaces'] = 'earth'),
      (m) => (m['bridges'] = [{ name: 'a b' }]),
      (m) => (m['cables'] = [[{ name: 'one' }]]),
      (m) => (m['settings'] = [{ name: 'br0', options: { 'stp_state 1; reboot': '1' } }]),
      (m) => (m['addresses'] = [{ dev: 'e0', cidr: '10.0.0.1\nreboot' }]),
      (m) => (m['routes'] = [{ to: 'default', type: 'teleport' }]),
      (m) => (m['sysctls'] = [{ name: 'kernel.core_pattern', value: '|/bin/sh' }]),
      (m) => (m['services'] = [{ namespace: 'earth', name: '../x', command: 'x', env: {} }]),
      (m) => (m['services'] = [{ namespace: 'earth', name: 'x', command: 'x', env: { 'A=$(reboot)': '' } }]),
      (m) => Reflect.deleteProperty(m, 'revision'),
    ];
    for (const spoil of broken) {
      const manifest = JSON.parse(printManifest(full)) as Record<string, unknown>;
      spoil(manifest);
      assert.equal(readManifest(manifest), undefined, spoil.toString());
    }
  });

  it('takes any value without an exception', () => {
    fc.assert(fc.property(fc.anything(), (value) => assert.equal(readManifest(value), undefined)));
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(full)), fc.jsonValue(), (key, value) => {
        readManifest({ ...full, [key]: value });
      }),
    );
  });

  it('compares by what is recorded, not by revision or the order of keys', () => {
    const reordered = JSON.parse(JSON.stringify(full), (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    ) as Manifest;
    assert.ok(recordsTheSame(full, { ...reordered, revision: 9 }));
    assert.ok(!recordsTheSame(full, { ...full, namespaces: [] }));
  });
});
