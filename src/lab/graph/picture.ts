import type { FactGroup, GraphCable, GraphNat, GraphNode } from '../../protocol/graph';

/**
 * One side of the graph, the host's or the file's, before the two are laid over each other. What it says about a thing
 * beyond its being there stands in `claims`, so that the sides can be compared: the file's claims are wishes, the host's are facts.
 */
export interface Picture {
  readonly nodes: ReadonlyMap<string, PictureNode>;
  readonly cables: ReadonlyMap<string, PictureCable>;
  readonly nat: ReadonlyMap<string, GraphNat>;
  readonly forwarding: boolean | undefined;
}

export type PictureNode = Omit<GraphNode, 'presence' | 'difference' | 'details'> & {
  readonly claims: Claims;
  readonly details: readonly FactGroup[];
  /** Part of the host itself (frame, NICs, outside), which no file declares. */
  readonly ownEquipment?: boolean;
};

export type PictureCable = Omit<GraphCable, 'presence' | 'difference'> & {
  readonly ownEquipment?: boolean;
};

/** What can be compared. Absent means: not said (in the file) or not read (on the host). Addresses and routes are normalised. */
export interface Claims {
  readonly up?: boolean;
  readonly addresses?: readonly string[];
  readonly mtu?: number;
  readonly routes?: readonly string[];
  readonly forwarding?: boolean;
  readonly kind?: string;
}

export const hostId = 'host';
export const outsideId = 'outside';

export function namespaceNodeId(name: string): string {
  return `ns:${name}`;
}

/** `namespace` is undefined in the host's root namespace. */
export function bridgeNodeId(namespace: string | undefined, name: string): string {
  return namespace === undefined ? `bridge:${name}` : `bridge:${namespace}/${name}`;
}

/** `namespace` is undefined in the host's root namespace. */
export function interfaceNodeId(namespace: string | undefined, name: string): string {
  return `if:${namespace ?? ''}/${name}`;
}

/** The same for both directions, so that the file's and the host's order of ends do not matter. */
export function cableId(a: string, b: string): string {
  return a < b ? `cable:${a}|${b}` : `cable:${b}|${a}`;
}

/** Orders names as a person counts: `h2` before `h10`. */
export function compareNames(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** A heading with its lines; nothing where there are no lines. */
export function factGroup(heading: string, lines: readonly (string | undefined)[]): FactGroup[] {
  const present = lines.filter((line) => line !== undefined && line !== '') as string[];
  return present.length === 0 ? [] : [{ heading, lines: present }];
}
