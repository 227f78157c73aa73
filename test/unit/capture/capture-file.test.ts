import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NetnsError } from '../../../src/base/errors';
import { readCaptureFile } from '../../../src/capture/capture-file';
import { LinkType } from '../../../src/capture/packet';
import { writePcap } from '../../../src/capture/pcap-writer';
import { hex, packet } from './packets';

const decode = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** A pcapng block, big-endian. */
function bigBlock(type: string, body: string): string {
  const bytes = body.replaceAll(/\s/g, '').length / 2;
  const length = (12 + bytes).toString(16).padStart(8, '0');
  return `${type} ${length} ${body} ${length}`;
}

describe('a saved capture', () => {
  it('is read as pcap', () => {
    const packets = [packet({ time: 1_700_000_000_000_001 }), packet({ time: 1_700_000_000_000_002 })];
    const file = readCaptureFile(writePcap(LinkType.ethernet, packets), decode);
    assert.deepEqual(
      file.packets.map(({ time }) => time),
      packets.map(({ time }) => time),
    );
  });

  it('is read as big-endian pcapng of several sections, with nanoseconds and packets without a time', () => {
    const section = bigBlock('0a0d0d0a', '1a2b3c4d 0001 0000 ffffffffffffffff');
    const eth0 = bigBlock('00000001', '0001 0000 00040000 0002 0004 65746830 0009 0001 09000000 00000000');
    const any = bigBlock('00000001', '0071 0000 00040000 0002 0003 616e7900 00000000');
    const nanoseconds = bigBlock('00000006', '00000000 00000000 3b9aca01 00000002 00000009 abcd0000');
    const simple = bigBlock('00000003', '00000003 abcdef00');
    const unknown = bigBlock('00000bad', '00000000');
    const file = readCaptureFile(hex([section, eth0, nanoseconds, unknown, section, any, simple].join(' ')), decode);
    assert.deepEqual(file.interfaces, ['eth0', 'any']);
    assert.deepEqual(
      file.packets.map(({ data, ...one }) => ({ ...one, data: [...data] })),
      [
        { time: 1_000_000, point: 0, linkType: 1, length: 9, data: [0xab, 0xcd] },
        { time: 1_000_000, point: 1, linkType: 0x71, length: 3, data: [0xab, 0xcd, 0xef] },
      ],
    );
  });

  it('is refused where it is none, and never breaks the reader', () => {
    const refused = (bytes: Uint8Array): boolean => {
      try {
        readCaptureFile(bytes, decode);
        return false;
      } catch (error) {
        assert.ok(error instanceof NetnsError && error.reason === 'unexpectedOutput', String(error));
        return true;
      }
    };
    assert.ok(refused(Buffer.from('name: planets, and this is no capture at all')));
    const head = fc.constantFrom('0a0d0d0a', 'a1b2c3d4', 'd4c3b2a1', '');
    fc.assert(
      fc.property(head, fc.uint8Array({ maxLength: 200 }), (magic, garbage) => {
        refused(Uint8Array.from([...hex(magic), ...garbage]));
      }),
    );
  });
});
