import type { Disposable } from '../base/disposable';

/** One end of the wire between the extension and a webview; both ends use the same code with the types swapped. */
export interface Channel<Out> extends Disposable {
  post(message: Out): void;
}

export interface ChannelOptions<In, Out> {
  /** Hands a message to the other side (`webview.postMessage`, `acquireVsCodeApi().postMessage`). */
  readonly send: (message: Out) => unknown;
  /** Subscribes to what the other side sends. */
  readonly listen: (receive: (message: unknown) => void) => Disposable;
  /** Validates what came in; undefined rejects it. */
  readonly parse: (message: unknown) => In | undefined;
  readonly onMessage: (message: In) => void;
  /** A message of unknown shape arrived: a defect at the other side, worth a log line, never an exception. */
  readonly onRejected?: (message: unknown) => void;
}

/** Opens one end. After `dispose` nothing is sent or received any more. */
export function openChannel<In, Out>(options: ChannelOptions<In, Out>): Channel<Out> {
  let open = true;
  const subscription = options.listen((raw) => {
    if (!open) return;
    const message = options.parse(raw);
    if (message === undefined) options.onRejected?.(raw);
    else options.onMessage(message);
  });
  return {
    post(message) {
      if (open) options.send(message);
    },
    dispose() {
      open = false;
      subscription.dispose();
    },
  };
}
