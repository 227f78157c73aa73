import type { UndoPlanner } from '../../lab/actions/change';
import type { Step } from '../../plan/model';
import { undoOf } from '../../plan/actions/things';

/** A change that was made to a host and can be taken back. */
export interface Undoable {
  readonly hostId: string;
  /** What was done: `Set Down earth-veth`. */
  readonly title: string;
  /** What takes it back. */
  readonly plan: UndoPlanner;
}

/** More is hardly remembered by the person either. */
const longestMemory = 50;

/** The changes of this session that can be taken back, the newest last. */
export class UndoList {
  private entries: readonly Undoable[] = [];

  /**
   * @param planner what takes it back; without it the steps' own undo does
   * @returns the entry; undefined where nothing of it can be taken back
   */
  add(hostId: string, title: string, steps: readonly Step[], planner?: UndoPlanner): Undoable | undefined {
    const back = undoOf(steps);
    if (back.length === 0) return undefined;
    const entry: Undoable = { hostId, title, plan: planner ?? (() => Promise.resolve(back)) };
    this.entries = [...this.entries, entry].slice(-longestMemory);
    return entry;
  }

  /** The newest on a host. */
  newest(hostId: string): Undoable | undefined {
    return this.entries.findLast((entry) => entry.hostId === hostId);
  }

  has(entry: Undoable): boolean {
    return this.entries.includes(entry);
  }

  remove(entry: Undoable): void {
    this.entries = this.entries.filter((one) => one !== entry);
  }
}
