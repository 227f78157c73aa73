import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readPcapng, type PcapngFile } from '../../capture/pcapng-reader';

/** What nobody came back for is thrown away after that, in milliseconds. */
const longestKept = 7 * 24 * 3600 * 1000;

/**
 * Keeps the packets of open captures while the window is reloaded, in a folder of the extension's own that only the user may read.
 * Everything is done at once (synchronously): a window that closes waits for nothing else.
 */
export class CaptureStore {
  /** @param folder undefined: nothing is kept */
  constructor(private readonly folder: string | undefined) {}

  /** @throws what the file system throws */
  keep(id: string, blocks: readonly Uint8Array[]): void {
    if (this.folder === undefined) return;
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    writeFileSync(this.fileOf(id), Buffer.concat(blocks), { mode: 0o600 });
  }

  /** What was kept, and is kept no more; undefined where nothing was, or cannot be read. */
  take(id: string): PcapngFile | undefined {
    if (this.folder === undefined) return undefined;
    try {
      return readPcapng(readFileSync(this.fileOf(id)), (text) => Buffer.from(text).toString());
    } catch {
      return undefined;
    } finally {
      rmSync(this.fileOf(id), { force: true });
    }
  }

  /** Throws away what is old: windows that were never opened again. */
  tidy(): void {
    if (this.folder === undefined) return;
    try {
      for (const name of readdirSync(this.folder)) {
        const file = path.join(this.folder, name);
        if (Date.now() - statSync(file).mtimeMs > longestKept) rmSync(file, { force: true });
      }
    } catch {
      // There is no such folder yet, or another window tidies it.
    }
  }

  /** An id may come from a page: nothing in it leads out of the folder. */
  private fileOf(id: string): string {
    return path.join(this.folder ?? '', `${id.replace(/[^a-zA-Z0-9-]/g, '_').slice(0, 80)}.pcapng`);
  }
}
