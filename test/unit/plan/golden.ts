import path from 'node:path';
import { assertGoldenFile } from '../../fixtures/golden';

/** Compares text that people read with the file golden/NAME of this folder. */
export function assertGolden(name: string, actual: string): void {
  assertGoldenFile(path.join(__dirname, 'golden', name), actual);
}
