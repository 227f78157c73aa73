import { rmSync } from 'node:fs';
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Makes a folder that is deleted when `remove` is called, at the latest when this process ends in an orderly way. */
export async function temporaryFolder(name: string): Promise<{ path: string; remove(): void }> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), `netns-topology-${name}-`)));
  const remove = () => {
    process.off('exit', remove);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.on('exit', remove);
  return { path: folder, remove };
}
