import type { ToGraph } from '../../protocol/messages';
import { isDrawnInParts } from '../../protocol/reading';
import type { Host } from '../hosts/host';

type ReadingMessage = Extract<ToGraph, { type: 'reading' }>;

/** Tells a page how far the first reading of its host has come. */
export class ReadingTeller {
  private told = '';

  constructor(private readonly post: (message: ReadingMessage) => void) {}

  /** The page is new: it knows of nothing. */
  startAnew(): void {
    this.told = '';
  }

  /** To be told before the picture, which may be one of what is read so far. */
  follow(host: Host | undefined): void {
    const part = host?.partialPicture;
    const message: ReadingMessage =
      part === undefined || !isDrawnInParts(part)
        ? { type: 'reading' }
        : { type: 'reading', reading: { read: part.read, of: part.of } };
    const text = message.reading === undefined ? '' : JSON.stringify(message);
    if (text === this.told) return;
    this.told = text;
    this.post(message);
  }
}
