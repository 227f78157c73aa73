import type { GraphView } from './graph';
import type { GraphChange } from './graph-change';
import type { GraphEdit } from './graph-edit';
import type { DrawnTrace } from './graph-trace';
import type { ImageFormat, RenderedImage } from './image';
import type { MeasureMark } from './measure-mark';
import type { MenuItem } from './menu';
import type { KeptPlaces, LayoutName, PlacesByKey } from './places';
import type { GraphRate } from './rates';
import type { Reading } from './reading';
import type { Verdicts } from './verdict';

/** What the extension says to the graph's webview. */
export type ToGraph =
  | {
      readonly type: 'view';
      readonly view: GraphView;
      readonly hosts: readonly HostChoice[];
      readonly selectedHost?: string;
      /** The topology file that is drawn, where one is. */
      readonly file?: DrawnFile;
      /** What of a file and its host is drawn, where there are both. */
      readonly side?: Side;
      /** The host can only be looked at, and not all of it: said above the picture. */
      readonly readOnly?: string;
      /** The host is drawn as it was at that moment of the history; without it as it is. */
      readonly moment?: number;
    }
  /** What is another than in the view that was sent last; the rest of that message stays. */
  | { readonly type: 'change'; readonly change: GraphChange }
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
  /** So much of the host is read, while it is read for the first time; without, all that there is. Sent before the picture of it. */
  | { readonly type: 'reading'; readonly reading?: Reading }
  /** `asDrawn`: what is in a collapsed group is selected by the group's card; else its group is opened. */
  | { readonly type: 'select'; readonly nodeId: string | undefined; readonly asDrawn?: boolean }
  /** The commands of the context menus, offered as buttons too. Sent once, before the first picture. */
  | { readonly type: 'menu'; readonly items: readonly MenuItem[] }
  /** Sent once, before the first picture: how a graph is laid out at first, and where things stood the last time. */
  | { readonly type: 'places'; readonly layout: LayoutName; readonly kept: PlacesByKey }
  /** What happened on the host while it was looked at, the oldest first; sent anew whenever something happens. */
  | { readonly type: 'moments'; readonly moments: readonly HistoryMoment[] }
  /**
   * What passed the interfaces in the last second, sent about once a second while `watchRates` is on; of those that are not
   * named nothing did. `unavailable` says why there are none.
   */
  | { readonly type: 'rates'; readonly rates: readonly GraphRate[]; readonly unavailable?: string }
  /** What running measurements find; sent anew whenever that changes. */
  | { readonly type: 'measures'; readonly marks: readonly MeasureMark[] }
  /** What checks and pings of the file's lab found wrong; without it nothing. */
  | { readonly type: 'verdicts'; readonly verdicts?: Verdicts }
  /** The trace to draw over the picture; without one it is taken away. */
  | { readonly type: 'trace'; readonly trace?: DrawnTrace }
  /** The setting `netns.graph.layout` was changed. */
  | { readonly type: 'layout'; readonly layout: LayoutName }
  /** The picture is wanted as an image; `rendered` answers. */
  | { readonly type: 'render'; readonly format: ImageFormat; readonly forPrint?: boolean }
  /** The file was edited as the graph asked: a short sentence for the eye and for screen readers. */
  | { readonly type: 'edited'; readonly said: string };

/** What the graph's webview says to the extension. Every message is validated when it comes in (`parseFromGraph`). */
export type FromGraph =
  | { readonly type: 'ready' }
  | { readonly type: 'selected'; readonly nodeId: string | undefined }
  | { readonly type: 'chooseHost'; readonly hostId: string }
  | { readonly type: 'chooseSide'; readonly side: Side }
  /** The host as it was then is wanted; as it is without a moment. */
  | { readonly type: 'chooseMoment'; readonly moment: number | undefined }
  /** Whether rates are wanted. */
  | { readonly type: 'watchRates'; readonly on: boolean }
  | { readonly type: 'action'; readonly action: NoticeAction['id'] }
  /** A change of the file is wanted. What has to be asked (a name, where to) is asked by the extension. */
  | { readonly type: 'edit'; readonly edit: GraphEdit }
  /** Undo or redo in the file. */
  | { readonly type: 'history'; readonly step: 'undo' | 'redo' }
  /** A double click: the first thing that can be done with it. */
  | { readonly type: 'open'; readonly nodeId: string }
  /** One of the menu's commands on one thing, or on the graph as a whole. */
  | { readonly type: 'command'; readonly command: string; readonly nodeId: string | undefined }
  | { readonly type: 'showProblem' }
  /** A packet is to be traced from one node to another; without `to` the person is asked where to. */
  | { readonly type: 'trace'; readonly from: string; readonly to: string | undefined }
  /** Something is to be measured from one node to another: what, the person is asked. */
  | { readonly type: 'measure'; readonly from: string; readonly to: string }
  /** The drawn trace is not wanted any more, or its report is. */
  | { readonly type: 'drawnTrace'; readonly wanted: 'dismiss' | 'report' }
  | { readonly type: 'rendered'; readonly image: RenderedImage }
  /** Where things stand now, to be kept for the next time. */
  | { readonly type: 'places'; readonly key: string; readonly places: KeptPlaces }
  /** A picture was drawn, for tests and for the state that is kept over a reload. */
  | { readonly type: 'drawn'; readonly nodes: number; readonly cables: number };

/** A moment at which something happened on a host. */
export interface HistoryMoment {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** What happened, a sentence each without its stop; none at the beginning. */
  readonly events: readonly { readonly what: 'appeared' | 'went' | 'changed'; readonly words: string }[];
}

export interface HostChoice {
  readonly id: string;
  readonly label: string;
}

/** The file alone, the host alone, or one laid over the other. */
export type Side = 'both' | 'declared' | 'live';

export interface DrawnFile {
  readonly uri: string;
  /** For people: its path in the workspace. */
  readonly name: string;
  /** It has an error, and the picture may not be of what it says now: said above the picture. */
  readonly note?: string;
}

export interface NoticeAction {
  readonly id: 'connect' | 'retry' | 'newTopology' | 'showLog' | 'checkHost';
  readonly label: string;
}
