import { release } from 'node:os';
import {
  l10n,
  commands,
  env,
  UIKind,
  Uri,
  version,
  window,
  workspace,
  type ExtensionContext,
  type LogOutputChannel,
  type QuickPickItem,
} from 'vscode';
import type { Disposable } from '../../base/disposable';
import { withoutIcons } from '../host-data';
import type { Host } from '../hosts/host';
import type { HostRegistry } from '../hosts/host-registry';
import { CommandId, SettingId, settingsSection } from '../ids';
import { lastErrors, showInformation } from '../notify';
import { hostFacts, issueReport, type IssueFacts } from './issue-report';

/**
 * Registers “Report Issue…”: a document with what is needed to understand a fault, for the person to read, complete and send. Nothing
 * leaves this computer by itself, and no host's name, address, user or file is in it unless the last errors, which are asked about, say it.
 */
export function registerReportIssue(
  context: ExtensionContext,
  registry: HostRegistry,
  log: LogOutputChannel,
): Disposable {
  return commands.registerCommand(CommandId.reportIssue, async () => {
    const parts = await chooseParts(registry);
    if (parts === undefined) return undefined;
    const content = issueReport({ versions: versionsOf(context), ...parts });
    const document = await workspace.openTextDocument({ language: 'markdown', content });
    await window.showTextDocument(document);
    showInformation(log, l10n.t('Read the report, say what went wrong, and send it. Nothing has been sent.'), [
      { title: l10n.t('Copy'), run: () => env.clipboard.writeText(document.getText()) },
      ...pageOf(context).map((uri) => ({ title: l10n.t('Open Issues'), run: () => env.openExternal(uri) })),
    ]);
    return document.uri;
  });
}

/** Where the manifest says that issues go. */
function pageOf(context: ExtensionContext): Uri[] {
  const { bugs } = context.extension.packageJSON as { readonly bugs?: { readonly url?: string } };
  return bugs?.url === undefined ? [] : [Uri.parse(bugs.url)];
}

interface PartItem extends QuickPickItem {
  readonly part: 'settings' | 'errors' | Host;
}

async function chooseParts(registry: HostRegistry): Promise<Omit<IssueFacts, 'versions'> | undefined> {
  const errors = lastErrors();
  const live = registry.hosts.filter(({ snapshot }) => snapshot !== undefined);
  const items: PartItem[] = [
    {
      label: l10n.t('Settings'),
      description: l10n.t('of this extension; of hosts only how they are reached'),
      picked: true,
      part: 'settings',
    },
    ...live.map((host) => ({
      label: l10n.t('Host {0}', withoutIcons(host.label)),
      description: l10n.t('its kernel, tools and numbers; no names, no addresses'),
      picked: live.length === 1,
      part: host,
    })),
    ...(errors.length > 0
      ? [
          {
            label: l10n.t('Last Errors'),
            description: l10n.t('they may name hosts, addresses and files'),
            part: 'errors' as const,
          },
        ]
      : []),
  ];
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Report Issue'),
    placeHolder: l10n.t('What to put into the report besides the versions. You read it before anything is sent.'),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  if (picked === undefined) return undefined;
  const parts = picked.map(({ part }) => part);
  const host = parts.find((part) => typeof part === 'object');
  return {
    ...(parts.includes('settings') ? settingsOf(registry) : {}),
    ...(host?.snapshot === undefined ? {} : { host: hostFacts(host.snapshot, privilegeOf(host)) }),
    ...(parts.includes('errors') ? { errors } : {}),
  };
}

function privilegeOf(host: Host): string {
  return host.readOnlyBecause === undefined ? 'root' : 'none';
}

function versionsOf({ extension }: ExtensionContext): Record<string, string> {
  const { version: ours } = extension.packageJSON as { readonly version: string };
  return {
    'Netns Topology': ours,
    [env.appName]: version,
    'runs on': `${process.platform} ${release()} ${process.arch}, Node.js ${process.versions.node}`,
    remote: env.remoteName ?? 'none',
    'user interface': env.uiKind === UIKind.Web ? 'web' : 'desktop',
    workspace: workspace.isTrusted ? 'trusted' : 'restricted',
  };
}

/** Settings that are not as they come. Those that name hosts, programs or files are told as set, not to what. */
function settingsOf(registry: HostRegistry): Pick<IssueFacts, 'settings' | 'hostKinds'> {
  const configuration = workspace.getConfiguration(settingsSection);
  const settings: Record<string, unknown> = {};
  for (const id of Object.values(SettingId)) {
    if (id === SettingId.hosts) continue;
    const value = configuration.get<unknown>(id);
    if (JSON.stringify(value) === JSON.stringify(configuration.inspect(id)?.defaultValue)) continue;
    settings[`${settingsSection}.${id}`] = typeof value === 'string' && value.includes('/') ? '(set)' : value;
  }
  return { settings, hostKinds: registry.hosts.map(({ configuration: { target } }) => target.type) };
}
