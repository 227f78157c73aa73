import { readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { startCodeServer } from './code-server';
import { startDesktop } from './desktop';
import { startLabHostAsRoot } from './root-lab-host';
import type { ReachableLabHost } from './root-lab-host';
import { userSettings } from './settings';
import { copyExamples, hostSetting } from './suite-setup';
import { temporaryFolder } from './temporary-folder';

export interface DemoOptions {
  readonly desktop: boolean;
  /** 0: any free port. */
  readonly port: number;
}

/** The packaged extension, as scripts/package.mjs left it. */
export function packagedExtension(): string {
  const repository = path.resolve(__dirname, '../../..');
  const vsix = readdirSync(repository).find((name) => name.endsWith('.vsix'));
  if (vsix === undefined) throw new Error('The extension is not packaged: run "npm run package".');
  return path.join(repository, vsix);
}

/**
 * Starts the lab host and VS Code, says what to try, and holds them until a signal or the end of VS Code.
 * @returns the exit code: 0 where a person ended it
 */
export async function runDemo({ desktop, port }: DemoOptions): Promise<number> {
  const asked = new Promise<'signal'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve('signal'));
  });
  const undo: (() => Promise<void> | void)[] = [];
  try {
    const starting = start({ desktop, port }, undo);
    const started = await Promise.race([starting, asked]);
    if (started === 'signal') {
      // What is about to be there must be there before it can be taken back.
      await starting.catch(() => undefined);
      return 0;
    }
    const ended = await Promise.race([started.exited, asked]);
    if (ended === 'signal' || desktop) return 0;
    console.error(`VS Code's server ended by itself with exit code ${ended}. Its last words:\n${started.lastWords()}`);
    return 1;
  } finally {
    console.log('\nEnding VS Code and the lab host …');
    for (const step of undo.reverse()) await step();
    console.log('Everything is gone.');
  }
}

interface StartedDemo {
  readonly exited: Promise<number>;
  lastWords(): string;
}

/** What it started is in `undo` at once, so that a signal in the middle takes back what is there so far. */
async function start({ desktop, port }: DemoOptions, undo: (() => Promise<void> | void)[]): Promise<StartedDemo> {
  const temporary = await temporaryFolder('demo');
  undo.push(() => {
    temporary.remove();
  });
  console.log('Starting the lab host …');
  const lab = await startLabHostAsRoot();
  undo.push(() => lab.stop());
  const folder = path.join(temporary.path, 'vscode');
  await mkdir(folder);
  const options = {
    folder,
    workspace: await copyExamples(temporary.path),
    vsix: packagedExtension(),
    settings: { ...userSettings([hostSetting(lab)]), 'netns.commands.askFirst': true },
  };
  console.log('Starting VS Code …');
  if (desktop) {
    const code = await startDesktop(options);
    undo.push(() => code.stop());
    console.log(whatToTry('VS Code opens now.', lab));
    return { exited: code.exited, lastWords: () => '' };
  }
  const server = await startCodeServer({ ...options, port, guardedFolder: temporary.path });
  undo.push(() => server.stop());
  console.log(whatToTry(`The demo is ready. Open this in a browser:\n\n  ${server.url}`, lab));
  return { exited: server.exited, lastWords: () => server.lastOutput() };
}

function whatToTry(start: string, lab: ReachableLabHost): string {
  const ssh = `ssh -i ${lab.identityFile} -o UserKnownHostsFile=${lab.knownHostsFile} root@${lab.address}`;
  return `
${start}

What to try:

  1. Open planets.netns.yaml and click "Apply" above its first line; the host is lab1.
  2. Click "Show Graph": earth and neptune hang on planet-br. "Verify" runs every check of the file.
  3. Look into the Activity Bar's "Netns": the host, its namespaces and bridges.
  4. Change something by hand, and watch tree and graph follow:
       ${ssh} ip netns add mars
  5. Click "Destroy": the host is as it was.

The lab host is a Linux of its own on this machine; nothing of it can reach your network. Ctrl-C ends everything.
`;
}
