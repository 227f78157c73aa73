import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';
import { PcapReader, viewOf } from './pcap-reader';
import { readPcapng, type PcapngFile } from './pcapng-reader';

/**
 * Reads a saved capture, whoever saved it: pcapng or pcap.
 *
 * @param decode UTF-8 to text
 * @throws NetnsError `unexpectedOutput` for what is neither
 */
export function readCaptureFile(bytes: Uint8Array, decode: (text: Uint8Array) => string): PcapngFile {
  if (bytes.length >= 4 && viewOf(bytes).getUint32(0) === 0x0a0d0d0a) return readPcapng(bytes, decode);
  // A file's header alone is that long.
  if (bytes.length < 24) throw noCapture();
  try {
    // In pieces: a reader of streams keeps what it has not taken yet.
    const reader = new PcapReader(0);
    const packets = reader.feed(bytes);
    return { comment: '', interfaces: ['?'], packets };
  } catch (error) {
    throw noCapture(error);
  }
}

function noCapture(cause?: unknown): NetnsError {
  return new NetnsError('unexpectedOutput', l10n.t`This is no packet capture: it is neither pcapng nor pcap.`, {
    cause,
  });
}
