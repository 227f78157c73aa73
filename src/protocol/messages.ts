import type { GraphView } from './graph';

/** What the extension says to the graph's webview. */
export type ToGraph =
  | {
      readonly type: 'view';
      readonly view: GraphView;
      readonly hosts: readonly HostChoice[];
      readonly selectedHost?: string;
    }
  /** Said in the picture's place: no host, connecting, lost, no rights. `action` names a button. */
  | {
      readonly type: 'notice';
      readonly title: string;
      readonly text: string;
      readonly actions: readonly NoticeAction[];
      /** Something is under way: a progress ring is shown. */
      readonly busy?: boolean;
      /** The hosts to choose from, as with a view; without them the choice stays as it was. */
      readonly hosts?: readonly HostChoice[];
      readonly selectedHost?: string;
    }
  | { readonly type: 'select'; readonly nodeId: string | undefined };

/** What the graph's webview says to the extension. Every message is validated when it comes in (`parseFromGraph`). */
export type FromGraph =
  | { readonly type: 'ready' }
  | { readonly type: 'selected'; readonly nodeId: string | undefined }
  | { readonly type: 'chooseHost'; readonly hostId: string }
  | { readonly type: 'action'; readonly action: NoticeAction['id'] }
  /** A picture was drawn, for tests and for the state that is kept over a reload. */
  | { readonly type: 'drawn'; readonly nodes: number; readonly cables: number };

export interface HostChoice {
  readonly id: string;
  readonly label: string;
}

export interface NoticeAction {
  readonly id: 'connect' | 'retry' | 'newTopology' | 'showLog';
  readonly label: string;
}
