/** What the page of a trace shows. Every text in it is data: it is shown as it stands, never as markup. */
export interface TraceView {
  /** `earth → 8.8.8.8, ICMP`. */
  readonly question: string;
  /** The host's name for people. */
  readonly host: string;
  /** `kept`: it ran before the window was reloaded. */
  readonly phase: 'running' | 'done' | 'failed' | 'kept';
  /** When it was asked, in milliseconds since 1970. */
  readonly at: number;
  /** Why there is no report. */
  readonly error?: TraceProblem;
  /** Stays until the next trace has ended, so that nothing jumps while it runs. */
  readonly report?: TraceReportView;
  /** What was done to the host just before this trace, and can be taken back. */
  readonly applied?: string;
}

export interface TraceProblem {
  readonly message: string;
  readonly hostSaid?: string;
  readonly advice?: string;
}

export interface TraceReportView {
  readonly outcome: 'reached' | 'ended' | 'unknown';
  /** One sentence. */
  readonly verdict: string;
  /** What came of the probe: `No answer came.` */
  readonly probe: string;
  /** In the order in which they bite; remarks last. */
  readonly causes: readonly TraceCauseView[];
  readonly stops: readonly TraceStopView[];
  /** The packets that were seen, in the order of their times. */
  readonly packets: readonly TracePacketView[];
  /** Of a trace that succeeded. */
  readonly lesson: readonly string[];
  /** Where paper and fact differ. */
  readonly differences: readonly TraceDifferenceView[];
  /** What is ruled out, what could not be read. */
  readonly notes: readonly string[];
}

export interface TraceCauseView {
  readonly text: string;
  /** `host`, `earth:earth-veth`. */
  readonly place: string;
  readonly isLikely: boolean;
  readonly evidence: readonly string[];
  /** The stop where it bites, by its number. */
  readonly stop?: number;
  readonly fix?: TraceFixView;
  /** It does not stop this packet, and will bite others. */
  readonly isRemark?: boolean;
}

export interface TraceFixView {
  readonly title: string;
  /** As a person would type them. */
  readonly commands: readonly string[];
  /** The change of the topology file that does the same; without commands it is the only one that helps. */
  readonly file?: {
    readonly text: string;
    readonly yaml: string;
    /** The file that the button changes; without it the lines can be copied only. */
    readonly name?: string;
    /** The file has it, and its host does not yet: nothing to change, only to apply. */
    readonly isSo?: boolean;
  };
}

export interface TraceDifferenceView {
  readonly text: string;
  /** The stop that it is about, by its number. */
  readonly stop?: number;
}

export interface TraceStopView {
  /** From 1 on, out and back. */
  readonly number: number;
  readonly direction: 'out' | 'back';
  /** `earth`, `earth-veth of earth`, `the outside`. */
  readonly place: string;
  readonly state: 'seen' | 'paper' | 'beyond';
  readonly isEnd: boolean;
  /** The graph has it, so that it can be shown there. */
  readonly isInGraph: boolean;
  /** A topology file declares it, so that its line can be shown. */
  readonly isInFile: boolean;
  /** By what was read. */
  readonly decisions: readonly TraceDecisionView[];
  /** In fact; empty where nothing was seen or nobody looked. */
  readonly sightings: readonly string[];
  /** Whether anybody looked. */
  readonly isWatched: boolean;
  /** The tree has a row for it. */
  readonly isInTree: boolean;
  /** How many packets were captured there, of all kinds. */
  readonly packets: number;
}

export interface TraceDecisionView {
  readonly text: string;
  /** The rule, route or entry that decided, in its tool's words. */
  readonly by?: string;
  /** The packet as it leaves, where it is another than before. */
  readonly packet?: string;
  /** What the host itself said became of the packet here. */
  readonly fact?: string;
  /** Where `by` leads: to its row in the tree, or to the listing of its chain. */
  readonly leadsTo?: 'tree' | 'rule';
  /** The name of the topology file that declares what decided. */
  readonly file?: string;
}

export interface TracePacketView {
  /** `+0.053 ms`. */
  readonly time: string;
  /** `earth:earth-veth`, with an arrow for in or out. */
  readonly place: string;
  /** tcpdump's own words. */
  readonly text: string;
}

/** What is known of a trace after a reload of the window. */
export interface TraceKept {
  readonly version: 1;
  readonly hostId: string;
  /** `AskedTrace`; validated when it is used. */
  readonly asked: unknown;
  /** The topology file that it was asked from. */
  readonly file?: string;
}

/** What the extension says to a trace's page. */
export type ToTrace =
  { readonly type: 'view'; readonly view: TraceView } | { readonly type: 'keep'; readonly state: TraceKept };

export const traceCommands = [
  'again',
  'stop',
  'change',
  'graph',
  'save',
  'copy',
  'undo',
  'log',
  'packets',
  'savePackets',
] as const;
export type TraceCommand = (typeof traceCommands)[number];

export const fixCommands = ['apply', 'copy', 'file', 'copyLines'] as const;
export type FixCommand = (typeof fixCommands)[number];

export const stopCommands = ['graph', 'tree', 'file', 'packets'] as const;
export type StopCommand = (typeof stopCommands)[number];

export const decisionCommands = ['tree', 'rule', 'file'] as const;
export type DecisionCommand = (typeof decisionCommands)[number];

/** What a trace's page says to the extension. Every message is validated when it comes in (`parseFromTrace`). */
export type FromTrace =
  | { readonly type: 'ready' }
  | { readonly type: 'command'; readonly command: TraceCommand }
  /** About a cause's fix, by the cause's place in the list. */
  | { readonly type: 'fix'; readonly command: FixCommand; readonly cause: number }
  /** About a stop, by its number. */
  | { readonly type: 'stop'; readonly command: StopCommand; readonly stop: number }
  /** About what decided at a stop, by its place in the stop's list. */
  | {
      readonly type: 'decision';
      readonly command: DecisionCommand;
      readonly stop: number;
      readonly decision: number;
    };
