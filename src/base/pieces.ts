/** Does work that comes in pieces, for whoever has other things to do in between, in one go. */
export function finish<T>(pieces: Generator<void, T>): T {
  for (;;) {
    const { done, value } = pieces.next();
    if (done === true) return value;
  }
}
