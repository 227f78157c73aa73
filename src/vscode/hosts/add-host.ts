import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { l10n, QuickPickItemKind, ThemeIcon, Uri, window, type QuickPickItem } from 'vscode';
import { withoutIcons } from '../host-data';
import { parseHostAddress } from './host-settings';

/** What becomes an entry of `netns.hosts`. */
export type HostEntry = Readonly<Record<string, unknown>> & { readonly id: string };

/**
 * Asks for a host: one of the SSH configuration, or an address and the key file. Writes nothing.
 *
 * @param takenIds ids that other hosts have.
 * @returns the entry, or undefined if the person gave up.
 */
export async function askForHost(takenIds: readonly string[]): Promise<HostEntry | undefined> {
  const { listNamedHosts } = await import('../../transport/ssh-config/resolve');
  const alias = await chooseAlias(await listNamedHosts());
  if (alias === undefined) return undefined;
  if (alias === 'an address') return await askForAddress(takenIds);
  if (alias === 'this machine') return { id: freeId('local', takenIds), type: 'local' };
  return { id: freeId(idFrom(alias.name), takenIds), alias: alias.name };
}

/** Straight to the address where the SSH configuration names no host. */
async function chooseAlias(
  names: readonly string[],
): Promise<{ readonly name: string } | 'an address' | 'this machine' | undefined> {
  if (names.length === 0) return 'an address';
  const address: QuickPickItem = {
    label: l10n.t('$(add) Address…'),
    description: l10n.t('USER@HOST or USER@HOST:PORT'),
    alwaysShow: true,
  };
  const local: QuickPickItem = {
    label: l10n.t('$(vm) This Machine'),
    description: l10n.t('the Linux machine that VS Code runs on'),
  };
  const aliases = names.map((name) => ({ label: withoutIcons(name), iconPath: new ThemeIcon('remote'), name }));
  const items: (QuickPickItem & { name?: string })[] = [
    address,
    ...(process.platform === 'linux' ? [local] : []),
    { label: l10n.t('SSH configuration'), kind: QuickPickItemKind.Separator },
    ...aliases,
  ];
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Add Host'),
    placeHolder: l10n.t('A host of your SSH configuration, or an address'),
    ignoreFocusOut: true,
  });
  if (picked === undefined) return undefined;
  if (picked === local) return 'this machine';
  return picked.name === undefined ? 'an address' : { name: picked.name };
}

async function askForAddress(takenIds: readonly string[]): Promise<HostEntry | undefined> {
  const text = await askForAddressText(l10n.t('Add Host'), '', l10n.t(' “local” is the machine that VS Code runs on.'));
  if (text === undefined || text.trim() === '') return undefined;
  if (text.trim() === 'local') return { id: freeId('local', takenIds), type: 'local' };
  const target = parseHostAddress(text);
  if (typeof target === 'string') return undefined;
  const key = await askForKey(l10n.t('Add Host'));
  if (key === undefined) return undefined;
  const { host, user, port } = target;
  return {
    id: freeId(idFrom(host), takenIds),
    host,
    user,
    ...(port === undefined ? {} : { port }),
    ...(key.file === undefined ? {} : { identityFile: key.file }),
  };
}

/**
 * Asks where a host is, until that can be read.
 *
 * @param more a sentence behind the question; where there is one, `local` is an answer too
 */
export async function askForAddressText(title: string, value: string, more = ''): Promise<string | undefined> {
  return await window.showInputBox({
    title,
    value,
    prompt: l10n.t('Where the Linux host is: USER@HOST or USER@HOST:PORT.{0}', more),
    placeHolder: 'root@198.51.100.7:22',
    ignoreFocusOut: true,
    validateInput: (text) => {
      if (text.trim() === '' || (more !== '' && text.trim() === 'local')) return undefined;
      const address = parseHostAddress(text);
      return typeof address === 'string' ? address : undefined;
    },
  });
}

function idFrom(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
}

/** Asks for the key to log in with; no `file`: the agent and the usual ones. */
export async function askForKey(title: string): Promise<{ readonly file?: string } | undefined> {
  const usual: QuickPickItem = {
    label: l10n.t('Agent or Usual Keys'),
    description: l10n.t('SSH_AUTH_SOCK, then the usual files in ~/.ssh'),
  };
  const other: QuickPickItem = { label: l10n.t('Key File…'), description: l10n.t('a private key somewhere else') };
  const picked = await window.showQuickPick([usual, other], {
    title,
    placeHolder: l10n.t('How to log in'),
    ignoreFocusOut: true,
  });
  if (picked === undefined) return undefined;
  if (picked === usual) return {};
  const folder = path.join(homedir(), '.ssh');
  const files = await window.showOpenDialog({
    title: l10n.t('Private Key'),
    openLabel: l10n.t('Use Key'),
    ...(existsSync(folder) && statSync(folder).isDirectory() ? { defaultUri: Uri.file(folder) } : {}),
  });
  const file = files?.[0];
  return file === undefined ? undefined : { file: file.fsPath };
}

function freeId(wish: string, taken: readonly string[]): string {
  const base = wish === '' ? 'host' : wish;
  let id = base;
  for (let n = 2; taken.includes(id); n++) id = `${base}-${n}`;
  return id;
}
