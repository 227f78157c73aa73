/** What a packet is about: gives its row a colour. The protocol stands in the row as a word. */
export const packetGroups = ['arp', 'icmp', 'tcp', 'udp', 'name', 'control', 'problem', 'other'] as const;
export type PacketGroup = (typeof packetGroups)[number];

/** One packet in the table. */
export interface CaptureRow {
  /** Its number in the capture, from 1. */
  readonly number: number;
  /** Microseconds since 1970, by the host's clock. */
  readonly time: number;
  /** `earth:eth0` */
  readonly where: string;
  readonly direction?: 'in' | 'out';
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly text: string;
  readonly group: PacketGroup;
  /** On the wire, in bytes. */
  readonly length: number;
}

/** How a capture stands; the status line and the buttons show it. */
export interface CaptureStatus {
  readonly phase: 'starting' | 'running' | 'ended';
  /** `earth, mars @ lab1` */
  readonly title: string;
  /** What tcpdump was told to take, with what keeps our own connection out. Empty: everything. */
  readonly filter: string;
  /** Why it ended, or what else deserves to be known: one sentence each. */
  readonly notes: readonly string[];
  /** The first note is about something that went wrong. */
  readonly failed: boolean;
  /** Packets that came. */
  readonly seen: number;
  /** Packets that are kept. */
  readonly kept: number;
  /** Bytes of the packets that are kept. */
  readonly bytes: number;
  /** Packets that the host's kernel could not hand over in time. */
  readonly dropped: number;
  /** The limits in words: `keeps the newest 100,000`. */
  readonly limits: string;
  readonly paused: boolean;
  /** Wireshark gets the packets too. */
  readonly streaming: boolean;
  /** It can be begun anew. */
  readonly canRestart: boolean;
}

/** What a packet holds. */
export interface PacketDetails {
  readonly number: number;
  readonly hex: readonly { readonly offset: string; readonly bytes: string; readonly text: string }[];
  /** What the decoder on the host says, line by line; absent while it works. */
  readonly lines?: readonly string[];
  /** `tcpdump` or `tshark`. */
  readonly decoder?: string;
  /** Why there are no lines. */
  readonly error?: string;
}

/** What the extension says to a capture's page. */
export type ToCapture =
  | { readonly type: 'status'; readonly status: CaptureStatus }
  | {
      readonly type: 'rows';
      /** Rows that were in the table once and are not kept any more. Places in the table are counted with them. */
      readonly gone: number;
      /** Rows that the table has now. */
      readonly total: number;
      /** The place of the first of `rows`. */
      readonly begin: number;
      readonly rows: readonly CaptureRow[];
    }
  | { readonly type: 'details'; readonly details: PacketDetails }
  /** What the rows are searched for, where the page did not say so itself. */
  | { readonly type: 'search'; readonly text: string }
  /** What the page keeps for the time after a reload of the window. */
  | { readonly type: 'keep'; readonly state: CaptureKept };

/** What is known of a capture after a reload of the window: enough to begin it anew. */
export interface CaptureKept {
  readonly version: 1;
  readonly id: string;
  readonly title: string;
  readonly hostId: string;
  /** `Subject`s; validated when they are used. */
  readonly subjects: readonly unknown[];
  readonly filter: string;
}

export const captureCommands = [
  'stop',
  'restart',
  'clear',
  'save',
  'wireshark',
  'changeFilter',
  'pause',
  'resume',
] as const;
export type CaptureCommand = (typeof captureCommands)[number];

/** What a capture's page says to the extension. Every message is validated when it comes in (`parseFromCapture`). */
export type FromCapture =
  | { readonly type: 'ready' }
  /** The part of the table that is on the screen. With `follow` its end is wanted, wherever that is. */
  | { readonly type: 'view'; readonly begin: number; readonly count: number; readonly follow: boolean }
  /** Only rows that have these words are to be shown. */
  | { readonly type: 'search'; readonly text: string }
  | { readonly type: 'select'; readonly number: number }
  | { readonly type: 'command'; readonly command: CaptureCommand };
