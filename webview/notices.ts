import * as l10n from '@vscode/l10n';
import type { GraphView } from '../src/protocol/graph';
import type { NoticeAction, ToGraph } from '../src/protocol/messages';
import { progressRing, textButton } from './controls';

export type Notice = Pick<Extract<ToGraph, { type: 'notice' }>, 'title' | 'text' | 'actions' | 'busy'>;

/** What is said in the picture's place, or as one sentence above an empty one. */
export class Notices {
  private readonly box = document.createElement('div');
  private shown = '';

  constructor(
    private readonly parent: HTMLElement,
    private readonly onAction: (action: NoticeAction['id']) => void,
  ) {
    this.box.className = 'notice';
    this.box.hidden = true;
    this.box.setAttribute('role', 'status');
    parent.append(this.box);
  }

  get isShown(): boolean {
    return !this.box.hidden;
  }

  /** `over` keeps the picture visible below. */
  show(notice: Notice, { over }: { over: boolean }): void {
    const key = JSON.stringify([notice, over]);
    if (key === this.shown && !this.box.hidden) return;
    this.shown = key;
    const title = document.createElement('h2');
    title.textContent = notice.title;
    const text = document.createElement('p');
    text.textContent = notice.text;
    const buttons = document.createElement('div');
    buttons.className = 'buttons';
    for (const [index, { id, label }] of notice.actions.entries()) {
      buttons.append(textButton(label, index === 0, () => this.onAction(id)));
    }
    this.box.replaceChildren(...(notice.busy === true ? [progressRing()] : []), title);
    if (notice.text !== '') this.box.append(text);
    if (notice.actions.length > 0) this.box.append(buttons);
    this.box.classList.toggle('over', over);
    this.box.hidden = false;
    this.parent.classList.toggle('with-notice', over);
  }

  hide(): void {
    this.box.hidden = true;
    this.parent.classList.remove('with-notice');
  }
}

/** The sentence for a picture that has nothing to show; undefined where it has. */
export function emptyNotice(view: GraphView): Notice | undefined {
  if (view.nodes.length === 0) {
    return {
      title: l10n.t`No host to show`,
      text: l10n.t`Connect to a Linux host to see its network namespaces, or design a lab in a topology file.`,
      actions: [
        { id: 'connect', label: l10n.t`Connect to a Host` },
        { id: 'newTopology', label: l10n.t`Start from a Template` },
      ],
    };
  }
  const isEmpty = !view.nodes.some(({ kind }) => kind === 'namespace' || kind === 'bridge');
  if (!isEmpty) return undefined;
  return {
    title: l10n.t`No network namespaces on ${view.hostName || l10n.t`this host`}`,
    text: l10n.t`A topology file describes a lab; apply it and it appears here. So does whatever anyone makes on the host.`,
    actions: [{ id: 'newTopology', label: l10n.t`Start from a Template` }],
  };
}
