import type { LogOutputChannel, Memento } from 'vscode';
import type { Command } from '../../base/command';
import type { ErrorReason } from '../../base/errors';
import type { HostSnapshot } from '../../host/model';
import type { Subject, SubjectType } from '../../protocol/subject';
import type { BrowserRelays } from '../browser-relays';
import type { CapturePanels } from '../capture/capture-panels';
import type { TopologyDocuments } from '../editor/topology-documents';
import type { FileEditor } from '../graph/file-editor';
import type { Host } from '../hosts/host';
import type { HostConnector } from '../hosts/host-connector';
import type { HostRegistry } from '../hosts/host-registry';
import type { CommandId } from '../ids';
import type { MeasurePanels } from '../measure/measure-panels';
import type { TargetChooser } from '../topology/target-chooser';
import type { OutputDocuments } from './output-documents';
import type { Turns } from './turns';
import type { UndoList } from './undo';

/** What every action on live things works with. */
export interface ActionParts {
  readonly registry: HostRegistry;
  readonly connector: HostConnector;
  readonly documents: TopologyDocuments;
  readonly targets: TargetChooser;
  readonly log: LogOutputChannel;
  readonly workspaceState: Memento;
  readonly editor: FileEditor;
  readonly outputs: OutputDocuments;
  readonly captures: CapturePanels;
  readonly measures: MeasurePanels;
  readonly relays: BrowserRelays;
  readonly undo: UndoList;
  /** What is selected in the tree of hosts, for keys that are pressed there. */
  readonly selectedInTree: () => readonly Subject[];
  /** By a host's id: what changes it by hand, one after the other. */
  readonly turns: Turns;
}

/** One call of an action: the things it is about, all of one live host. */
export interface ActionCall {
  /** At least one; each of a type that the action applies to. */
  readonly subjects: readonly [Subject, ...Subject[]];
  readonly host: Host;
  readonly parts: ActionParts;
  readonly options: ActionOptions;
}

/** What a caller that is no person may hand over as the command's second argument, instead of being asked. */
export interface ActionOptions {
  /** The person has said yes already. */
  readonly confirmed?: boolean;
  /** What the action would ask for; each action checks it as it checks a person's words. */
  readonly input?: unknown;
}

/** How an action ended; its command returns it. `unchanged`: it was so already. `refused`: it never began. */
export interface ActionOutcome {
  readonly outcome: 'done' | 'unchanged' | 'failed' | 'cancelled' | 'refused';
  readonly reason?: ErrorReason;
  /** What came of it, where a caller can use it. */
  readonly value?: unknown;
}

/** One thing that can be done to things on a host, offered alike in the tree, the graph, code lenses and the palette. */
export interface Action {
  readonly id: CommandId;
  /** As in the menus, without the dots: `Open Shell`. Begins the sentence of an error: `Open Shell on earth failed`. */
  readonly title: string;
  readonly appliesTo: readonly SubjectType[];
  /** Takes several selected things at once; otherwise it is about the one that was clicked. */
  readonly many: boolean;
  /** What the palette asks: `Open a shell in which namespace?` */
  readonly question: string;
  /** Leaves out of the palette's list what it cannot or need not be done to. */
  readonly accepts?: (subject: Subject, snapshot: HostSnapshot) => boolean;
  /** Does it. Asks for what it needs. What it throws is told in one notification. */
  run(call: ActionCall): Promise<ActionOutcome>;
  /** The commands that do it by hand, for Copy as Command. Asks for what it needs; undefined: the person gave up. */
  commands?(call: ActionCall): Promise<readonly Command[] | undefined>;
}
