import * as l10n from '@vscode/l10n';
import type { Channel } from '../src/protocol/channel';
import type { FromTrace, ToTrace, TraceCommand, TraceKept, TraceReportView, TraceView } from '../src/protocol/trace';
import { iconOf, progressRing } from './controls';
import { drawAnew, element, linkButton } from './dom';
import { causesSection, type FixActions } from './trace-causes';
import { packetsSection, waySection, type StopActions } from './trace-stops';
import { TraceToolbar } from './trace-toolbar';

/** What the page keeps while its tab is hidden, and over a reload of the window. */
export interface TracePageState {
  readonly kept?: TraceKept;
  readonly view?: TraceView;
}

const marks = {
  reached: { icon: 'pass-filled', name: l10n.t`Reached` },
  ended: { icon: 'error', name: l10n.t`Not reached` },
  unknown: { icon: 'question', name: l10n.t`Not known` },
  failed: { icon: 'warning', name: l10n.t`No report` },
} as const;

/** The page of a trace: the verdict, why and what mends it, the way stop by stop, the packets. */
export class TracePage {
  private state: TracePageState = {};
  private readonly toolbar: TraceToolbar;
  private readonly body = element('main', 'trace');
  private readonly status = element('div', 'visually-hidden');
  private said = '';

  constructor(
    app: HTMLElement,
    private readonly setState: (state: TracePageState) => void,
    private readonly channel: Channel<FromTrace>,
  ) {
    this.toolbar = new TraceToolbar(app, (command) => this.command(command));
    this.body.tabIndex = -1;
    this.status.setAttribute('role', 'status');
    app.append(this.body, this.status);
    this.body.addEventListener('keydown', (event) => walk(this.body, event));
    // VS Code gives the keyboard to the page's body when the tab comes to the front.
    window.addEventListener('focus', () => {
      if (document.activeElement === document.body) this.body.focus({ preventScroll: true });
    });
  }

  receive(message: ToTrace): void {
    if (message.type === 'keep') this.keep({ ...this.state, kept: message.state });
    else this.show(message.view);
  }

  private show(view: TraceView): void {
    this.keep({ ...this.state, view });
    this.toolbar.show(view);
    this.body.setAttribute('aria-busy', String(view.phase === 'running'));
    drawAnew(this.body, this.parts(view));
    this.say(view);
  }

  private parts(view: TraceView): Node[] {
    const { report, phase } = view;
    // An older report stays to be read while the next trace runs, but is not to be acted upon.
    const isCurrent = phase === 'done';
    const parts: Node[] = [header(view)];
    if (view.error !== undefined) parts.push(problem(view.error, () => this.command('log')));
    if (view.applied !== undefined) parts.push(this.applied(view.applied, isCurrent));
    if (report === undefined) return parts;
    const fixes: FixActions = {
      isCurrent,
      fix: (command, cause) => this.channel.post({ type: 'fix', command, cause }),
      goTo: (stop) => this.goTo(stop),
    };
    const stops: StopActions = {
      isCurrent,
      show: (command, stop) => this.channel.post({ type: 'stop', command, stop }),
      showDecision: (command, stop, decision) => this.channel.post({ type: 'decision', command, stop, decision }),
      packets: (command) => this.command(command),
    };
    parts.push(...causesSection(report, fixes));
    parts.push(...this.differences(report));
    const told = report.outcome === 'reached' ? l10n.t`What happened` : l10n.t`What would happen`;
    parts.push(...listSection(told, 'lesson', report.lesson, 'ol'));
    parts.push(...waySection(report, stops));
    parts.push(...listSection(l10n.t`Notes`, 'notes', report.notes, 'ul'));
    parts.push(...packetsSection(report, stops));
    return parts;
  }

  private differences({ differences }: TraceReportView): HTMLElement[] {
    if (differences.length === 0) return [];
    const lines = differences.map(({ text, stop }, index) => {
      const line = element('li', '', text);
      if (stop !== undefined)
        line.append(
          ' ',
          linkButton(`difference ${index}`, l10n.t`stop ${stop}`, () => this.goTo(stop)),
        );
      return line;
    });
    return [
      element('section', 'differences', element('h2', '', l10n.t`Paper and fact differ`), element('ul', '', ...lines)),
    ];
  }

  private applied(title: string, isCurrent: boolean): HTMLElement {
    const undo = linkButton('undo', l10n.t`Undo`, () => this.command('undo'));
    undo.disabled = !isCurrent;
    return element('p', 'applied', iconOf('check'), element('span', '', l10n.t`Done on the host: ${title}`), undo);
  }

  private goTo(stop: number): void {
    const target = this.body.querySelector<HTMLElement>(`[data-key="stop ${stop}"]`);
    target?.scrollIntoView({ block: 'center' });
    target?.focus();
  }

  private command(command: TraceCommand): void {
    this.channel.post({ type: 'command', command });
  }

  /** What changed, for those who do not see the page. */
  private say({ phase, report, error, question }: TraceView): void {
    const said =
      phase === 'running'
        ? l10n.t`Tracing ${question}`
        : (error?.message ?? (phase === 'done' ? (report?.verdict ?? '') : ''));
    if (said === this.said) return;
    this.said = said;
    this.status.textContent = said;
  }

  private keep(state: TracePageState): void {
    this.state = state;
    this.setState(state);
  }
}

function header({ question, host, phase, at, report, error }: TraceView): HTMLElement {
  const time = new Date(at).toLocaleTimeString(undefined, { hour12: false });
  const facts = [
    l10n.t`${question} on ${host}`,
    time,
    ...(report === undefined || error !== undefined ? [] : [report.probe]),
  ];
  const outcome = error !== undefined || report === undefined ? 'failed' : report.outcome;
  const { icon, name } = marks[outcome];
  const verdict =
    error !== undefined
      ? phase === 'failed'
        ? l10n.t`There is no report of this trace.`
        : ''
      : (report?.verdict ??
        (phase === 'running'
          ? l10n.t`Tracing ${question}…`
          : l10n.t`This trace ended when the window was closed or reloaded.`));
  const mark = element('span', `mark ${outcome}`, phase === 'running' ? progressRing() : iconOf(icon));
  mark.setAttribute('role', 'img');
  mark.setAttribute('aria-label', phase === 'running' ? l10n.t`Running` : name);
  const subtitle = element('p', 'facts', facts.join(' · '));
  if (phase === 'kept') subtitle.append(element('span', '', l10n.t` · from before the window was reloaded`));
  return element('header', '', mark, element('div', '', element('h1', '', verdict), subtitle));
}

function problem({ message, hostSaid, advice }: NonNullable<TraceView['error']>, onLog: () => void): HTMLElement {
  const box = element('section', 'problem', element('p', '', message));
  if (hostSaid !== undefined) box.append(element('p', 'said', l10n.t`The host said:`), element('pre', '', hostSaid));
  if (advice !== undefined) box.append(element('p', '', advice));
  box.append(linkButton('log', l10n.t`Show Log`, onLog));
  return box;
}

function listSection(title: string, className: string, lines: readonly string[], kind: 'ol' | 'ul'): HTMLElement[] {
  if (lines.length === 0) return [];
  const list = element(kind, '', ...lines.map((line) => element('li', '', line)));
  return [element('section', className, element('h2', '', title), list)];
}

/** Up and down lead from stop to stop, once one of them has the keyboard. */
function walk(body: HTMLElement, event: KeyboardEvent): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const stops = [...body.querySelectorAll<HTMLElement>('[data-key^="stop "]')];
  const at = stops.findIndex((each) => each === document.activeElement);
  if (by === undefined || at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
  const next = stops[at + by];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
