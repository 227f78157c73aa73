/** Lets work on the same thing run one after the other, in the order in which it was asked for. */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Runs the work once all that was asked for before under the same key has ended, however it ended. */
  take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(key) ?? Promise.resolve();
    const own = before.then(work, work);
    this.last.set(key, own);
    const forget = (): void => {
      if (this.last.get(key) === own) this.last.delete(key);
    };
    own.then(forget, forget);
    return own;
  }
}
