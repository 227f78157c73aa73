import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';
import { ByteQueue } from './byte-queue';
import { viewOf } from './pcap-reader';

/**
 * How the outputs of several programs travel in one stream: each piece behind a header of a kind (one byte), the program's
 * number (two) and its length (four, all big-endian). The host's side is the script of `src/plan/actions/capture-mux.ts`.
 */
export type Frame =
  | { readonly kind: 'output'; readonly source: number; readonly bytes: Uint8Array }
  | { readonly kind: 'words'; readonly source: number; readonly bytes: Uint8Array }
  /** The program has ended; what it had to say has come. */
  | { readonly kind: 'end'; readonly source: number; readonly code: number };

const headerLength = 7;
/** More than the host's side ever puts into one frame. */
const longestFrame = 1024 * 1024;

/** Takes the frames out of a stream, however it was cut into pieces. */
export class FrameReader {
  private readonly queue = new ByteQueue();

  /** @throws NetnsError `unexpectedOutput` where the stream is not made of frames. */
  feed(chunk: Uint8Array): Frame[] {
    this.queue.push(chunk);
    const frames: Frame[] = [];
    for (;;) {
      const frame = this.next();
      if (frame === undefined) return frames;
      frames.push(frame);
    }
  }

  private next(): Frame | undefined {
    const header = this.queue.peek(headerLength);
    if (header === undefined) return undefined;
    const view = viewOf(header);
    const kind = String.fromCharCode(view.getUint8(0));
    const source = view.getUint16(1);
    const length = view.getUint32(3);
    if (!'OWX'.includes(kind) || length > longestFrame || (kind === 'X' && length !== 4)) throw noFrame();
    const bytes = this.queue.take(headerLength + length)?.subarray(headerLength);
    if (bytes === undefined) return undefined;
    if (kind === 'X') return { kind: 'end', source, code: viewOf(bytes).getInt32(0) };
    return { kind: kind === 'O' ? 'output' : 'words', source, bytes };
  }
}

function noFrame(): NetnsError {
  return new NetnsError('unexpectedOutput', l10n.t`The host mixed something else into the captured packets.`, {
    advice: l10n.t`Capture again. If it happens again, look at the start-up files of the login shell there.`,
  });
}
