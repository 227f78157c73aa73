import * as l10n from '@vscode/l10n';
import type { FixCommand, TraceCauseView, TraceFixView, TraceReportView } from '../src/protocol/trace';
import { iconButton, iconOf, textButton } from './controls';
import { element, keyed, linkButton } from './dom';

export interface FixActions {
  /** The report is of now: what it proposes can be done. */
  readonly isCurrent: boolean;
  fix(command: FixCommand, cause: number): void;
  /** Shows a stop of the way below. */
  goTo(stop: number): void;
}

/** Why the packet does not arrive, each cause with what shows it and what mends it; then what will bite other packets. */
export function causesSection({ causes }: TraceReportView, actions: FixActions): HTMLElement[] {
  const all = causes.map((cause, index) => ({ cause, index }));
  const own = all.filter(({ cause }) => cause.isRemark !== true);
  const remarks = all.filter(({ cause }) => cause.isRemark === true);
  const why = own.length === 1 ? l10n.t`Why` : l10n.t`Why: ${own.length} causes, in the order in which they bite`;
  return [
    ...section(why, 'causes', own, actions),
    ...section(l10n.t`Not in this packet’s way, but in others’`, 'remarks', remarks, actions),
  ];
}

interface Numbered {
  readonly cause: TraceCauseView;
  /** Its place in the report's list. */
  readonly index: number;
}

function section(title: string, className: string, list: readonly Numbered[], actions: FixActions): HTMLElement[] {
  if (list.length === 0) return [];
  const articles = list.map((each) => causeArticle(each, list.length, actions));
  return [element('section', className, element('h2', '', title), ...articles)];
}

function causeArticle({ cause, index }: Numbered, count: number, actions: FixActions): HTMLElement {
  const { text, place, isLikely, evidence, stop, fix, isRemark } = cause;
  const number = count === 1 || isRemark === true ? '' : `${index + 1}. `;
  const article = element('article', 'cause', element('h3', '', `${number}${text}`));
  const where = element('p', 'where');
  if (isLikely) where.append(element('span', 'likely', iconOf('warning'), l10n.t`likely, not certain`), ' · ');
  where.append(l10n.t`at ${place}`);
  if (stop !== undefined)
    where.append(
      ', ',
      linkButton(`cause ${index} stop`, l10n.t`stop ${stop}`, () => actions.goTo(stop)),
    );
  article.append(where);
  if (evidence.length > 0) {
    const list = element('ul', 'evidence', ...evidence.map((line) => element('li', '', line)));
    list.setAttribute('aria-label', l10n.t`Evidence`);
    article.append(list);
  }
  if (fix !== undefined) article.append(fixBox(fix, index, actions));
  return article;
}

function fixBox({ title, commands, file }: TraceFixView, index: number, actions: FixActions): HTMLElement {
  const box = element('div', 'fix', element('h4', '', iconOf('wrench'), title));
  if (commands.length > 0) {
    const copy = iconButton('copy', l10n.t`Copy Commands`, () => actions.fix('copy', index));
    box.append(element('div', 'commands', element('pre', '', commands.join('\n')), keyed(`fix ${index} copy`, copy)));
  }
  const buttons = element('div', 'buttons');
  const add = (button: HTMLElement, key: string): void => {
    button.toggleAttribute('disabled', !actions.isCurrent);
    buttons.append(keyed(key, button));
  };
  if (commands.length > 0) {
    add(
      textButton(l10n.t`Apply Fix`, index === 0, () => actions.fix('apply', index)),
      `fix ${index} apply`,
    );
  }
  if (file?.name !== undefined && file.isSo !== true) {
    add(
      textButton(l10n.t`Change ${file.name}`, index === 0 && commands.length === 0, () => actions.fix('file', index)),
      `fix ${index} file`,
    );
  }
  if (buttons.childElementCount > 0) box.append(buttons);
  if (file?.name !== undefined && file.isSo === true) {
    box.append(element('p', 'says-so', l10n.t`${file.name} says so already: apply it, and this is mended.`));
  }
  if (file !== undefined) box.append(fileLines(file, index, actions));
  return box;
}

/** The same in the topology file, folded: who works by hand need not read it. */
function fileLines({ text, yaml }: NonNullable<TraceFixView['file']>, index: number, actions: FixActions): HTMLElement {
  const copy = iconButton('copy', l10n.t`Copy Lines`, () => actions.fix('copyLines', index));
  const summary = element('summary', '', l10n.t`In a topology file: ${text}`);
  const details = element(
    'details',
    '',
    keyed(`fix ${index} summary`, summary),
    element('div', 'commands', element('pre', '', yaml), keyed(`fix ${index} lines`, copy)),
  );
  return keyed(`fix ${index} details`, details);
}
