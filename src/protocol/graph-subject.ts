import type { GraphCable, GraphNode, GraphView } from './graph';
import { plugsOfCable, plugsOfNode, type Plugs } from './graph-plugs';
import type { Subject, SubjectPlace } from './subject';

/** What a right click can be on. */
export type WebviewSection = 'namespace' | 'bridge' | 'interface' | 'cable' | 'nat' | 'host' | 'outside' | 'canvas';

/** Where a picture comes from. */
export interface GraphOrigin {
  readonly hostId?: string;
  /** The URI of the topology file. */
  readonly file?: string;
}

/**
 * What VS Code's context menus of the graph decide by, and what their commands are handed (`data-vscode-context`, see
 * "Context menus" in VS Code's Webview API guide).
 */
export interface GraphContext {
  readonly webviewSection: WebviewSection;
  /** Keeps Cut, Copy and Paste out of the menu. */
  readonly preventDefaultContextMenuItems: true;
  readonly netnsSubject?: Subject;
  readonly netnsNode?: string;
  /** It stands in the file that is drawn, or it is the picture's ground and there is a file. */
  readonly netnsDeclared?: true;
  /** It is on the host. */
  readonly netnsLive?: true;
  /** It is set down. */
  readonly netnsDown?: true;
  /** It is a cable that is plugged into a bridge, or an end of one. */
  readonly netnsPlugged?: true;
  /** It is a cable, or an end of one, and there is a bridge that it can be plugged into. */
  readonly netnsPluggable?: true;
  /** Its packets are delayed, lost or slowed on purpose. */
  readonly netnsImpaired?: true;
}

/** The context of what has that id in the view; of the picture's ground without one. */
export function graphContext(view: GraphView | undefined, id: string | undefined, origin: GraphOrigin): GraphContext {
  const found = view === undefined || id === undefined ? undefined : find(view, id);
  if (found === undefined || id === undefined) return groundContext(origin);
  const { section, subject, declared, live, down, plugs, impaired } = found;
  const { hostId, file } = origin;
  return {
    webviewSection: section,
    preventDefaultContextMenuItems: true,
    ...(subject && {
      netnsSubject: {
        ...subject,
        ...(hostId !== undefined && { hostId, ...(section === 'host' && { name: hostId }) }),
        ...(declared && file !== undefined && { file }),
      },
    }),
    netnsNode: id,
    ...(declared && file !== undefined && { netnsDeclared: true }),
    ...(live && hostId !== undefined && { netnsLive: true }),
    ...(down && { netnsDown: true }),
    ...(plugs?.plugged === true && { netnsPlugged: true }),
    ...(plugs?.pluggable === true && { netnsPluggable: true }),
    ...(impaired === true && { netnsImpaired: true }),
  };
}

function groundContext({ hostId, file }: GraphOrigin): GraphContext {
  return {
    webviewSection: 'canvas',
    preventDefaultContextMenuItems: true,
    ...((hostId ?? file) !== undefined && {
      netnsSubject: {
        type: 'host',
        name: hostId ?? '',
        ...(hostId !== undefined && { hostId }),
        ...(file !== undefined && { file }),
      },
    }),
    ...(file !== undefined && { netnsDeclared: true }),
    ...(hostId !== undefined && { netnsLive: true }),
  };
}

interface Found {
  readonly section: WebviewSection;
  readonly subject: Subject | undefined;
  readonly declared: boolean;
  readonly live: boolean;
  readonly down: boolean;
  readonly plugs?: Plugs;
  readonly impaired?: boolean;
}

function find(view: GraphView, id: string): Found | undefined {
  const node = view.nodes.find((each) => each.id === id);
  if (node !== undefined) {
    const canBeDown = node.kind === 'interface' || node.kind === 'bridge';
    const isThere = {
      declared: node.declared === true,
      live: node.presence !== 'declared',
      down: canBeDown && node.state === 'down',
      plugs: plugsOfNode(view, node),
      impaired: node.impaired === true,
    };
    return { section: node.kind, subject: subjectOfNode(node), ...isThere };
  }
  const cable = view.cables.find((each) => each.id === id);
  if (cable !== undefined) {
    const isThere = {
      declared: cable.declared === true,
      live: cable.presence !== 'declared',
      down: cable.state === 'down',
      plugs: plugsOfCable(view, cable),
      impaired: view.nodes.some(
        ({ id: end, impaired }) => impaired === true && (end === cable.from || end === cable.to),
      ),
    };
    // A tunnel, or what stands on another interface, is no cable to be pulled: it is the interface where it begins.
    if (cable.kind === 'tunnel' || cable.kind === 'stacked') {
      return { section: 'interface', subject: { type: 'interface', ...placeOfLink(cable.from) }, ...isThere };
    }
    return { section: 'cable', subject: subjectOfCable(cable), ...isThere };
  }
  const nat = view.nat.find((each) => each.id === id);
  if (nat === undefined) return undefined;
  const { label, lab, enabled, key } = nat;
  const subject: Subject = {
    type: 'nat',
    name: label,
    enabled,
    ...(key !== undefined && { key }),
    ...(lab !== undefined && { lab }),
  };
  return { section: 'nat', subject, declared: nat.declared === true, live: nat.presence !== 'declared', down: false };
}

function subjectOfNode({ id, kind, name, lab }: GraphNode): Subject | undefined {
  const ofLab = lab === undefined ? {} : { lab };
  switch (kind) {
    case 'outside':
      return undefined;
    case 'host':
      return { type: 'host', name };
    case 'namespace': {
      const { namespace, namespaceId } = placeOfKey(id.slice('ns:'.length));
      return namespaceId === undefined
        ? { type: 'namespace', name: namespace ?? name, ...ofLab }
        : { type: 'namespace', name: '', namespaceId, ...ofLab };
    }
    case 'bridge':
    case 'interface':
      return { type: kind, ...placeOfLink(id), ...ofLab };
  }
}

/** The end that is named first is the cable's own, as its picture begins there. */
function subjectOfCable({ from, to, kind }: GraphCable): Subject | undefined {
  if (kind === 'uplink') return undefined;
  return { type: 'cable', ...placeOfLink(from), peer: placeOfLink(to) };
}

/** A link's name and place, from its node's id: `if:earth/eth0`, `if:/eth0`, `bridge:br0`, `bridge:earth/br0`. No name holds a `/`. */
function placeOfLink(id: string): SubjectPlace & { readonly name: string } {
  const rest = id.slice(id.indexOf(':') + 1);
  const slash = rest.indexOf('/');
  return slash < 0 ? { name: rest } : { ...placeOfKey(rest.slice(0, slash)), name: rest.slice(slash + 1) };
}

/** A namespace's name, or `#` and its inode. */
function placeOfKey(key: string): SubjectPlace {
  if (key === '') return {};
  const [, namespaceId] = /^#([0-9]+)$/.exec(key) ?? [];
  return namespaceId === undefined ? { namespace: key } : { namespaceId };
}
