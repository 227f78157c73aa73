import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import {
  fingerprintOf,
  KnownHost,
  knownHostName,
  matchesHost,
  parseKnownHosts,
  preferredAlgorithms,
} from '../../../src/transport/known-hosts';

/** A key of a type, in the wire format; only its type and its being different matter here. */
function makeKey(type: string, seed = 0): Buffer {
  const field = (content: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    return Buffer.concat([length, content]);
  };
  return Buffer.concat([field(Buffer.from(type)), field(Buffer.alloc(32, seed))]);
}

const ed25519 = makeKey('ssh-ed25519');
const rsa = makeKey('ssh-rsa');
const line = (hosts: string, key: Buffer = ed25519, type = 'ssh-ed25519'): string =>
  `${hosts} ${type} ${key.toString('base64')}`;
const hashed = (name: string): string => {
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
};
const judge = (text: string, host: string, port: number, key = ed25519) =>
  new KnownHost(parseKnownHosts(text, 'kh'), host, port).judge(key);

describe('known_hosts: parsing', () => {
  it('reads lines with and without markers and comments, and tells where they stand', () => {
    const text = [
      '# a comment',
      '',
      `${line('earth')} root@earth, with a comment`,
      `\t@revoked  *  ssh-ed25519\t${ed25519.toString('base64')}\r`,
      `@cert-authority *.lab ${line('').trim()}`,
    ].join('\n');
    assert.deepEqual(
      parseKnownHosts(text, 'kh').map(({ marker, hosts, keyType, line: at }) => [at, marker, hosts, keyType]),
      [
        [3, 'none', 'earth', 'ssh-ed25519'],
        [4, 'revoked', '*', 'ssh-ed25519'],
        [5, 'cert-authority', '*.lab', 'ssh-ed25519'],
      ],
    );
  });

  it('leaves out what it cannot read', () => {
    const bad = [
      'earth',
      'earth ssh-ed25519',
      'earth ssh-ed25519 not-base64!',
      'earth ssh-ed25519 AAAA',
      `earth ssh-rsa ${ed25519.toString('base64')}`,
      `@unknown ${line('earth')}`,
      'earth 1024 35 123456789',
      `earth ssh-ed25519 ${ed25519.toString('base64')}A`,
    ];
    for (const text of bad) assert.deepEqual(parseKnownHosts(text, 'kh'), [], text);
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string(), (text, host) => {
        new KnownHost(parseKnownHosts(text, 'kh'), host, 22).judge(ed25519);
      }),
    );
  });
});

describe('known_hosts: which hosts a line names', () => {
  const cases: [hosts: string, name: string, matches: boolean][] = [
    ['earth', 'earth', true],
    ['EARTH', 'earth', true],
    ['earth', 'earthen', false],
    ['mars,earth', 'earth', true],
    ['ear*', 'earth', true],
    ['*th', 'earth', true],
    ['*', 'earth', true],
    ['*a*r*', 'earth', true],
    ['e?rth', 'earth', true],
    ['e?th', 'earth', false],
    ['*,!earth', 'earth', false],
    ['!earth,*', 'earth', false],
    ['!earth', 'mars', false],
    ['!mars,*', 'earth', true],
    ['[earth]:2222', '[earth]:2222', true],
    ['[earth]:*', '[earth]:2222', true],
    ['[earth]:2222', 'earth', false],
    ['198.18.0.?', '198.18.0.2', true],
    ['fe80::1', 'fe80::1', true],
    ['e.rth', 'earth', false],
  ];
  for (const [hosts, name, matches] of cases) {
    it(`${hosts} ${matches ? 'names' : 'does not name'} ${name}`, () => {
      assert.equal(matchesHost(hosts, name), matches);
    });
  }

  it('agrees with a regular expression on every pattern', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.'), minLength: 1, maxLength: 8 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, name, (text, host) => {
        const source = text.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        assert.equal(matchesHost(text, host), new RegExp(`^${source}$`).test(host));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no time for a pattern full of stars', () => {
    const begun = Date.now();
    assert.equal(matchesHost(`${'*a'.repeat(30)}b`, 'a'.repeat(5000)), false);
    assert.ok(Date.now() - begun < 10_000);
  });

  it('finds a hashed name, with its brackets, and no other', () => {
    fc.assert(
      fc.property(fc.domain(), fc.integer({ min: 1, max: 65535 }), (host, port) => {
        const name = knownHostName(host, port);
        assert.ok(matchesHost(hashed(name), name));
        assert.ok(!matchesHost(hashed(name), `${name}x`));
      }),
    );
    assert.ok(!matchesHost('|2|AAAA|AAAA', 'earth'));
    assert.ok(!matchesHost('|1|AAAA', 'earth'));
  });
});

