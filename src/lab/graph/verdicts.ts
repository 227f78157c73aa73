import * as l10n from '@vscode/l10n';
import type { HostSnapshot } from '../../host/model';
import { parseCidr } from '../../plan/cidr';
import { isAsExpected, type PingMatrix } from '../../protocol/ping-matrix';
import type { FactGroup, GraphView } from '../../protocol/graph';
import type { VerdictArc, Verdicts } from '../../protocol/verdict';
import type { CheckAction } from '../../topology/model';
import type { CheckResult } from '../model';
import { isBridge } from './facts';
import { linkNodeId, namespaceKey } from './live-ids';
import { hostId, namespaceNodeId, outsideId } from './picture';

/** The heading in a node's details below which stand the checks that were run from there. */
export const checksHeading = l10n.t`Checks`;

/** More arcs than this hide what they are drawn over; the legend says that there are more. */
const mostArcs = 40;

/** Longest text beside an arc, in characters. */
const longestLabel = 40;

/**
 * Writes onto the picture which checks held: beside the place that each was run from how many did, in its details a line for each
 * with the first of what its command said where it did not hold.
 */
export function withChecks(view: GraphView, results: readonly CheckResult[]): GraphView {
  const byNode = groupBy(results, ({ check }) => placeId(check.from));
  if (byNode.size === 0) return view;
  const nodes = view.nodes.map((node) => {
    const own = byNode.get(node.id);
    if (own === undefined) return node;
    const held = own.filter(({ passed }) => passed).length;
    const group: FactGroup = { heading: checksHeading, lines: own.map(lineOf) };
    const checked = `${held === own.length ? '✓' : '✗'} ${held}/${own.length}`;
    return { ...node, checked, details: [group, ...(node.details ?? [])] };
  });
  return { ...view, nodes };
}

function lineOf({ title, passed, notRun, output }: CheckResult): string {
  if (passed) return `✓ ${title}`;
  const [said = ''] = output.trim().split('\n').slice(-1);
  return `${notRun === true ? l10n.t`– could not be tried: ` : '✗ '}${title}${said === '' ? '' : `: ${said}`}`;
}

/**
 * Between which places of the picture something does not get through as the file wants it.
 *
 * @param snapshot says whose an address is that a check names
 * @returns undefined where all that was tried is right, or nothing was
 */
export function verdictsOf(
  results: readonly CheckResult[],
  matrix: Pick<PingMatrix, 'cells'> | undefined,
  snapshot: HostSnapshot,
): Verdicts | undefined {
  const failed = results.filter(({ passed, notRun }) => !passed && notRun !== true);
  const wrong = (matrix?.cells ?? []).filter((cell) => cell.outcome !== 'notRun' && !isAsExpected(cell));
  if (failed.length === 0 && wrong.length === 0) return undefined;
  const tried = [
    ...failed.map(({ check }) => ({ from: placeId(check.from), ...goalOf(check.action, snapshot) })),
    ...wrong.map(({ from, to }) => ({ from: placeId(from), to: placeId(to), what: 'ping' })),
  ];
  const arcs = arcsBetween(tried);
  const more = arcs.length > mostArcs ? l10n.t` The picture shows ${mostArcs} of ${arcs.length} pairs.` : '';
  const parts = [
    ...(failed.length === 0
      ? []
      : [
          failed.length === 1
            ? l10n.t`1 of ${results.length} checks does not hold`
            : l10n.t`${failed.length} of ${results.length} checks do not hold`,
        ]),
    ...(wrong.length === 0
      ? []
      : [l10n.t`${wrong.length} of ${matrix?.cells.length ?? 0} pings are not as they should be`]),
  ];
  return { arcs: arcs.slice(0, mostArcs), said: `${parts.join(', ')}.${more}` };
}

interface Tried {
  readonly from: string;
  readonly to: string | undefined;
  readonly what: string;
}

/** One arc for each two places, whatever was tried between them, and in which direction. */
function arcsBetween(all: readonly Tried[]): VerdictArc[] {
  const pairs = groupBy(
    all.filter(({ from, to }) => to !== undefined && from !== to),
    ({ from, to = '' }) => [from, to].sort().join(' '),
  );
  return [...pairs].map(([key, tried]) => {
    const { from = '', to = '' } = tried[0] ?? {};
    const label = [...new Set(tried.map(({ what }) => what))].join(', ');
    return {
      id: `verdict:${key}`,
      from,
      to,
      label: `✗ ${label.length > longestLabel ? `${label.slice(0, longestLabel)}…` : label}`,
      isMutual: tried.some((other) => other.from !== from),
    };
  });
}

/** Where a check leads to, and what it sends there. */
function goalOf(action: CheckAction, snapshot: HostSnapshot): Pick<Tried, 'to' | 'what'> {
  switch (action.type) {
    case 'ping':
      return { to: targetId(action.target, snapshot), what: 'ping' };
    case 'tcp':
    case 'udp':
      return { to: targetId(action.target, snapshot), what: `${action.type} ${action.port}` };
    case 'http': {
      const [, name] = /^https?:\/\/(\[[^\]]+\]|[^/:?#]+)/.exec(action.url) ?? [];
      return { to: name === undefined ? undefined : targetId(name.replace(/[[\]]/g, ''), snapshot), what: 'http' };
    }
    case 'dns':
    case 'command':
      return { to: undefined, what: action.type };
  }
}

/** The node of a check's target: a namespace, one of its interfaces, or whoever has the address; else it lies outside. */
function targetId(target: string, snapshot: HostSnapshot): string {
  const address = parseCidr(target)?.address;
  if (address === undefined) {
    const [place = ''] = target.split(':');
    const isPlace = place === 'host' || snapshot.namespaces.some(({ name }) => name === place);
    return isPlace ? placeId(place) : outsideId;
  }
  for (const namespace of snapshot.namespaces) {
    const link = namespace.links.find(({ addresses }) =>
      addresses.some(({ cidr }) => parseCidr(cidr)?.address === address),
    );
    if (link === undefined) continue;
    if (isBridge(link)) return linkNodeId(namespace, link);
    const key = namespaceKey(namespace);
    return key === undefined ? hostId : namespaceNodeId(key);
  }
  return outsideId;
}

function placeId(place: string): string {
  return place === 'host' ? hostId : namespaceNodeId(place);
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}
