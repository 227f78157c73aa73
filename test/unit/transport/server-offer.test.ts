import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readServerOffer, whyNotOurs, type ServerOffer } from '../../../src/transport/server-offer';

/** A greeting and a KEXINIT, as a server sends them. */
function said(lists: readonly (readonly string[])[], before = '', software = 'OpenSSH_9.9'): Buffer {
  const named = lists.map((list) => {
    const text = Buffer.from(list.join(','));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return Buffer.concat([length, text]);
  });
  const payload = Buffer.concat([Buffer.from([20]), Buffer.alloc(16, 7), ...named, Buffer.alloc(5)]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(payload.length + 1 + 8, 0);
  head.writeUInt8(8, 4);
  return Buffer.concat([Buffer.from(`${before}SSH-2.0-${software}\r\n`), head, payload, Buffer.alloc(8)]);
}

const offer = (changes: Partial<ServerOffer>): ServerOffer => ({
  software: 'OpenSSH_9.9',
  keyExchange: ['curve25519-sha256'],
  hostKeys: ['ssh-ed25519'],
  ciphers: ['aes128-gcm@openssh.com'],
  ...changes,
});

describe('what a server offers', () => {
  const word = fc.stringMatching(/^[a-z0-9@.-]{1,20}$/);
  const list = fc.array(word, { minLength: 1, maxLength: 5 });

  it('is read from its first words, and never from half of them', () => {
    fc.assert(
      fc.property(
        list,
        list,
        list,
        fc.constantFrom('', 'Welcome\r\nto this host\r\n'),
        (kex, keys, ciphers, before) => {
          const bytes = said([kex, keys, ciphers, ['none']], before);
          assert.deepEqual(readServerOffer(bytes), {
            software: 'OpenSSH_9.9',
            keyExchange: kex,
            hostKeys: keys,
            ciphers,
          });
          for (let end = 0; end < bytes.length; end++) assert.equal(readServerOffer(bytes.subarray(0, end)), undefined);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is nothing where something else was said', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readServerOffer(Buffer.from(bytes))));
    const withFalseLength = said([['a'], ['b'], ['c']]);
    withFalseLength.writeUInt32BE(0x7fffffff, withFalseLength.indexOf('SSH-2.0-OpenSSH_9.9\r\n') + 21 + 5 + 17);
    assert.equal(readServerOffer(withFalseLength), undefined);
  });

  it('tells what is wanted that we cannot do', () => {
    const pqOnly = offer({
      keyExchange: ['mlkem768x25519-sha256', 'sntrup761x25519-sha512', 'kex-strict-s-v00@openssh.com'],
    });
    assert.equal(
      whyNotOurs('no matching key exchange algorithm', pqOnly),
      'It exchanges keys only in ways that withstand quantum computers (mlkem768x25519-sha256, sntrup761x25519-sha512), which are not supported yet.',
    );
    assert.equal(
      whyNotOurs('no matching key exchange algorithm', offer({ keyExchange: ['diffie-hellman-group1-sha1'] })),
      'It exchanges keys only by diffie-hellman-group1-sha1.',
    );
    assert.match(
      whyNotOurs('no matching host key format', offer({ hostKeys: ['ssh-ed25519-cert-v01@openssh.com'] })) ?? '',
      /only a host certificate/,
    );
    assert.match(
      whyNotOurs('no matching host key format', offer({ hostKeys: ['sk-ssh-ed25519@openssh.com'] })) ?? '',
      /only the key of a security key/,
    );
    assert.match(
      whyNotOurs('no matching host key format', offer({ hostKeys: ['ssh-rsa', 'ssh-dss'] })) ?? '',
      /SHA-1 and DSA/,
    );
    assert.equal(
      whyNotOurs('no matching C->S cipher', offer({ ciphers: ['3des-cbc'] })),
      'It encrypts only by 3des-cbc.',
    );
    assert.equal(whyNotOurs('no matching C->S MAC', offer({})), undefined);
  });
});
