import { l10n, commands, QuickPickItemKind, window, type InputBoxOptions, type QuickPickItem } from 'vscode';
import { withoutIcons } from '../host-data';
import { CommandId } from '../ids';
import { askForKey, askForAddressText } from './add-host';
import { describeTarget } from './host-connector';
import { idPattern, parseHostAddress } from './host-settings';
import type { Host } from './host';

/** What changes in an entry of `netns.hosts`: key → its new value; undefined takes the key out. */
export type EntryChanges = Readonly<Record<string, unknown>>;

interface EditItem extends QuickPickItem {
  readonly edit?: () => Promise<EntryChanges | undefined>;
}

/**
 * Asks what is to be another about a host, and how. Writes nothing.
 *
 * @param takenIds ids that other hosts have
 * @returns undefined if the person gave up, or went on in the settings
 */
export async function askForChanges(host: Host, takenIds: readonly string[]): Promise<EntryChanges | undefined> {
  const { configuration } = host;
  const { target } = configuration;
  const items: EditItem[] = [
    { label: l10n.t('$(tag) Label…'), description: withoutIcons(configuration.label), edit: () => askForLabel(host) },
    ...(target.type === 'local'
      ? []
      : [
          {
            label: l10n.t('$(remote) Address…'),
            description: withoutIcons(describeTarget(host)),
            edit: () => (target.type === 'alias' ? askForAlias(target.alias) : askForAddress(describeTarget(host))),
          },
        ]),
    ...(target.type === 'ssh'
      ? [
          {
            label: l10n.t('$(key) Key…'),
            description: withoutIcons(target.identityFile ?? l10n.t('agent or usual keys')),
            edit: async () => {
              const key = await askForKey(l10n.t('Edit Host'));
              return key === undefined ? undefined : { identityFile: key.file };
            },
          },
        ]
      : []),
    {
      label: l10n.t('$(symbol-key) Id…'),
      description: l10n.t('{0} — topology files name it as target', configuration.id),
      edit: () => askForId(host, takenIds),
    },
    { label: '', kind: QuickPickItemKind.Separator },
    { label: l10n.t('$(gear) All of It in the Settings') },
  ];
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Edit {0}', withoutIcons(host.label)),
    placeHolder: l10n.t('What to change. A host whose address or login changes is disconnected.'),
    ignoreFocusOut: true,
  });
  if (picked === undefined) return undefined;
  if (picked.edit !== undefined) return await picked.edit();
  await commands.executeCommand(CommandId.editHosts);
  return undefined;
}

async function askForLabel({ id, label }: Host): Promise<EntryChanges | undefined> {
  const text = await ask({
    prompt: l10n.t('The name shown in the tree. Empty: the id.'),
    value: label === id ? '' : label,
  });
  return text === undefined ? undefined : { label: text === '' ? undefined : text };
}

async function askForAlias(alias: string): Promise<EntryChanges | undefined> {
  const text = await ask({
    prompt: l10n.t('A host of your SSH configuration, as after “ssh” in a terminal.'),
    value: alias,
    validateInput: (value) => (/^[^\s-]\S*$/.test(value.trim()) ? undefined : l10n.t('Type the name of a host.')),
  });
  return text === undefined ? undefined : { alias: text };
}

async function askForAddress(before: string): Promise<EntryChanges | undefined> {
  const text = await askForAddressText(l10n.t('Edit Host'), before);
  const target = text === undefined ? undefined : parseHostAddress(text);
  if (target === undefined || typeof target === 'string') return undefined;
  const { host, user, port } = target;
  return { host, user, port };
}

async function askForId({ id }: Host, takenIds: readonly string[]): Promise<EntryChanges | undefined> {
  const text = await ask({
    prompt: l10n.t('The name that topology files use as their target. Files that name the old one are not changed.'),
    value: id,
    validateInput: (value) => {
      if (!idPattern.test(value.trim())) return l10n.t('A word of letters, digits, “.”, “_” and “-”.');
      return takenIds.includes(value.trim()) ? l10n.t('Another host has this id.') : undefined;
    },
  });
  return text === undefined ? undefined : { id: text };
}

async function ask(options: InputBoxOptions): Promise<string | undefined> {
  const text = await window.showInputBox({ title: l10n.t('Edit Host'), ignoreFocusOut: true, ...options });
  return text?.trim();
}
