import { byteLength } from '../topology/names';

/**
 * Names as the kernel and iproute2 take them. The topology's own rules check names too; the planner checks again, because
 * names also come from manifests, and because nothing unchecked may ever become part of a command.
 */

/** What a link's alias says when a lab owns it: on both ends of a cable, on bridges, and on a namespace's `lo` for the namespace. */
const markPrefix = 'netns-topology:';

/** The alias that marks an object as owned by `lab`. */
export function ownerMark(lab: string): string {
  return `${markPrefix}${lab}`;
}

/** The lab that an alias names as its owner; undefined: no lab of ours. */
export function ownerOf(alias: string | undefined): string | undefined {
  if (alias?.startsWith(markPrefix) !== true) return undefined;
  const lab = alias.slice(markPrefix.length);
  return isLabName(lab) ? lab : undefined;
}

/** What the alias of an interface says that a lab did not make but moved into a namespace of its own. */
const movedPrefix = 'netns-topology-moved:';

export function movedMark(lab: string): string {
  return `${movedPrefix}${lab}`;
}

/** The lab that moved an interface, by its alias; undefined: none of ours. */
export function movedBy(alias: string | undefined): string | undefined {
  if (alias?.startsWith(movedPrefix) !== true) return undefined;
  const lab = alias.slice(movedPrefix.length);
  return isLabName(lab) ? lab : undefined;
}

/** The lab's nftables table, one per address family and namespace. */
export function nftTableName(lab: string): string {
  return `netns-topology-${lab}`;
}

export function isLabName(name: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,30}$/.test(name);
}

/**
 * An interface name that the kernel takes (dev_valid_name in net/core/dev.c: 1 to 15 bytes, not `.` or `..`, no slash,
 * colon or white space) and that no tool mistakes for an option or for a pattern (`%d` makes the kernel choose a number).
 */
export function isInterfaceName(name: string): boolean {
  return /^(?!-)[^/:%"\\\s\p{Cc}\p{Cs}\ufffd]+$/u.test(name) && byteLength(name) <= 15 && name !== '.' && name !== '..';
}

/** A name that `ip netns` takes: a file name under /run/netns (NAME_MAX bytes), and nothing that looks like an option. */
export function isNamespaceName(name: string): boolean {
  return /^(?!-)[^/:\p{Cc}\p{Cs}\ufffd]+$/u.test(name) && byteLength(name) <= 255 && name !== '.' && name !== '..';
}

/** A name that becomes a file name of ours: a service's. */
export function isFileName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$/.test(name);
}

/** A sysctl below `net.`, with dots or slashes, as sysctl(8) takes it. */
export function isSysctlName(name: string): boolean {
  return /^net[./][\p{L}\p{M}\p{N}_@./-]+$/u.test(name) && !name.includes('..');
}

/** FNV-1a, 32 bits, as 8 hexadecimal digits: enough to see that a text is no longer the same one; not a security measure. */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
