import * as l10n from '@vscode/l10n';
import type { ParsedTopology } from '../topology/parse';
import type { Problem, TextRange } from '../topology/problem';
import type { ProblemCode } from '../topology/problem-codes';
import { giveAddress, takeNextFree } from './fixes/addresses';
import { fix, type Answer, type Fix } from './fixes/fix';
import { linkBridges, linkNamespace, makeInterface, makeOnce, moveToBridge, openLoop, renameCard } from './fixes/links';
import { addKey } from './fixes/missing';
import { leaveOut, ownMac, removeEmpty, removeKey, removeOneOfTwo, settleKind, settleWord } from './fixes/removals';
import { addDefaultRoute, tellRoutesApart } from './fixes/routes';
import { changeTo, completeAddress, freeEndpoint, knownNamespace, respell, shorten } from './fixes/spelling';
import {
  addColon,
  beginFile,
  escapeBackslash,
  indentWithSpaces,
  quoteValue,
  removeSecond,
  removeProperty,
  removeLine,
} from './fixes/yaml';

/** What mends a problem, where one answer is likely. */
export interface QuickFix extends Fix {
  readonly problem: Problem;
}

/** The fixes of what is wrong at `range` (or touches it), the likeliest first. */
export function quickFixes(parsed: ParsedTopology, range: TextRange): QuickFix[] {
  return parsed.problems
    .filter((problem) => problem.range.start <= range.end && range.start <= problem.range.end)
    .flatMap((problem) => fixesOf(parsed, problem).map((found) => ({ ...found, problem })));
}

function fixesOf(parsed: ParsedTopology, problem: Problem): Fix[] {
  const answer = answers[problem.code] ?? respell;
  const question = { parsed, problem, path: problem.path ?? [], data: problem.data ?? {} };
  return answer(question).filter((found) => found !== undefined);
}

const turnForwardingOn: Answer = ({ parsed: { text }, problem: { range } }) => {
  const isWritten = text.slice(range.start, range.end) === 'false';
  return [isWritten ? fix(l10n.t`Turn forwarding on`, [{ range, newText: 'true' }]) : undefined];
};

/** The port that a forward listens at, the next that no other has. */
const listenElsewhere: Answer = (question) => {
  const { port = '', free } = question.data;
  const { start, end } = question.problem.range;
  const written = question.parsed.text.slice(start, end).replaceAll(/["']/g, '');
  const change =
    free === undefined ? undefined : changeTo(question, written.replace(new RegExp(`${port}(?=$|/)`), free));
  return [change && { ...change, title: l10n.t`Listen at the next free port, ${free ?? ''}`, isPreferred: false }];
};

/** Who knows an answer to what; of other problems only their own suggestion is one. */
const answers: Readonly<Partial<Record<ProblemCode, Answer>>> = {
  'bad-address': completeAddress,
  'bridge-in-bridge': linkBridges,
  'bridge-loop': openLoop,
  'bridge-settings-elsewhere': moveToBridge,
  'broadcast-address': takeNextFree,
  'default-route-missing': addDefaultRoute,
  'duplicate-address': takeNextFree,
  'duplicate-key': removeSecond,
  'duplicate-port-forward': listenElsewhere,
  'duplicate-route': tellRoutesApart,
  'empty-file': beginFile,
  'endpoint-used-twice': freeEndpoint,
  'endpoint-without-interface': freeEndpoint,
  'interface-declared-twice': makeOnce,
  'interface-without-origin': makeInterface,
  'ipvlan-modes-differ': (question) => (question.data['key'] === undefined ? respell(question) : addKey(question)),
  'keys-exclude-each-other': removeOneOfTwo,
  'mac-not-of-one-station': ownMac,
  'missing-key': addKey,
  'name-too-long': shorten,
  'namespace-unlinked': linkNamespace,
  'namespace-without-address': giveAddress,
  'nat-without-forwarding': turnForwardingOn,
  'network-address': takeNextFree,
  'option-of-other-kind': settleKind,
  'port-plugged-twice': leaveOut,
  'takes-over-nic': renameCard,
  'target-without-address': giveAddress,
  'unknown-endpoint': knownNamespace,
  'unknown-namespace': knownNamespace,
  'unknown-word': settleWord,
  'value-missing': removeEmpty,
  'vlan-without-bridge': removeKey,
  'yaml-bad-directive': removeLine,
  'yaml-bad-dq-escape': escapeBackslash,
  'yaml-bad-scalar-start': quoteValue,
  'yaml-block-as-implicit-key': quoteValue,
  'yaml-missing-char': addColon,
  'yaml-multiple-anchors': removeProperty,
  'yaml-tab-as-indent': indentWithSpaces,
  'yaml-tag-resolve-failed': removeProperty,
  'yaml-version': removeLine,
};
