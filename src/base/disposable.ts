/** Something that holds on to a resource until it is told to let go. Disposing twice is harmless. */
export interface Disposable {
  dispose(): void;
}

/** Makes a Disposable of a function; the function runs once at most. */
export function toDisposable(onDispose: () => void): Disposable {
  let done = false;
  return {
    dispose() {
      if (done) return;
      done = true;
      onDispose();
    },
  };
}

/** Collects disposables; what arrives after the list was disposed is disposed at once. */
export class DisposableList implements Disposable {
  private items: Disposable[] | undefined = [];

  get isDisposed(): boolean {
    return this.items === undefined;
  }

  /** Keeps `item` and hands it back. */
  add<T extends Disposable>(item: T): T {
    if (this.items === undefined) item.dispose();
    else this.items.push(item);
    return item;
  }

  /** Disposes the newest first; one that throws does not keep the others from being disposed. */
  dispose(): void {
    const items = this.items ?? [];
    this.items = undefined;
    const errors: unknown[] = [];
    for (const item of items.reverse()) {
      try {
        item.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
