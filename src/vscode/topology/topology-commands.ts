import { commands, Uri, window } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { readArguments } from '../actions/arguments';
import { exportTopology, type ExportFor } from '../export/export-topology';
import { fileName, type GraphPanels } from '../graph/graph-panels';
import type { HostRegistry } from '../hosts/host-registry';
import { CommandId } from '../ids';
import type { ActionParts, ActionResult } from './action';
import { applyTopology } from './apply';
import { destroyLab, destroyTopology, type DestroyOptions } from './destroy';
import { newTopology } from './new-topology';
import { showPingMatrix } from './ping-matrix';
import { planTopology } from './plan';
import { findSubject } from './subject';
import { runCheck, verifyOnHost, type CheckReference } from './verify';

/** Registers the commands on topology files. All take the file's Uri; without it the active editor's file is meant. */
export function registerTopologyCommands(
  parts: ActionParts,
  graphs: GraphPanels,
  registry: HostRegistry,
  extensionUri: Uri,
): Disposable {
  const list = new DisposableList();
  const register = (id: CommandId, run: (argument: unknown, options?: unknown) => Promise<unknown>): void => {
    list.add(commands.registerCommand(id, run));
  };
  register(CommandId.apply, (argument, given) =>
    applyTopology(parts, asUri(argument), { adopt: saysTrue(given, 'adopt') }),
  );
  register(CommandId.plan, (argument) => planTopology(parts, asUri(argument)));
  register(CommandId.verify, (argument) => verifyOnHost(parts, asUri(argument)));
  register(CommandId.pingMatrix, (argument) => showPingMatrix(parts, asUri(argument)));
  register(CommandId.runCheck, (argument, check) => runCheck(parts, asUri(argument), asCheckReferences(check)));
  register(CommandId.destroy, async (argument, given): Promise<ActionResult> => {
    const options: DestroyOptions = { confirmed: saysTrue(given, 'confirmed') };
    const lab = readArguments([argument]).subjects?.find(({ type }) => type === 'lab');
    if (lab?.hostId === undefined) return await destroyTopology(parts, asUri(argument), options);
    const host = registry.find(lab.hostId);
    return host === undefined ? { outcome: 'refused' } : await destroyLab(parts, host, lab.name, options);
  });
  register(CommandId.showTopologyGraph, async (argument) => {
    const subject = await findSubject(parts.documents, parts.log, asUri(argument), { evenWithErrors: true });
    if (subject === undefined) return false;
    const { uri } = subject.document;
    graphs.show({ topologyUri: uri.toString() }, fileName(uri));
    return true;
  });
  register(CommandId.exportScript, (argument, wanted) => {
    const uri = asUri(argument) ?? window.activeTextEditor?.document.uri;
    const plan = uri === undefined ? undefined : parts.plans.sourceOf(uri);
    if (plan !== undefined) return exportTopology(parts, plan.topology, { hostId: plan.hostId });
    return exportTopology(parts, asUri(argument), asExportFor(wanted));
  });
  register(CommandId.selectTarget, async (argument) => {
    if (typeof argument !== 'string') return (await parts.targets.ask())?.id;
    if (registry.find(argument) === undefined) return undefined;
    await parts.targets.remember(argument);
    return argument;
  });
  register(CommandId.newTopology, (name) =>
    newTopology(extensionUri, parts.log, typeof name === 'string' ? name : undefined),
  );
  return list;
}

/** A Uri, or its text. Menus hand over more than we ask for; whatever else comes counts as nothing. */
function asUri(argument: unknown): Uri | undefined {
  if (typeof argument === 'string' && /^[a-z][a-z0-9+.-]*:/i.test(argument)) return Uri.parse(argument);
  return argument instanceof Uri ? argument : undefined;
}

/** A number, a path (`['checks', 2]`), or a list of numbers; whatever is none of these counts as nothing. */
function asCheckReferences(argument: unknown): CheckReference[] {
  if (typeof argument === 'number') return [argument];
  if (!Array.isArray(argument)) return [];
  const items: unknown[] = argument;
  if (items.every((item) => typeof item === 'number')) return items;
  return items.every((item) => typeof item === 'number' || typeof item === 'string') ? [items] : [];
}

/** `{ hostId }` or `{ filter: 'iptables' }`; whatever else a menu hands over counts as nothing. */
function asExportFor(options: unknown): ExportFor | undefined {
  if (typeof options !== 'object' || options === null) return undefined;
  const { hostId, filter } = options as { readonly hostId?: unknown; readonly filter?: unknown };
  if (typeof hostId === 'string') return { hostId };
  return filter === 'nftables' || filter === 'iptables' ? { filter } : undefined;
}

function saysTrue(options: unknown, key: string): boolean {
  return typeof options === 'object' && options !== null && (options as Record<string, unknown>)[key] === true;
}
