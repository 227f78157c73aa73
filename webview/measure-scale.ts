export interface Scale {
  /** The value at the top. */
  readonly top: number;
  readonly steps: readonly number[];
  label(value: number): string;
}

/** An axis from 0 whose steps are numbers that people count in: 1, 2, 5 and their tens. */
export function niceScale(most: number): Scale {
  if (most <= 0) return { top: 1, steps: [0], label: (value) => value.toFixed(0) };
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const count = Math.max(1, Math.ceil(most / step));
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return {
    top: count * step,
    steps: Array.from({ length: count + 1 }, (_, index) => index * step),
    label: (value) => value.toFixed(Math.min(digits, 6)),
  };
}

/** The moments that an axis names, in milliseconds: some seven of them, at round times. */
export function timeSteps(from: number, to: number): number[] {
  const step = ([5, 10, 15, 30, 60].find((seconds) => (to - from) / seconds <= 7000) ?? 60) * 1000;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, index) => (first + index) * step);
}

/** `45 s`, `2:05`. */
export function timeLabel(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