describe('known_hosts: judging a key', () => {
  it('knows, misses and refuses', () => {
    assert.equal(judge(line('earth'), 'earth', 22).type, 'known');
    assert.equal(judge(line('earth'), 'EARTH', 22).type, 'known');
    assert.equal(judge(line('mars'), 'earth', 22).type, 'unknown');
    assert.equal(judge('', 'earth', 22).type, 'unknown');
    assert.equal(judge(line('earth', makeKey('ssh-ed25519', 1)), 'earth', 22).type, 'changed');
  });

  it('refuses a key of another type than the known ones, as ssh does', () => {
    assert.equal(judge(line('earth', rsa, 'ssh-rsa'), 'earth', 22).type, 'changed');
  });

  it('takes any of several known keys, from any file', () => {
    const entries = [
      ...parseKnownHosts(line('earth', rsa, 'ssh-rsa'), 'one'),
      ...parseKnownHosts(`\n${line('earth')}`, 'two'),
    ];
    const verdict = new KnownHost(entries, 'earth', 22).judge(ed25519);
    assert.ok(verdict.type === 'known' && verdict.entry.file === 'two' && verdict.entry.line === 2);
  });

  it('points to the changed key of the same type', () => {
    const text = `${line('earth', rsa, 'ssh-rsa')}\n${line('earth', makeKey('ssh-ed25519', 1))}`;
    const verdict = judge(text, 'earth', 22);
    assert.ok(verdict.type === 'changed' && verdict.entry.line === 2);
  });

  it('puts a revocation above everything', () => {
    assert.equal(judge(`${line('earth')}\n@revoked ${line('*')}`, 'earth', 22).type, 'revoked');
    assert.equal(judge(`${line('earth')}\n@revoked ${line('mars')}`, 'earth', 22).type, 'known');
  });

  it('does not take a certificate authority for a host key, and says that there is one', () => {
    const verdict = judge(`@cert-authority ${line('*')}`, 'earth', 22);
    assert.ok(verdict.type === 'unknown' && verdict.authority?.line === 1);
  });

  it('takes a key known without a port for another port, but never calls it changed', () => {
    assert.equal(judge(line('earth'), 'earth', 2222).type, 'known');
    assert.equal(judge(line('earth', makeKey('ssh-ed25519', 1)), 'earth', 2222).type, 'unknown');
    assert.equal(judge(line('[earth]:2222', makeKey('ssh-ed25519', 1)), 'earth', 2222).type, 'changed');
    assert.equal(judge(line('[earth]:2222'), 'earth', 22).type, 'unknown');
  });
});

describe('host key algorithms', () => {
  it('puts those of the known keys first and loses none', () => {
    const types = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'ssh-rsa'];
    fc.assert(
      fc.property(fc.subarray(types), (known) => {
        const algorithms = preferredAlgorithms(known);
        assert.equal(new Set(algorithms).size, 6);
        const typeOf = (algorithm: string): string => (algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm);
        const isKnown = algorithms.map((algorithm) => known.includes(typeOf(algorithm)));
        assert.ok(
          isKnown.lastIndexOf(true) < (isKnown.includes(false) ? isKnown.indexOf(false) : 7),
          String(algorithms),
        );
      }),
    );
    assert.deepEqual(preferredAlgorithms(['ssh-rsa']).slice(0, 3), ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519']);
    assert.equal(preferredAlgorithms([])[0], 'ssh-ed25519');
  });

  it('never offers SHA-1 or DSA', () => {
    for (const weak of ['ssh-rsa', 'ssh-dss']) assert.ok(!preferredAlgorithms([weak]).includes(weak as never));
  });
});

describe('fingerprints', () => {
  it('are written as ssh-keygen writes them', () => {
    assert.match(fingerprintOf(ed25519), /^SHA256:[A-Za-z0-9+/]{43}$/);
  });
});
