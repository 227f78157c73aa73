import { changeBetween } from '../../protocol/graph-change';
import type { ToGraph } from '../../protocol/messages';

type View = Extract<ToGraph, { type: 'view' }>;

/** Makes of each picture what the page has to be told: all of it at first, then what changed. */
export class ViewSender {
  private told: View | undefined;

  /** The page knows nothing any more. */
  forget(): void {
    this.told = undefined;
  }

  /** The message that brings the page to this content. */
  messageFor(content: View | Extract<ToGraph, { type: 'notice' }>): ToGraph {
    const before = this.told;
    this.told = content.type === 'view' ? content : undefined;
    if (content.type !== 'view' || before === undefined || around(before) !== around(content)) return content;
    const change = changeBetween(before.view, content.view);
    return change === undefined ? content : { type: 'change', change };
  }
}

/** Everything of a message but its view. */
function around(message: View): string {
  return JSON.stringify({ ...message, view: undefined });
}
