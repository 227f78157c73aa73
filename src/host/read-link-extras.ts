import { integer, isObject, objects, text, texts, type JsonObject } from './json';
import type { ObservedQdisc, PortVlans } from './model';

/** Disciplines that the kernel or a distribution gives interfaces by itself (net.core.default_qdisc), and none. */
const usualQdiscs = new Set(['noqueue', 'noop', 'mq', 'fq_codel', 'pfifo_fast', 'fq', 'cake', 'sfq', 'pfifo']);

/**
 * The disciplines of the interfaces by their names.
 *
 * @param link an entry of `ip -j addr show`, which names the discipline
 * @param shown what `tc -j qdisc show` printed, if it was asked
 */
export function readQdisc(link: JsonObject, shown: readonly JsonObject[]): ObservedQdisc | undefined {
  const kind = text(link['qdisc']);
  if (kind === undefined || usualQdiscs.has(kind)) return undefined;
  const found = shown.find((entry) => entry['dev'] === link['ifname'] && entry['root'] === true);
  // Of these alone tc is asked.
  if (found === undefined && (kind === 'netem' || kind === 'tbf')) return { kind };
  return { kind, options: isObject(found?.['options']) ? withoutSeed(found['options']) : {} };
}

/** The seed of netem's random numbers is another one each time. */
function withoutSeed(options: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(options).filter(([key]) => key !== 'seed'));
}

/** Reads `bridge -j vlan show`: the VLANs of each port by its name. */
export function readPortVlans(shown: unknown): ReadonlyMap<string, PortVlans> {
  return new Map(
    objects(shown).flatMap((entry): [string, PortVlans][] => {
      const name = text(entry['ifname']);
      return name === undefined ? [] : [[name, readVlans(objects(entry['vlans']))]];
    }),
  );
}

function readVlans(vlans: readonly JsonObject[]): PortVlans {
  const tagged: number[] = [];
  let untagged: number | undefined;
  for (const entry of vlans) {
    const first = integer(entry['vlan']) ?? 0;
    const flags = texts(entry['flags']);
    if (flags.includes('PVID')) untagged = first;
    else if (!flags.includes('Egress Untagged')) {
      // A VLAN id has 12 bits; the host is not believed to say more.
      const last = Math.min(integer(entry['vlanEnd']) ?? first, 4095);
      for (let id = first; id <= last; id++) tagged.push(id);
    }
  }
  return { ...(untagged === undefined ? {} : { untagged }), tagged: tagged.sort((a, b) => a - b) };
}
