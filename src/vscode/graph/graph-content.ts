import * as l10n from '@vscode/l10n';
import { describeError } from '../../base/errors';
import { buildGraphView } from '../../lab/graph-view';
import { withReach } from '../../lab/graph/reach';
import { verdictsOf, withChecks } from '../../lab/graph/verdicts';
import type { Moment } from '../../lab/host-history';
import type { CheckResult } from '../../lab/model';
import type { DrawnFile, NoticeAction, Side, ToGraph } from '../../protocol/messages';
import type { PingMatrix } from '../../protocol/ping-matrix';
import { isDrawnInParts, readingWords } from '../../protocol/reading';
import type { Verdicts } from '../../protocol/verdict';
import type { Topology } from '../../topology/model';
import type { Host, HostState } from '../hosts/host';
import { nextTry } from '../hosts/state-words';

/** What a graph has to draw from. */
export interface GraphInput {
  readonly hosts: readonly Host[];
  readonly host: Host | undefined;
  readonly topology: Topology | undefined;
  /** The file that the topology is from. */
  readonly file?: DrawnFile | undefined;
  /** What of both the person wants to see; without a word both. */
  readonly side?: Side | undefined;
  /** The host is drawn as it was then, and nothing can be edited meanwhile. */
  readonly moment?: Moment | undefined;
  /** Who of the file's lab reaches whom on the host, where that was tried. */
  readonly matrix?: PingMatrix | undefined;
  /** What the file's checks found there. */
  readonly checks?: readonly CheckResult[];
}

type Content = Extract<ToGraph, { type: 'view' | 'notice' }>;
type Notice = Pick<Extract<Content, { type: 'notice' }>, 'title' | 'text' | 'actions' | 'busy'>;

const connect: NoticeAction = { id: 'connect', label: l10n.t`Connect to Host` };
const retry: NoticeAction = { id: 'retry', label: l10n.t`Try Again` };
const showLog: NoticeAction = { id: 'showLog', label: l10n.t`Show Log` };
const newTopology: NoticeAction = { id: 'newTopology', label: l10n.t`Start from a Template` };

/**
 * The picture, or what is said in its place. A file is always drawn: as a design alone where its host is not live, laid
 * over the host where it is. A large host is drawn by what is read of it already; nothing is laid over a part, which lacks
 * more than it has.
 */
export function graphContent(input: GraphInput): Content {
  const { hosts, host, topology, file, side = 'both', moment, matrix, checks = [] } = input;
  const choices = {
    hosts: hosts.map(({ id, label }) => ({ id, label })),
    ...(host === undefined ? {} : { selectedHost: host.id }),
  };
  const part = host?.partialPicture;
  const isDrawnAlready = topology === undefined && part !== undefined && isDrawnInParts(part);
  const snapshot = moment?.snapshot ?? host?.snapshot ?? (isDrawnAlready ? part.snapshot : undefined);
  if (topology === undefined && snapshot === undefined) return { type: 'notice', ...noticeFor(host), ...choices };
  const hasBoth = topology !== undefined && snapshot !== undefined;
  const drawn = {
    snapshot: hasBoth && side === 'declared' ? undefined : snapshot,
    topology: hasBoth && side === 'live' ? undefined : topology,
  };
  const picture = buildGraphView({ hostName: host?.label ?? '', ...drawn });
  const isNow = moment === undefined && drawn.snapshot !== undefined && !isDrawnAlready;
  const view = isNow ? withChecks(matrix === undefined ? picture : withReach(picture, matrix), checks) : picture;
  return {
    type: 'view',
    view,
    ...choices,
    ...(drawn.topology !== undefined && file !== undefined && moment === undefined && { file }),
    ...(hasBoth && { side }),
    ...(drawn.snapshot !== undefined && readOnlyNote(host)),
    ...(moment !== undefined && { moment: moment.id }),
  };
}

/** What checks and pings found wrong, for a picture of the host as it is now. */
export function graphVerdicts({ host, matrix, checks = [] }: GraphInput): Verdicts | undefined {
  return host?.snapshot === undefined ? undefined : verdictsOf(checks, matrix, host.snapshot);
}

/** Without root much of a host is not seen: an empty picture must not look like an empty host. */
function readOnlyNote(host: Host | undefined): { readOnly: string } | undefined {
  if (host?.readOnlyBecause === undefined) return undefined;
  const unseen = l10n.t`What is in namespaces, NAT and others’ processes are not seen, and nothing can be changed.`;
  return { readOnly: l10n.t`There is no root on ${host.label} for us. ${unseen}` };
}

function again(state: HostState): string[] {
  if (state.status !== 'lost' || state.again === undefined) return [];
  return [l10n.t`Reconnecting by itself (try ${state.again.attempt}).`, nextTry(state) ?? ''].filter(
    (words) => words !== '',
  );
}

function noticeFor(host: Host | undefined): Notice {
  if (host === undefined) {
    return {
      title: l10n.t`No host to show`,
      text: l10n.t`Connect to a Linux host to see its network namespaces, or design a lab in a topology file.`,
      actions: [{ ...connect, label: l10n.t`Connect to a Host` }, newTopology],
    };
  }
  const { state, label } = host;
  switch (state.status) {
    case 'disconnected':
      return {
        title: l10n.t`${label} is not connected`,
        text: l10n.t`Connect to see its network.`,
        actions: [connect],
      };
    case 'connecting':
      return host.partialPicture === undefined
        ? { title: l10n.t`Connecting to ${label}…`, text: '', actions: [], busy: true }
        : { title: l10n.t`Reading ${label}…`, text: readingWords(host.partialPicture), actions: [], busy: true };
    case 'live':
      return { title: l10n.t`Reading ${label}…`, text: '', actions: [], busy: true };
    case 'lost':
      return {
        title: l10n.t`The connection to ${label} was lost`,
        text: [describeError(state.error), ...again(state)].join('\n'),
        actions: [{ ...retry, label: state.again === undefined ? l10n.t`Reconnect` : l10n.t`Reconnect Now` }, showLog],
        ...(state.again === undefined ? {} : { busy: true }),
      };
    case 'failed':
      return { title: l10n.t`Cannot connect to ${label}`, text: describeError(state.error), actions: [retry, showLog] };
  }
}
