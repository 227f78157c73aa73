import * as l10n from '@vscode/l10n';
import type { Flow } from '../src/protocol/rates';

/** What passes something in the two directions along it, a second: from its first end to its second, and back. */
export interface Traffic {
  readonly forth: Flow;
  readonly back: Flow;
}

export const nothing: Flow = { bits: 0, packets: 0, lost: 0 };

export function sum(a: Flow, b: Flow): Flow {
  return { bits: a.bits + b.bits, packets: a.packets + b.packets, lost: a.lost + b.lost };
}

const units = ['', 'k', 'M', 'G', 'T'];

/** `784`, `1.2M`, `24k`: bits a second in so few characters that two of them have room below an address. */
export function shortRate(bits: number): string {
  const { amount, unit } = scaled(bits);
  return `${amount}${unit}`;
}

/** `1.2 Mbit/s`, as tc(8) writes a rate. */
export function longRate(bits: number): string {
  const { amount, unit } = scaled(bits);
  return `${amount} ${unit}bit/s`;
}

function scaled(bits: number): { amount: string; unit: string } {
  let value = bits;
  let step = 0;
  // What would be rounded to 1000 is one of the next unit.
  while (value >= 999.5 && step < units.length - 1) {
    value /= 1000;
    step++;
  }
  const amount = step > 0 && value < 9.95 ? value.toFixed(1) : String(Math.round(value));
  return { amount, unit: units[step] ?? '' };
}

/**
 * What stands on a cable: an arrow for each direction in which something passes, the unit once behind them, and a cross for the packets
 * that were lost: `↑8.4M ↓212k bit/s ✕3`.
 */
export function trafficLabel({ forth, back }: Traffic, [there, here]: readonly [string, string]): string {
  const lost = forth.lost + back.lost;
  return [
    ...(forth.bits > 0 ? [`${there}${shortRate(forth.bits)}`] : []),
    ...(back.bits > 0 ? [`${here}${shortRate(back.bits)}`] : []),
    ...(forth.bits + back.bits > 0 ? ['bit/s'] : []),
    ...(lost > 0 ? [`✕${shortRate(lost)}`] : []),
  ].join(' ');
}

/** A cable's width in pixels: from a few bits to some gigabits, each ten times as much is as much wider. */
export function widthFor({ forth, back }: Traffic): number {
  const bits = Math.max(forth.bits, back.bits);
  return Math.round((2 + Math.min(6, Math.max(0.5, Math.log10(Math.max(1, bits)) - 2.5))) * 10) / 10;
}

/** In words, a line for each direction; none where nothing passes. */
export function flowLines(words: readonly [string, string], first: Flow, second: Flow): string[] {
  return [first, second].flatMap(({ bits, packets, lost }, index) => {
    if (packets === 0 && lost === 0) return [];
    const count = packets < 9.95 ? packets.toFixed(1).replace(/\.0$/, '') : String(Math.round(packets));
    const parts = [
      `${words[index] ?? ''} ${longRate(bits)}`,
      count === '1' ? l10n.t`1 packet/s` : l10n.t`${count} packets/s`,
    ];
    if (lost > 0) parts.push(l10n.t`${lost < 1 ? lost.toFixed(1) : Math.round(lost)} lost/s`);
    return [parts.join(', ')];
  });
}
