/** Three digits are what a person takes in: `0.045 ms`, `21.5 ms`, `1,234 ms`. */
export function milliseconds(value: number): string {
  return `${figure(value)} ms`;
}

/** A rate for people, from Mbit/s: `940 Mbit/s`, `21.5 Gbit/s`, `128 kbit/s`. */
export function bitRate(megabits: number): string {
  if (megabits >= 1000) return `${figure(megabits / 1000)} Gbit/s`;
  return megabits >= 1 ? `${figure(megabits)} Mbit/s` : `${figure(megabits * 1000)} kbit/s`;
}

function figure(value: number): string {
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1);
  return value >= 1 ? value.toFixed(2) : value.toFixed(3);
}
