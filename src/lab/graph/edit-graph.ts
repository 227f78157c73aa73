import * as l10n from '@vscode/l10n';
import { addThing, objectToName, proposeName, type Addable } from '../../language/edit/add';
import { connect, type CablePlace } from '../../language/edit/connect';
import { deleteAt } from '../../language/edit/delete';
import { editText, type TextEdit } from '../../language/text-edit';
import { occurrencesIn } from '../../language/symbols/occurrences';
import { renameAt } from '../../language/symbols/rename';
import type { Topology, YamlPath } from '../../topology/model';
import { parseTopology, type ParsedTopology } from '../../topology/parse';
import type { TextRange } from '../../topology/problem';
import { drawTopology, linkCableId } from './from-topology';
import { bridgeNodeId, compareNames, hostId, namespaceNodeId, type PictureNode } from './picture';
import { nodeAtPath, placeOfNode } from './places';

/** What a person wants to change in the file, by the ids of the graph. */
export type GraphEditRequest =
  | { readonly type: 'add'; readonly kind: Addable; readonly name: string }
  | { readonly type: 'connect'; readonly from: string; readonly to: string }
  | { readonly type: 'delete'; readonly nodeId: string }
  | { readonly type: 'rename'; readonly nodeId: string; readonly newName: string };

/** The text edits of one change, as plain data; or in a person's words why there are none, and where. */
export type GraphEditing =
  | {
      readonly edits: readonly TextEdit[];
      /** What was done, in a few words for people. */
      readonly said: string;
      /** The node or cable to select afterwards. */
      readonly select?: string;
      /** What goes besides the thing itself. */
      readonly also?: readonly string[];
      /** What was deleted. */
      readonly what?: string;
    }
  | { readonly refusal: string; readonly range?: TextRange };

/** What a dialog asks a name for: something new, or what the graph draws under an id. */
export type ThingToName = { readonly kind: Addable } | { readonly nodeId: string };

const gone = l10n.t`This is not in the file any more: it was changed meanwhile.`;

/** The edits for a request on the file as it reads now. A file with errors is not edited: its graph may show what was before. */
export function editGraph(parsed: ParsedTopology, request: GraphEditRequest): GraphEditing {
  const error = parsed.problems.find(({ severity }) => severity === 'error');
  const { topology } = parsed;
  if (error !== undefined || topology === undefined) {
    const why = error === undefined ? l10n.t`It declares nothing.` : error.message.replaceAll('`', '"');
    return { refusal: why, ...(error !== undefined && { range: error.range }) };
  }
  switch (request.type) {
    case 'add':
      return add(parsed, request);
    case 'connect':
      return draw(parsed, topology, request);
    case 'delete':
      return remove(parsed, topology, request.nodeId);
    case 'rename':
      return rename(parsed, topology, request);
  }
}

/** The name that a dialog begins with; for a renaming the one that the thing has. undefined: there is nothing to name. */
export function proposedName(parsed: ParsedTopology, what: ThingToName): string | undefined {
  if ('kind' in what) return proposeName(parsed, what.kind);
  const path = parsed.topology && placeOfNode(parsed.topology, what.nodeId);
  return path === undefined ? undefined : nameAt(parsed, path)?.name;
}

/** Why a name cannot be taken; undefined if it can. */
export function objectToTypedName(parsed: ParsedTopology, what: ThingToName, name: string): string | undefined {
  if ('kind' in what) return objectToName(parsed, what.kind, name);
  const editing = editGraph(parsed, { type: 'rename', nodeId: what.nodeId, newName: name });
  return 'refusal' in editing ? editing.refusal : undefined;
}

/** Where a cable from a node can lead, the host last. */
export function placesToConnect(
  parsed: ParsedTopology,
  from: string,
): { nodeId: string; name: string; kind: CablePlace['type'] }[] {
  if (parsed.topology === undefined) return [];
  const nodes = [...drawTopology(parsed.topology).nodes.values()];
  const own = plugOf(parsed.topology, from)?.nodeId;
  const rank = { bridge: 0, namespace: 1, host: 2 };
  return nodes
    .flatMap(({ id, name, kind }) =>
      id !== own && (kind === 'namespace' || kind === 'bridge' || kind === 'host') ? [{ nodeId: id, name, kind }] : [],
    )
    .sort((a, b) => rank[a.kind] - rank[b.kind] || compareNames(a.name, b.name));
}

