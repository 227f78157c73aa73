import * as l10n from '@vscode/l10n';
import { placeAt } from '../../topology/yaml/source-tree';
import { entry, fix, removal, type Answer } from './fix';
import { respell } from './spelling';

/** Takes the key away that the rule names and that nothing is said by. */
export const removeKey: Answer = (question) => {
  const key = String(question.path.at(-1));
  return [removal(question, question.path, l10n.t`Remove “${key}”`)];
};

/** Of two that exclude each other, one or the other. */
export const removeOneOfTwo: Answer = (question) => {
  const { path, data } = question;
  const { key, other } = data;
  const parent = path.slice(0, -1);
  return [key, other].map((one, _index, both) =>
    one === undefined
      ? undefined
      : removal(question, [...parent, one], l10n.t`Remove “${one}”`, both.includes(undefined)),
  );
};

/** An option that another kind has. */
export const settleKind: Answer = (question) => {
  const { parsed, path } = question;
  const bridge = path.slice(0, -1);
  // The one option that a Linux bridge lacks; the others Open vSwitch lacks, and another kind is seldom what was meant.
  if (path[0] !== 'bridges' || path.at(-1) !== 'datapath') return removeKey(question);
  const kind = placeAt(parsed.root, [...bridge, 'kind'])?.node;
  const edit =
    kind === undefined ? entry(question, bridge, 'kind', 'openvswitch') : { range: kind.range, newText: 'openvswitch' };
  return [
    fix(l10n.t`Make it an Open vSwitch bridge`, [edit]),
    removal(question, path, l10n.t`Remove “datapath”`, false),
  ];
};

/** A key or dash with nothing behind it. */
export const removeEmpty: Answer = (question) => {
  const { path } = question;
  const name = typeof path.at(-1) === 'number' ? l10n.t`this empty item` : `“${String(path.at(-1))}”`;
  return path.length === 0 ? [] : [removal(question, path, l10n.t`Remove ${name}`, false)];
};

/** A word that is not known: the one that was meant, or none. */
export const settleWord: Answer = (question) =>
  question.data['key'] === undefined ? respell(question) : removeKey(question);

export const leaveOut: Answer = (question) => [removal(question, question.path, l10n.t`Leave it out here`)];

/** A MAC address of a group: the same of one station; an empty one: away with it, so that the kernel makes one. */
export const ownMac: Answer = (question) =>
  question.data['key'] === undefined
    ? respell(question)
    : [removal(question, question.path, l10n.t`Let the kernel make one`)];
