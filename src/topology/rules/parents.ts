import * as l10n from '@vscode/l10n';
import type { InterfaceDeclaration, InterfaceKind, Topology, YamlPath } from '../model';
import { Parents, type ParentPlace } from '../parents';
import { makesItself, type LabIndex } from './lab-index';
import { nameOf, type Rule } from './rule';

/** An interface that stands on another one of the lab's. */
interface Child {
  readonly namespace: string | undefined;
  readonly declared: InterfaceDeclaration;
  readonly parent: ParentPlace;
}

/** Nothing can stand on itself, neither alone nor over others: none of them could be made first. */
export const parentsMakeNoCircle: Rule = function* (topology, lab) {
  const children = childrenIn(topology, lab);
  const byPlace = new Map(children.map((child) => [placeKey(child.namespace, child.declared.name), child]));
  const told = new Set<Child>();
  for (const child of children) {
    const way: Child[] = [];
    let next: Child | undefined = told.has(child) ? undefined : child;
    while (next !== undefined && !way.includes(next)) {
      way.push(next);
      next = byPlace.get(placeKey(next.parent.namespace, next.parent.name));
    }
    if (next !== child || way.length === 0) continue;
    for (const one of way) told.add(one);
    const names = [...way, child].map(({ declared }) => `\`${declared.name}\``);
    const why =
      way.length === 1
        ? l10n.t`${names[0] ?? ''} cannot stand on itself.`
        : l10n.t`These interfaces stand on each other: ${names.join(l10n.t` on `)}. None of them can be made first.`;
    yield {
      code: 'parent-circle',
      message: why,
      path: [...child.declared.path, 'parent'],
      related: way.slice(1).map(({ declared }) => ({
        path: [...declared.path, 'parent'],
        message: l10n.t`\`${declared.name}\` stands on \`${String(declared.options['parent'])}\``,
      })),
      data: { suggestion: outsider(lab, child.namespace, way) },
    };
  }
};

/** The kernel keeps one mode for all ipvlan interfaces of a parent: that of the one that was made last (ip-link(8)). */
export const ipvlansOfAParentAgree: Rule = function* (topology, lab) {
  const first = new Map<string, Child>();
  for (const child of childrenIn(topology, lab)) {
    const { declared, parent } = child;
    if (declared.kind !== 'ipvlan') continue;
    const key = placeKey(parent.namespace, parent.name);
    const other = first.get(key);
    if (other === undefined) first.set(key, child);
    if (other === undefined || modeOf(other) === modeOf(child)) continue;
    const isWritten = 'mode' in declared.options;
    const mode = modeOf(other);
    yield {
      code: 'ipvlan-modes-differ',
      message: l10n.t`All \`ipvlan\` interfaces on \`${parent.name}\` have one mode: \`${other.declared.name}\` has \`${mode}\`, \`${declared.name}\` ${isWritten ? '' : l10n.t`without a word `}\`${modeOf(child)}\`.`,
      path: isWritten ? [...declared.path, 'mode'] : declared.path,
      related: [{ path: modePath(other), message: l10n.t`\`${other.declared.name}\` has the mode \`${mode}\`` }],
      data: isWritten ? { suggestion: mode } : { key: 'mode', value: mode },
    };
  }
};

/** What leaves by a child leaves by its parent: the kernel refuses a larger MTU, or drops what would need it. */
export const childrenFitTheirParents: Rule = function* (topology, lab) {
  const children = childrenIn(topology, lab);
  if (children.length === 0) return;
  const mtus = new Mtus(topology, lab);
  for (const { namespace, declared, parent } of children) {
    const above = mtus.of(parent);
    const { mtu, kind, path } = declared;
    if (mtu === undefined || above === undefined) continue;
    const most = above.mtu - headOf(kind, declared);
    if (mtu <= most) continue;
    const head = most === above.mtu ? '' : l10n.t` less ${above.mtu - most} for the tunnel's header`;
    yield {
      code: 'mtu-above-parent',
      message: l10n.t`The MTU of \`${declared.name}\` in ${nameOf(namespace)} is ${mtu}; its parent \`${parent.name}\` has ${above.mtu}${head}.`,
      path: [...path, 'mtu'],
      ...(above.path !== undefined && {
        related: [{ path: above.path, message: l10n.t`The MTU of \`${parent.name}\`` }],
      }),
      data: { suggestion: String(most) },
    };
  }
};

