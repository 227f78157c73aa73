/**
 * What is in a namespace that comes and goes by itself, without anybody setting it: neighbours, what bridges learned, sockets,
 * connections. Part of the model (`model.ts`).
 */

/** Somebody on a network of the namespace (ip-neighbour(8)). */
export interface ObservedNeighbour {
  readonly family: 'inet' | 'inet6';
  readonly address: string;
  readonly dev: string;
  readonly mac?: string;
  /**
   * `resolved`: its MAC address is known (the kernel's REACHABLE, STALE, DELAY and PROBE, which follow each other all the time);
   * `incomplete`: it was asked for and has not answered yet; `failed`: it did not answer; `permanent`: somebody set it.
   */
  readonly state: 'resolved' | 'incomplete' | 'failed' | 'permanent';
}

/** Behind which port of a bridge a MAC address is, or to which address a tunnel sends it (bridge(8), `fdb`). */
export interface ObservedFdbEntry {
  readonly mac: string;
  /** The port, or the VXLAN interface. */
  readonly dev: string;
  readonly vlan?: number;
  /** The other end of the tunnel. */
  readonly to?: string;
  /** Somebody set it; else it was learned. */
  readonly isStatic?: true;
}

/** A socket that waits for others: TCP that listens, UDP that is connected to nobody. */
export interface ObservedSocket {
  readonly protocol: 'tcp' | 'udp';
  /** `*`: every address of both families; `0.0.0.0`, `::`: of one. */
  readonly address: string;
  readonly port: number;
  /** It takes only what comes by this interface. */
  readonly dev?: string;
  /** Who holds it, with the program's name (/proc/PID/comm); absent where that could not be read, or the kernel itself does. */
  readonly process?: { readonly pid: number; readonly program: string };
}

/** The connections that the kernel follows for NAT and stateful rules. */
export interface ObservedConntrack {
  /** A counter: it is as old as the last change of something else. */
  readonly connections: number;
  readonly max: number;
}
