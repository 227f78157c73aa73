import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Starts the system's Chromium without a window. Its traffic stays on this machine. */
export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: findBrowser(),
    args: [
      // Chromium refuses its sandbox to root; the pages are all our own.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

function findBrowser(): string {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return named;
  for (const program of programs) {
    for (const folder of (process.env['PATH'] ?? '').split(':')) {
      const file = path.join(folder, program);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not in this folder.
      }
    }
  }
  throw new Error(`No ${programs.join(', ')} on PATH; the environment variable CHROMIUM_PATH may name one.`);
}
