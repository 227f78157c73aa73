import * as l10n from '@vscode/l10n';
import type { DrawnTrace } from '../src/protocol/graph-trace';
import { iconButton, iconOf, progressRing } from './controls';
import { element } from './dom';
import type { Purpose } from './trace-mode';

const icons = { reached: 'pass-filled', ended: 'error', unknown: 'question' } as const;

/** The line above the picture that says what trace is drawn and how it ended, or how one is asked for. */
export class TraceBar {
  private readonly box = element('div', 'trace-bar');

  constructor(
    parent: HTMLElement,
    private readonly actions: { report(): void; dismiss(): void },
  ) {
    this.box.hidden = true;
    this.box.setAttribute('role', 'group');
    this.box.setAttribute('aria-label', l10n.t`Trace`);
    parent.append(this.box);
  }

  get isShown(): boolean {
    return !this.box.hidden;
  }

  show({ title, said, outcome, at }: DrawnTrace): void {
    const mark = element('span', `mark ${outcome}`, outcome === 'running' ? progressRing() : iconOf(icons[outcome]));
    const words = outcome === 'running' ? [said] : [element('strong', '', title), ` ${withoutTitle(said)}`];
    const text = element('span', 'words', ...words);
    text.title = said;
    const when =
      at === undefined ? [] : [element('span', 'when', new Date(at).toLocaleTimeString(undefined, { hour12: false }))];
    const report = element('button', 'link', l10n.t`Report`);
    report.type = 'button';
    report.addEventListener('click', () => this.actions.report());
    this.fill([mark, text, ...when], report, l10n.t`Take the Trace Away (Escape)`);
  }

  /** What a person who asks for a trace, or for a measurement, does next. */
  ask(words: string, purpose: Purpose = 'trace'): void {
    const [icon, close] =
      purpose === 'trace'
        ? ['telescope', l10n.t`Ask for No Trace (Escape)`]
        : ['graph-line', l10n.t`Measure Nothing (Escape)`];
    this.fill([iconOf(icon), element('span', 'words', words)], undefined, close);
  }

  hide(): void {
    this.box.hidden = true;
  }

  private fill(parts: readonly HTMLElement[], link: HTMLElement | undefined, close: string): void {
    this.box.hidden = false;
    this.box.replaceChildren(
      ...parts,
      ...(link === undefined ? [] : [link]),
      iconButton('close', close, () => this.actions.dismiss()),
    );
  }
}

/** The sentence begins with what the title says: `earth does not reach 8.8.8.8: …`. */
function withoutTitle(said: string): string {
  return said.replace(/^.{1,80}? (does not reach|reaches) \S+ ?/, (start) =>
    /does not/.test(start) ? l10n.t`not reached: ` : l10n.t`reached: `,
  );
}
