/**
 * The word that somebody most likely meant: the nearest by typing mistakes (letters missed, added, changed or swapped),
 * or the only one that starts so. undefined if none is near.
 */
export function suggest(written: string, known: Iterable<string>): string | undefined {
  const word = written.toLowerCase();
  const limit = Math.max(1, Math.floor(Math.min(word.length, 40) / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  const starting: string[] = [];
  for (const candidate of known) {
    if (word.length >= 2 && candidate.toLowerCase().startsWith(word)) starting.push(candidate);
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const distance = typingDistance(word, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best ?? (starting.length === 1 ? starting[0] : undefined);
}

/** The optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
function typingDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
