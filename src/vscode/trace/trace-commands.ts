import { l10n, commands } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { isCancelled, NetnsError } from '../../base/errors';
import type { HostSnapshot } from '../../host/model';
import { destinationOf, parseAsked, sourceOf } from '../../lab/trace/asked';
import { subjectLabel, type Subject } from '../../protocol/subject';
import type { ActionOutcome } from '../actions/action';
import { readArguments } from '../actions/arguments';
import { hostsOf } from '../actions/choose';
import type { TraceAsk, TraceEnd } from '../graph/trace-board';
import { plainLine } from '../host-data';
import type { Host } from '../hosts/host';
import { CommandId } from '../ids';
import { showError } from '../notify';
import { askTrace, objection, type PartOfQuestion } from './ask-trace';
import type { TracePanel } from './trace-panel';
import type { TraceParts } from './trace-parts';
import type { TracePanels } from './trace-panels';

/** What a command may be about: one thing that the packet comes from, or goes to, or both. */
type Sense = 'from' | 'to' | 'between';

/**
 * The commands that ask for a trace, and those on the trace whose tab is in front. Those that ask return an `ActionOutcome`,
 * the others whether there is a trace; errors are told, never thrown.
 */
export function registerTraceCommands(parts: TraceParts, panels: TracePanels): Disposable {
  const list = new DisposableList();
  const asking = (id: CommandId, sense: Sense): void => {
    list.add(
      commands.registerCommand(id, (...args: unknown[]) => told(parts, () => askByCommand(parts, panels, sense, args))),
    );
  };
  asking(CommandId.traceStart, 'from');
  asking(CommandId.traceFrom, 'from');
  asking(CommandId.traceTo, 'to');
  asking(CommandId.traceBetween, 'between');
  const onActive = (id: CommandId, run: (panel: TracePanel) => unknown): void => {
    list.add(
      commands.registerCommand(id, async () => {
        const panel = panels.active;
        return panel === undefined ? false : await run(panel);
      }),
    );
  };
  onActive(CommandId.traceAgain, (panel) => panel.run());
  onActive(CommandId.traceStop, (panel) => panel.stop());
  onActive(CommandId.traceApplyFix, (panel) => panel.apply(0));
  onActive(CommandId.traceChangeFile, (panel) => panel.changeFile(0));
  onActive(CommandId.traceSave, (panel) => panel.save());
  onActive(CommandId.traceCopy, (panel) => panel.copy());
  onActive(CommandId.traceShowPackets, (panel) => panel.showPackets());
  onActive(CommandId.traceSavePackets, (panel) => panel.savePackets());
  list.add(parts.board.onDidAsk((wanted) => void told(parts, () => askByGraph(parts, panels, wanted))));
  return list;
}

async function askByCommand(
  parts: TraceParts,
  panels: TracePanels,
  sense: Sense,
  args: readonly unknown[],
): Promise<ActionOutcome> {
  const { subjects, options } = readArguments(args, parts.selectedInTree);
  const chosen = subjects === undefined ? await chooseHost(parts) : (await hostsOf(parts, subjects))?.[0];
  if (chosen === undefined) return { outcome: 'refused' };
  const { host } = chosen;
  const [first, second] = chosen.subjects;
  const ends = sense === 'to' ? [undefined, first] : [first, sense === 'between' ? second : undefined];
  const known = partOf(host, ends[0], ends[1]);
  const given = parseAsked({ ...known, ...(typeof options.input === 'object' ? options.input : {}) });
  const file = first?.file;
  if (given !== undefined && options.input !== undefined) return await begin(parts, panels, host, given, file);
  return await ask(parts, panels, host, known, file);
}

async function askByGraph(parts: TraceParts, panels: TracePanels, wanted: TraceAsk): Promise<ActionOutcome> {
  const host = parts.registry.find(wanted.hostId);
  if (host === undefined) return { outcome: 'refused' };
  if (wanted.type === 'report') {
    panels.newest(host.id)?.panel.reveal();
    return { outcome: 'done' };
  }
  if (!(await parts.connector.ensureLive(host))) return { outcome: 'refused' };
  await host.ensureCurrent();
  return await ask(parts, panels, host, partOf(host, wanted.from, wanted.to), wanted.file);
}

