import { l10n, window, type LogOutputChannel } from 'vscode';
import { plainLine, withoutIcons } from '../host-data';
import { showInformation } from '../notify';
import { names } from './connect-prompts';
import type { HostRegistry } from './host-registry';
import type { SecretStore } from './secret-store';

/**
 * Lets a person choose what to forget of what is remembered. What is held for a connection is dropped in any case, so that
 * the next one asks.
 *
 * @returns how much was forgotten; undefined if the person gave up.
 */
export async function forgetSecrets(
  store: SecretStore,
  registry: HostRegistry,
  log: LogOutputChannel,
): Promise<number | undefined> {
  const known = store.names;
  if (known.length === 0) {
    for (const host of registry.hosts) host.forgetSecrets();
    await store.forgetRefusals();
    showInformation(log, l10n.t('No password is kept. What was held for open connections is forgotten.'));
    return 0;
  }
  const picked = await window.showQuickPick(
    known.map((name) => ({
      label: withoutIcons(plainLine(name.subject)),
      description: names[name.type].replace(/ of$/, ''),
      picked: true,
      name,
    })),
    {
      title: l10n.t('Forget Passwords'),
      placeHolder: l10n.t('What to forget'),
      canPickMany: true,
      ignoreFocusOut: true,
    },
  );
  if (picked === undefined) return undefined;
  for (const host of registry.hosts) host.forgetSecrets();
  for (const { name } of picked) await store.forget(name);
  await store.forgetRefusals();
  return picked.length;
}
