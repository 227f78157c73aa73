import { l10n, commands, type Uri } from 'vscode';
import type { Disposable } from '../../base/disposable';
import { readArguments } from '../actions/arguments';
import type { HostRegistry } from '../hosts/host-registry';
import { CommandId } from '../ids';
import { adoptHost, type AdoptParts } from './adopt-host';

/**
 * Registers “Save Live State as Topology”. It takes a host's id or row, or rows of namespaces, and what need not be asked:
 * `{ namespaces: 'all' }` or `{ namespaces: ['earth'] }`.
 */
export function registerAdoptCommand(parts: AdoptParts, registry: HostRegistry): Disposable {
  return commands.registerCommand(CommandId.adopt, async (...given: unknown[]): Promise<Uri | undefined> => {
    const [first, second] = given;
    const subjects = (readArguments(given).subjects ?? []).filter(({ type }) => type === 'namespace');
    const id = typeof first === 'string' ? first : (subjects[0]?.hostId ?? hostIdOf(first));
    const host =
      id === undefined ? await parts.connector.pick(l10n.t('Save the live state of which host?')) : registry.find(id);
    if (host === undefined) return undefined;
    const clicked = subjects.filter(({ hostId }) => hostId === host.id).map(({ name }) => name);
    return await adoptHost(parts, host, clicked.length > 0 ? clicked : namespacesOf(second));
  });
}

function hostIdOf(row: unknown): string | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const { hostId } = row as { readonly hostId?: unknown };
  return typeof hostId === 'string' ? hostId : undefined;
}

function namespacesOf(options: unknown): 'all' | readonly string[] | undefined {
  if (typeof options !== 'object' || options === null) return undefined;
  const { namespaces } = options as { readonly namespaces?: unknown };
  if (namespaces === 'all') return 'all';
  if (!Array.isArray(namespaces)) return undefined;
  const names = (namespaces as readonly unknown[]).filter((name) => typeof name === 'string');
  return names.length === 0 ? undefined : names;
}