const known = new WeakMap<LabIndex, readonly Child[]>();

function childrenIn(topology: Topology, lab: LabIndex): readonly Child[] {
  let children = known.get(lab);
  if (children === undefined) known.set(lab, (children = findChildren(topology, lab)));
  return children;
}

function findChildren(topology: Topology, lab: LabIndex): Child[] {
  const parents = new Parents(topology);
  return lab.scopes.flatMap(({ name: namespace, declared: { interfaces } }) =>
    interfaces.filter(makesItself).flatMap((declared) => {
      const parent = parents.of(namespace, declared);
      return parent === undefined ? [] : [{ namespace, declared, parent }];
    }),
  );
}

function placeKey(namespace: string | undefined, name: string): string {
  return JSON.stringify([namespace ?? null, name]);
}

/** The one interface of the namespace that could carry them all. */
function outsider(lab: LabIndex, namespace: string | undefined, circle: readonly Child[]): string | undefined {
  if (namespace === undefined) return undefined;
  const names = new Set(circle.map(({ declared }) => declared.name));
  const [only, ...others] = [...lab.originsIn(namespace).keys()].filter((name) => !names.has(name));
  return others.length > 0 ? undefined : only;
}

/** The kernel's default is l3 (IPVLAN_MODE_L3). */
function modeOf({ declared: { options } }: Child): string {
  return String(options['mode'] ?? 'l3');
}

function modePath({ declared: { path, options } }: Child): YamlPath {
  return 'mode' in options ? [...path, 'mode'] : path;
}

/** A vxlan packet carries its frame behind headers of its own: VXLAN_HEADROOM, VXLAN6_HEADROOM (net/vxlan.h). */
function headOf(kind: InterfaceKind, { options }: InterfaceDeclaration): number {
  if (kind !== 'vxlan') return 0;
  return [options['remote'], options['local']].some((address) => String(address ?? '').includes(':')) ? 70 : 50;
}

interface KnownMtu {
  readonly mtu: number;
  /** Where the file says so; undefined: by the kernel's default. */
  readonly path?: YamlPath;
}

/** The kernel's default (ETH_DATA_LEN). */
const usualMtu = 1500;
const hasUsualMtu: ReadonlySet<InterfaceKind> = new Set(['dummy', 'tun', 'tap'] as const);

/** The MTU that interfaces of a lab will have, as far as the file decides it. */
class Mtus {
  private readonly interfaces = new Map<string, Child['declared']>();
  private readonly known = new Map<string, KnownMtu>();
  private readonly parents: Parents;

  constructor(topology: Topology, lab: LabIndex) {
    this.parents = new Parents(topology);
    for (const { endpoints, mtu, path } of topology.links) {
      for (const end of endpoints) {
        const key = placeKey(lab.namespaceOf(end), end.interface);
        this.known.set(key, mtu === undefined ? { mtu: usualMtu } : { mtu, path: [...path, 'mtu'] });
      }
    }
    // A bridge without an MTU of its own takes its ports' smallest.
    for (const { namespace, name, mtu, path } of topology.bridges) {
      if (mtu !== undefined) this.known.set(placeKey(namespace, name), { mtu, path: [...path, 'mtu'] });
    }
    for (const { name: namespace, declared } of lab.scopes) {
      for (const one of declared.interfaces) {
        const key = placeKey(namespace, one.name);
        this.interfaces.set(key, one);
        if (one.mtu !== undefined) this.known.set(key, { mtu: one.mtu, path: [...one.path, 'mtu'] });
        else if (hasUsualMtu.has(one.kind)) this.known.set(key, { mtu: usualMtu });
      }
    }
  }

  of(place: ParentPlace, seen: ReadonlySet<string> = new Set()): KnownMtu | undefined {
    const key = placeKey(place.namespace, place.name);
    const known = this.known.get(key);
    const declared = this.interfaces.get(key);
    if (known !== undefined || declared === undefined || seen.has(key)) return known;
    const takesOver = declared.kind === 'macvlan' || declared.kind === 'ipvlan' || declared.kind === 'vlan';
    const parent = takesOver ? this.parents.of(place.namespace, declared) : undefined;
    return parent && this.of(parent, new Set([...seen, key]));
  }
}