function add(parsed: ParsedTopology, { kind, name }: Extract<GraphEditRequest, { type: 'add' }>): GraphEditing {
  const done = addThing(parsed, kind, name);
  if ('refusal' in done) return done;
  const select = kind === 'namespace' ? namespaceNodeId(name) : bridgeNodeId(undefined, name);
  return {
    edits: done.edits,
    said: kind === 'namespace' ? l10n.t`Added the namespace ${name}` : l10n.t`Added the bridge ${name}`,
    select,
  };
}

function draw(
  parsed: ParsedTopology,
  topology: Topology,
  { from, to }: Extract<GraphEditRequest, { type: 'connect' }>,
): GraphEditing {
  const [a, b] = [plugOf(topology, from)?.place, plugOf(topology, to)?.place];
  if (a === undefined || b === undefined) return { refusal: gone };
  const done = connect(parsed, a, b);
  if ('refusal' in done) return done;
  const { endpoints, addresses, after } = done;
  const link = after.topology?.links.at(-1);
  const said = [l10n.t`Added the cable ${endpoints.join(' – ')}`, ...addresses].join(', ');
  if (after.topology === undefined || link === undefined) return { edits: done.edits, said };
  return { edits: done.edits, said, select: linkCableId(after.topology, link) };
}

function remove(parsed: ParsedTopology, topology: Topology, nodeId: string): GraphEditing {
  const path = placeOfNode(topology, nodeId);
  if (path === undefined || nodeId === hostId) return { refusal: gone };
  const done = deleteAt(parsed, path);
  if ('refusal' in done) return done;
  return { edits: done.edits, said: l10n.t`Deleted: ${done.what}`, what: done.what, also: done.also };
}

function rename(
  parsed: ParsedTopology,
  topology: Topology,
  { nodeId, newName }: Extract<GraphEditRequest, { type: 'rename' }>,
): GraphEditing {
  const path = placeOfNode(topology, nodeId);
  const named = path === undefined ? undefined : nameAt(parsed, path);
  if (path === undefined) return { refusal: gone };
  if (named === undefined) return { refusal: l10n.t`This has no name of its own in the file.` };
  const done = renameAt(parsed, named.offset, newName);
  if ('refusal' in done) return done;
  const after = parseTopology(editText(parsed.text, done.edits)).topology;
  const renamed = path.at(-1) === named.name ? [...path.slice(0, -1), newName] : path;
  const select = after && nodeAtPath(after, renamed);
  return {
    edits: done.edits,
    said: l10n.t`Renamed ${named.name} to ${newName}`,
    ...(select !== undefined && { select }),
  };
}

/** The name that is written at a path, and where: an entry's key, or the interface of an endpoint. */
function nameAt(parsed: ParsedTopology, path: YamlPath): { name: string; offset: number } | undefined {
  const key = typeof path.at(-1) === 'string' ? parsed.keyRangeOf(path) : undefined;
  const range = key ?? parsed.valueRangeOf(path);
  if (range === undefined) return undefined;
  const found = occurrencesIn(parsed).find(
    ({ thing, range: own }) =>
      range.start <= own.start && own.end <= range.end && (key !== undefined || thing.kind === 'interface'),
  );
  return found && { name: found.thing.name, offset: found.range.start };
}

/** Where a cable at a node is plugged in: an interface stands for what it belongs to. */
function plugOf(topology: Topology, nodeId: string): { nodeId: string; place: CablePlace } | undefined {
  const { nodes } = drawTopology(topology);
  const node = nodes.get(nodeId);
  const home = node?.kind === 'interface' ? nodes.get(node.parent ?? '') : node;
  const place = home && placeOf(home);
  return home && place && { nodeId: home.id, place };
}

function placeOf({ kind, name }: PictureNode): CablePlace | undefined {
  if (kind === 'host') return { type: 'host' };
  return kind === 'namespace' || kind === 'bridge' ? { type: kind, name } : undefined;
}
