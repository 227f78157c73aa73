import * as l10n from '@vscode/l10n';
import type { ObservedQdisc } from '../host/model';
import type { ImpairmentDeclaration } from '../topology/model';

/**
 * What a cable does to packets in one direction: times in seconds, shares from 0 to 1, the rate in bytes a second, as the
 * kernel and `tc -j` have them. A value of none is left out.
 */
export type Impairment = Readonly<Partial<Record<ImpairmentKey, number>>>;
type ImpairmentKey = keyof ImpairmentDeclaration;

const keys: readonly ImpairmentKey[] = ['delay', 'jitter', 'loss', 'duplicate', 'reorder', 'corrupt', 'rate'];

/** A discipline as words after `tc qdisc replace dev X root`. */
export type QdiscWords = readonly string[];

/** The meaning of an impairment's texts; undefined where it says nothing at all. */
export function readImpairment(declared: ImpairmentDeclaration): Impairment | undefined {
  const read = keys.flatMap((key): [ImpairmentKey, number][] => {
    const value = readValue(declared[key]);
    return value > 0 ? [[key, value]] : [];
  });
  return read.length === 0 ? undefined : Object.fromEntries(read);
}

const units: Readonly<Record<string, number>> = {
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  '%': 1e-2,
  // tc counts bytes, and a thousand as 1000 (tc(8), "PARAMETERS").
  bit: 1 / 8,
  kbit: 1e3 / 8,
  mbit: 1e6 / 8,
  gbit: 1e9 / 8,
};

function readValue(text: string | undefined): number {
  const [, number = '0', unit = ''] = /^([0-9.]+)([a-z%]+)$/.exec(text ?? '') ?? [];
  return Number(number) * (units[unit] ?? 0);
}

/** What of the kernel an impairment needs: a rate alone is held by tbf where netem is lacking. */
export function impairmentNeed(
  declared: ImpairmentDeclaration,
  missingKinds: readonly string[],
): 'netem' | 'tbf' | undefined {
  const impairment = readImpairment(declared);
  if (impairment === undefined) return undefined;
  const isRateOnly = Object.keys(impairment).join() === 'rate';
  return isRateOnly && missingKinds.includes('netem') && !missingKinds.includes('tbf') ? 'tbf' : 'netem';
}

/** The discipline that does it. */
export function qdiscWords(impairment: Impairment, kind: 'netem' | 'tbf', mtu: number): QdiscWords {
  if (kind === 'netem') return netemWords(impairment);
  const rate = impairment.rate ?? 0;
  // Enough for a hundredth of a second, and for at least one full frame: less than a frame never leaves.
  const burst = Math.ceil(Math.max(rate / 100, mtu + 64));
  return ['tbf', 'rate', printRate(rate), 'burst', String(burst), 'latency', '400ms'];
}

function netemWords({ delay, jitter, loss, duplicate, reorder, corrupt, rate }: Impairment): QdiscWords {
  const time =
    delay === undefined ? [] : ['delay', printTime(delay), ...(jitter === undefined ? [] : [printTime(jitter)])];
  const shares = Object.entries({ loss, duplicate, reorder, corrupt });
  return [
    'netem',
    ...time,
    ...shares.flatMap(([key, share]) => (share === undefined ? [] : [key, printShare(share)])),
    ...(rate === undefined ? [] : ['rate', printRate(rate)]),
  ];
}

/** The impairment that an observed discipline makes; undefined where it makes none that we know, or how could not be read. */
export function observedImpairment({ kind, options }: ObservedQdisc): Impairment | undefined {
  if (options === undefined) return undefined;
  const number = (...path: string[]): number => {
    const value = path.reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
      options,
    );
    return typeof value === 'number' && Number.isFinite(value) ? value : 0;
  };
  if (kind === 'tbf') return { rate: number('rate') };
  if (kind !== 'netem') return undefined;
  // The names of q_netem.c in iproute2, since 4.20.
  const seen: Record<ImpairmentKey, number> = {
    delay: number('delay', 'delay'),
    jitter: number('delay', 'jitter'),
    loss: number('loss-random', 'loss'),
    duplicate: number('duplicate', 'duplicate'),
    reorder: number('reorder', 'reorder'),
    corrupt: number('corrupt', 'corrupt'),
    rate: number('rate', 'rate'),
  };
  return Object.fromEntries(Object.entries(seen).filter(([, value]) => value > 0));
}

/** True if both do the same, as far as the kernel's ticks and tc's six digits can tell. */
export function isSameImpairment(a: Impairment, b: Impairment): boolean {
  return keys.every((key) => {
    const [one, other] = [a[key] ?? 0, b[key] ?? 0];
    return Math.abs(one - other) <= 1e-4 * Math.max(one, other) + 1e-9;
  });
}

/** `delay 20ms, loss 1%`, for a step's reason. */
export function impairmentInWords(impairment: Impairment | undefined): string {
  const parts = Object.entries(printImpairment(impairment ?? {})).map(([key, value]) => `${key} ${value}`);
  return parts.length === 0 ? l10n.t`not impaired` : parts.join(', ');
}

/** As a file says it. */
export function printImpairment(impairment: Impairment): ImpairmentDeclaration {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = impairment[key];
      if (value === undefined) return [];
      const print = key === 'rate' ? printRate : key === 'delay' || key === 'jitter' ? printTime : printShare;
      return [[key, print(value)] as const];
    }),
  );
}

function printTime(seconds: number): string {
  const microseconds = Math.round(seconds * 1e6);
  return microseconds % 1000 === 0 ? `${microseconds / 1000}ms` : `${microseconds}us`;
}

function printShare(share: number): string {
  return `${Number((share * 100).toPrecision(6))}%`;
}

function printRate(bytesPerSecond: number): string {
  const bits = Math.round(bytesPerSecond * 8);
  for (const [unit, size] of [
    ['gbit', 1e9],
    ['mbit', 1e6],
    ['kbit', 1e3],
  ] as const) {
    if (bits >= size && bits % size === 0) return `${bits / size}${unit}`;
  }
  return `${bits}bit`;
}
