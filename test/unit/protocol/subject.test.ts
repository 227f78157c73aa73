import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseSubject, subjectKey, subjectLabel, subjectTypes, type Subject } from '../../../src/protocol/subject';

describe('A subject', () => {
  const subject: Subject = { type: 'interface', hostId: 'lab1', namespace: 'earth', name: 'earth-veth' };

  it('comes through JSON unchanged, whatever its names are', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...subjectTypes),
        fc.string({ unit: 'binary' }),
        fc.string(),
        (type, name, namespace) => {
          const one: Subject = { type, name, namespace, hostId: 'lab1', peer: { name } };
          assert.deepEqual(parseSubject(JSON.parse(JSON.stringify(one))), one);
        },
      ),
    );
  });

  it('is refused where a part of it has another shape', () => {
    const wrong: unknown[] = [
      undefined,
      null,
      'earth',
      [],
      {},
      { ...subject, type: 'namespaces' },
      { ...subject, name: 7 },
      { ...subject, hostId: {} },
      { ...subject, pid: -1 },
      { ...subject, pid: '1' },
      { ...subject, metric: 1.5 },
      { ...subject, peer: 'planet-br' },
      { ...subject, peer: { namespace: 'earth' } },
      { ...subject, protocol: 'sctp' },
    ];
    for (const value of wrong) assert.equal(parseSubject(value), undefined, JSON.stringify(value));
  });

  it('is told from every other thing by its key, and not by what is only known of it', () => {
    const others: Subject[] = [
      { ...subject, type: 'cable' },
      { ...subject, hostId: 'lab2' },
      { ...subject, namespace: 'neptune' },
      { type: 'interface', hostId: 'lab1', name: 'earth-veth' },
      { type: 'interface', hostId: 'lab1', namespaceId: 'earth', name: 'earth-veth', peer: { name: '' } },
      { ...subject, name: 'lo' },
      { ...subject, dev: 'lo' },
      { ...subject, key: '1' },
    ];
    const keys = new Set([subject, ...others].map(subjectKey));
    assert.equal(keys.size, others.length + 1);
    assert.equal(subjectKey({ ...subject, lab: 'planets', enabled: true }), subjectKey(subject));
  });

  it('is named for people as the field writes it', () => {
    const cable: Subject = { ...subject, type: 'cable', peer: { name: 'earth-br-veth' } };
    assert.deepEqual(
      [
        subject,
        cable,
        { type: 'interface' as const, name: 'eth0' },
        { type: 'namespace' as const, name: 'earth' },
        { type: 'namespace' as const, name: '', namespaceId: '4026532001' },
        { type: 'address' as const, namespace: 'earth', name: '10.10.0.10/16', dev: 'earth-veth' },
        { type: 'process' as const, namespace: 'earth', name: 'python3', pid: 4711 },
      ].map(subjectLabel),
      [
        'earth:earth-veth',
        'earth:earth-veth — earth-br-veth',
        'eth0',
        'earth',
        'net:[4026532001]',
        'earth:10.10.0.10/16',
        'python3 (4711)',
      ],
    );
  });
});
