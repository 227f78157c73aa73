import type { HostSnapshot, ObservedNamespace } from '../host/model';
import { servicesOn } from '../plan/service-state';

/** A port that somebody listens on. */
export interface ListeningPort {
  readonly protocol: 'tcp' | 'udp';
  /** `*` for every address. */
  readonly address: string;
  readonly port: number;
  /** Who: a program, or a lab's service. */
  readonly program?: string;
}

/** The ports of a namespace that others may reach, each once, in their order: of sockets on its own loopback nobody else can. */
export function listeningPorts(namespace: ObservedNamespace, snapshot: HostSnapshot): ListeningPort[] {
  const services = servicesOn(snapshot)
    .filter(({ record, isRunning }) => isRunning && record.namespace === namespace.name)
    .flatMap(({ record: { name, ready } }): ListeningPort[] => {
      const port = ready !== undefined && 'tcp' in ready ? ready.tcp : undefined;
      return port === undefined ? [] : [{ protocol: 'tcp', address: '*', port, program: name }];
    });
  const seen = (namespace.sockets ?? []).map(({ protocol, address, port, process }): ListeningPort => {
    const service = services.find((one) => one.protocol === protocol && one.port === port);
    const program = service?.program ?? process?.program;
    return { protocol, address, port, ...(program === undefined ? {} : { program }) };
  });
  const ports = new Map<string, ListeningPort>();
  // Where sockets cannot be read, what a lab declares is known at least.
  for (const one of [...seen, ...services]) {
    if (isLoopback(one.address)) continue;
    const key = `${one.protocol} ${one.port}`;
    if (!ports.has(key)) ports.set(key, one);
  }
  return [...ports.values()].sort((a, b) => a.port - b.port || a.protocol.localeCompare(b.protocol));
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