/** Asks for what is open. Who chose both ends has said what they mean: a ping, unless the goal serves a port. */
async function ask(
  parts: TraceParts,
  panels: TracePanels,
  host: Host,
  known: PartOfQuestion,
  file: string | undefined,
): Promise<ActionOutcome> {
  const { from, to, protocol } = known;
  const isWhole = from !== undefined && to !== undefined;
  const asked = isWhole
    ? { ...known, from, to, protocol: protocol ?? 'icmp' }
    : await askTrace(host, known, parts.history.of(host.id));
  return asked === undefined ? { outcome: 'cancelled' } : await begin(parts, panels, host, asked, file);
}

/** A question that makes no sense opens no tab: it is said at once. */
async function begin(
  { graphs }: TraceParts,
  panels: TracePanels,
  host: Host,
  asked: NonNullable<ReturnType<typeof parseAsked>>,
  file: string | undefined,
): Promise<ActionOutcome> {
  const { snapshot } = host;
  const wrong = snapshot === undefined ? undefined : objection(asked, snapshot);
  if (wrong !== undefined) throw new NetnsError('unsupported', wrong);
  // The way is seen on a graph: without one there is nothing to look at. A file's own editor stays in its place.
  if (file === undefined) graphs.ensureShown(host.id, host.label);
  return await panels.start({ hostId: host.id, asked, ...(file === undefined ? {} : { file }) });
}

/** What is known of a question by the things that were clicked. @throws NetnsError for what no packet comes from or goes to */
function partOf(host: Host, from: TraceEnd | undefined, to: TraceEnd | undefined): PartOfQuestion {
  const { snapshot } = host;
  if (snapshot === undefined) throw new NetnsError('connectionLost', l10n.t('{0} is not connected.', host.label));
  const goal = to === undefined || to === 'outside' ? undefined : goalOf(to, snapshot);
  // A port forward is for those outside, whoever else may use it.
  const isForward = goal !== undefined && typeof to === 'object' && to.type === 'nat';
  const source =
    from === undefined ? (isForward ? 'outside' : undefined) : from === 'outside' ? from : startOf(from, snapshot);
  return { ...(source === undefined ? {} : { from: source }), ...goal };
}

function startOf(subject: Subject, snapshot: HostSnapshot): string {
  const source = sourceOf(subject, snapshot);
  if (source !== undefined) return source;
  throw new NetnsError(
    'unsupported',
    l10n.t('No packet can be sent from {0}: it is not there.', plainLine(subjectLabel(subject))),
  );
}

function goalOf(subject: Subject, snapshot: HostSnapshot): PartOfQuestion {
  const goal = destinationOf(subject, snapshot);
  if (goal !== undefined) return goal;
  throw new NetnsError(
    'unsupported',
    l10n.t('{0} is nothing that a packet could be sent to.', plainLine(subjectLabel(subject))),
  );
}

async function chooseHost(
  parts: TraceParts,
): Promise<{ readonly host: Host; readonly subjects: readonly Subject[] } | undefined> {
  const { registry, connector } = parts;
  if (registry.hosts.length === 0) {
    throw new NetnsError('unsupported', l10n.t('There is no host yet.'), {
      advice: l10n.t('Add one with “Netns: Add Host…”.'),
    });
  }
  const live = registry.hosts.filter(({ state }) => state.status === 'live');
  const host = live.length === 1 ? live[0] : await connector.pick(l10n.t('Trace a packet on which host?'));
  if (host === undefined || !(await connector.ensureLive(host))) return undefined;
  await host.ensureCurrent();
  return { host, subjects: [] };
}

/** Runs a command's work, and tells what goes wrong in it. */
export async function told(
  { log }: Pick<TraceParts, 'log'>,
  work: () => Promise<ActionOutcome>,
): Promise<ActionOutcome> {
  try {
    return await work();
  } catch (error) {
    showError(log, l10n.t('Trace Packet failed'), error);
    if (isCancelled(error)) return { outcome: 'cancelled' };
    return { outcome: 'failed', reason: error instanceof NetnsError ? error.reason : 'internal' };
  }
}
