import type { ObservedLink } from '../host/model';
import type { InterfaceDeclaration } from '../topology/model';
import type { OwnKind } from './manifest';

const ownKinds: readonly string[] = ['dummy', 'tun', 'tap'] satisfies readonly OwnKind[];

/** True for an interface that a lab makes by itself, with no cable and on no other interface. */
export function isOwnKind(declared: InterfaceDeclaration): declared is InterfaceDeclaration & { kind: OwnKind } {
  return ownKinds.includes(declared.kind);
}

/** iproute2's word for the kind: TUN and TAP are one (drivers/net/tun.c). */
export function kernelKind(kind: OwnKind): string {
  return kind === 'dummy' ? 'dummy' : 'tun';
}

/** The kind of an observed interface, where it is one that a lab makes by itself. */
export function observedKind({ kind, data }: ObservedLink): OwnKind | undefined {
  if (kind === 'dummy') return 'dummy';
  if (kind !== 'tun') return undefined;
  return data['type'] === 'tap' ? 'tap' : 'tun';
}
