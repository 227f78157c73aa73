/** A point on a host that packets are captured at: one tcpdump. */
export interface CapturePoint {
  /** The namespace as people know it; empty in the root namespace. */
  readonly namespace: string;
  /** The interface; undefined: all of the namespace's. */
  readonly interface?: string;
  /** Names of the namespace's interfaces by ifindex, for captures of all of them. */
  readonly interfaceNames?: Readonly<Record<number, string>>;
}

/** A captured packet. Its bytes are not copied: nobody changes them. */
export interface Packet {
  /** Microseconds since 1970, by the host's clock. */
  readonly time: number;
  /** Number of its capture point. */
  readonly point: number;
  /** A LINKTYPE_ value of https://www.tcpdump.org/linktypes.html. */
  readonly linkType: number;
  /** Its length on the wire; `data` may be shorter. */
  readonly length: number;
  readonly data: Uint8Array;
}

/** Link types that a Linux host's interfaces have. */
export const LinkType = {
  null: 0,
  ethernet: 1,
  raw: 101,
  cooked: 113,
  ipv4: 228,
  ipv6: 229,
  cooked2: 276,
} as const;

/** `earth:eth0`; in the root namespace `eth0`. */
export function pointLabel({ namespace }: CapturePoint, interfaceName: string): string {
  return namespace === '' ? interfaceName : `${namespace}:${interfaceName}`;
}
