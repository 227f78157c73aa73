import type { ObservedQdisc, PortVlans } from '../../../src/host/model';
import { Refusal } from './refusal';

/** What tc(8) and bridge(8) do to an interface, as far as our plans use them. */
export interface PortState {
  master?: string;
  /** Words after `root`. */
  qdisc?: string[];
  vlans?: { untagged?: number; tagged: number[] };
}

export function tcCommand(links: Record<string, PortState>, args: readonly string[]): void {
  const [object, verb, , name = '', root, ...words] = args;
  const link = links[name];
  if (object !== 'qdisc' || root !== 'root') throw new Refusal(`tc: ${args.join(' ')}?`);
  if (link === undefined) throw new Refusal(`Cannot find device "${name}"`);
  if (verb === 'replace') link.qdisc = words;
  else if (verb !== 'del') throw new Refusal(`tc: ${String(verb)}?`);
  else if (link.qdisc === undefined)
    throw new Refusal('Error: Cannot delete qdisc with handle of zero. No such file or directory');
  else delete link.qdisc;
}

export function bridgeCommand(links: Record<string, PortState>, args: readonly string[]): void {
  const [object, verb, , name = '', , range = '', ...flags] = args;
  const link = links[name];
  if (object !== 'vlan' || link === undefined) throw new Refusal(`Cannot find device "${name}"`);
  if (link.vlans === undefined) throw new Refusal('RTNETLINK answers: Operation not supported');
  const [first = 0, last = first] = range.split('-').map(Number);
  for (let id = first; id <= last; id++) {
    const { vlans } = link;
    const isThere = vlans.untagged === id || vlans.tagged.includes(id);
    if (verb === 'del' && !isThere) throw new Refusal('RTNETLINK answers: No such file or directory');
    if (vlans.untagged === id) delete vlans.untagged;
    vlans.tagged = vlans.tagged.filter((own) => own !== id);
    if (verb === 'add' && flags.includes('pvid')) {
      // The VLAN before it stays, untagged on the way out; our plans never leave one so.
      if (vlans.untagged !== undefined && vlans.untagged !== id) vlans.tagged.push(vlans.untagged);
      vlans.untagged = id;
    } else if (verb === 'add') vlans.tagged = [...vlans.tagged, id].sort((a, b) => a - b);
  }
}

/** A port of a Linux bridge begins with VLAN 1. */
export function plugIn(link: PortState, master: string | undefined): void {
  if (link.master === master) return;
  delete link.vlans;
  if (master === undefined) delete link.master;
  else {
    link.master = master;
    link.vlans = { untagged: 1, tagged: [] };
  }
}

/** As the readings have it. */
export function observePort(
  { qdisc, vlans }: PortState,
  filtersVlans: boolean,
): { qdisc?: ObservedQdisc; vlans?: PortVlans } {
  return {
    ...(qdisc === undefined ? {} : { qdisc: observeQdisc(qdisc) }),
    ...(vlans === undefined || !filtersVlans ? {} : { vlans: { ...vlans, tagged: [...vlans.tagged] } }),
  };
}

const factors: Record<string, number> = {
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  '%': 1e-2,
  kbit: 125,
  mbit: 125e3,
  gbit: 125e6,
  bit: 1 / 8,
};

function observeQdisc([kind = '', ...words]: readonly string[]): ObservedQdisc {
  const value = (text: string | undefined): number => {
    const [, number = '0', unit = ''] = /^([0-9.]+)(\D+)$/.exec(text ?? '') ?? [];
    const product = Number(number) * (factors[unit] ?? 0);
    // tc prints fractions with six digits, and bytes a second as they are.
    return unit.endsWith('bit') ? Math.round(product) : Number(product.toPrecision(6));
  };
  const after = (key: string): string | undefined => (words.includes(key) ? words[words.indexOf(key) + 1] : undefined);
  if (kind === 'tbf')
    return { kind, options: { rate: value(after('rate')), burst: Number(after('burst')), lat: 400_000 } };
  const options: Record<string, Record<string, number>> = {};
  for (const [key, name] of Object.entries({
    loss: 'loss-random',
    duplicate: 'duplicate',
    reorder: 'reorder',
    corrupt: 'corrupt',
    rate: 'rate',
  })) {
    if (words.includes(key)) options[name] = { [key]: value(after(key)) };
  }
  if (words.includes('delay')) {
    const jitter = words[words.indexOf('delay') + 2];
    options['delay'] = { delay: value(after('delay')), jitter: /^[0-9]/.test(jitter ?? '') ? value(jitter) : 0 };
  }
  return { kind, options };
}
