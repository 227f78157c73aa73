import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { startGuarded } from './guarded-process';
import { writeSettings } from './settings';
import { waitFor } from './wait-for';

export interface DesktopOptions {
  /** Everything is written here, and nowhere else. */
  readonly folder: string;
  readonly workspace: string;
  readonly vsix: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Opens the `code` on PATH with folders of its own: the user's settings, extensions and windows are left alone. */
export async function startDesktop(
  options: DesktopOptions,
): Promise<{ exited: Promise<number>; stop(): Promise<void> }> {
  const { folder } = options;
  const userData = path.join(folder, 'user-data');
  await writeSettings(userData, options.settings);
  const common = [
    ...['--user-data-dir', userData],
    ...['--extensions-dir', path.join(folder, 'extensions')],
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
  const install = spawnSync('code', [...common, '--install-extension', options.vsix], { encoding: 'utf8' });
  if (install.error !== undefined)
    throw new Error('There is no "code" on PATH. Without --desktop, the demo uses a browser.');
  if (install.status !== 0) throw new Error(`The extension does not install:\n${install.stdout}${install.stderr}`);
  const code = startGuarded(
    'code',
    [...common, '--disable-workspace-trust', '--new-window', '--wait', options.workspace],
    {
      logFile: path.join(folder, 'code.log'),
    },
  );
  return {
    exited: code.exited,
    async stop() {
      await code.stop();
      await endProcessesWith(userData);
    },
  };
}

/** `code` starts the editor in a session of its own; what belongs to us is known by our folder on its command line. */
async function endProcessesWith(argument: string): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const pid of processesWith(argument)) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended in between.
      }
    }
    try {
      await waitFor('VS Code to end', () => processesWith(argument).length === 0, { seconds: 5 });
      return;
    } catch {
      // Then with more force.
    }
  }
}

function processesWith(argument: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      return pid !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(argument);
    } catch {
      return false;
    }
  });
}
