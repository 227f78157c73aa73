import { l10n, window } from 'vscode';
import { NetnsError } from '../../base/errors';
import type { Change, Question, Targets } from '../../lab/actions/change';
import { plainLine, withoutIcons } from '../host-data';

/**
 * The answers that a change needs: those that were handed over, else a person's.
 *
 * @param input a text, or a list of texts in the order of the questions that are asked
 * @returns undefined if the person gave up
 * @throws NetnsError `unsupported` for an answer that was handed over and will not do
 */
export async function askAll(change: Change, targets: Targets, input: unknown): Promise<string[] | undefined> {
  const given = input === undefined ? undefined : asTexts(input);
  const answers: string[] = [];
  for (const make of change.questions ?? []) {
    const question = make(targets, answers);
    if (question === undefined) {
      // Its place stays: the steps find each answer where its question stands.
      answers.push('');
      continue;
    }
    const answer = given === undefined ? await ask(change.title, question) : take(question, given.shift());
    if (answer === undefined) return undefined;
    answers.push(answer);
  }
  return answers;
}

async function ask(title: string, question: Question): Promise<string | undefined> {
  if (question.type === 'text') {
    const { prompt, placeHolder, value } = question;
    return await window.showInputBox({
      title,
      prompt: plainLine(prompt),
      ignoreFocusOut: true,
      ...(placeHolder === undefined ? {} : { placeHolder }),
      ...(value === undefined ? {} : { value }),
      validateInput: (text) => question.objection(text),
    });
  }
  const items = question.choices.map(({ value, label, description }) => ({
    label: withoutIcons(label),
    description: withoutIcons(description ?? ''),
    value,
  }));
  const options = { title, placeHolder: plainLine(question.prompt), matchOnDescription: true, ignoreFocusOut: true };
  return (await window.showQuickPick(items, options))?.value;
}

function asTexts(input: unknown): string[] {
  const list: unknown[] = Array.isArray(input) ? input : [input];
  if (list.every((one) => typeof one === 'string')) return list;
  throw new NetnsError('unsupported', l10n.t('The input of an action is a text, or a list of texts.'));
}

function take(question: Question, text = ''): string {
  if (question.type === 'choice') return text;
  const objection = question.objection(text);
  if (objection === undefined) return text;
  throw new NetnsError('unsupported', objection);
}
