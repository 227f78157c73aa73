import * as l10n from '@vscode/l10n';
import type { HostSnapshot } from '../../host/model';
import type { Step } from '../../plan/model';
import type { SubjectType } from '../../protocol/subject';
import type { Transport } from '../../transport/transport';
import type { Target } from './target';

/** The ids of the changes, which are their commands'. */
export type ChangeId =
  | `netns.interface.${'up' | 'down' | 'flap' | 'mtu' | 'addAddress' | 'removeAddress' | 'delete'}`
  | `netns.route.${'add' | 'remove'}`
  | `netns.cable.${'create' | 'unplug' | 'plugIn' | 'impair' | 'clearImpairment' | 'delete'}`
  | `netns.namespace.${'create' | 'delete'}`
  | `netns.bridge.${'create' | 'delete'}`
  | 'netns.forward.add'
  | `netns.service.${'start' | 'restart' | 'stop'}`
  | 'netns.process.signal';

/** One or more: what an action is called on. */
export type Targets = readonly [Target, ...Target[]];

/** Something that an action must know, asked of the person in one line or picked from a list. */
export type Question =
  | {
      readonly type: 'text';
      readonly prompt: string;
      readonly placeHolder?: string;
      /** What stands there to be changed. */
      readonly value?: string;
      /** Why the text will not do, as a sentence; undefined if it will. */
      objection(text: string): string | undefined;
    }
  | { readonly type: 'choice'; readonly prompt: string; readonly choices: readonly Choice[] };

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly description?: string;
}

/** What a person is asked before it is done. */
export interface Danger {
  /** `Delete 2 namespaces` … completed with “on HOST?”. */
  readonly question: string;
  /** What goes, one thing a line. */
  readonly lines: readonly string[];
  /** `Delete`. */
  readonly button: string;
}

/**
 * The steps that take something back. None: it is gone already.
 *
 * @param snapshot read a moment ago
 * @throws NetnsError where it cannot be taken back
 */
export type UndoPlanner = (
  transport: Transport,
  snapshot: HostSnapshot,
  signal?: AbortSignal,
) => Promise<readonly Step[]>;

/**
 * A change to what is on a host, as data: what it applies to, what must be asked, the steps. The answers come as text,
 * whoever gives them, and `steps` checks them again.
 */
export interface Change {
  readonly id: ChangeId;
  /** As in the menus, without the dots. */
  readonly title: string;
  /** What the palette asks. */
  readonly question: string;
  readonly appliesTo: readonly SubjectType[];
  readonly many: boolean;
  /** Once done there is nothing to take back: its steps' undo is for when they fail. */
  readonly isFinal?: true;
  /** Leaves out what it cannot or need not be done to. */
  readonly accepts?: (target: Target) => boolean;
  /** In order; each may go by the answers before it, and is left out where it gives nothing. */
  readonly questions?: readonly ((targets: Targets, answers: readonly string[]) => Question | undefined)[];
  danger?(targets: Targets, answers: readonly string[]): Danger | undefined;
  /**
   * The steps, by the newest reading. None: it is so already.
   *
   * @throws NetnsError where it cannot be done
   */
  steps(targets: Targets, answers: readonly string[]): Step[];
  /**
   * Plans what takes it back, by what the host is like then: for what others may have come to lean on since. Without it, the
   * steps' own undo does.
   */
  readonly undo?: (targets: Targets, answers: readonly string[]) => UndoPlanner;
  /** What is so now, without a full stop: `earth:earth-veth is down`. */
  done(targets: Targets, answers: readonly string[]): string;
}

/** `earth:eth0`, or `3 interfaces`. */
export function named(targets: Targets, label: (target: Target) => string, noun: string): string {
  return targets.length === 1 ? label(targets[0]) : l10n.t`${targets.length} ${noun}`;
}
