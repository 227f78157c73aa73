import * as l10n from '@vscode/l10n';
import { parseCidr, holds } from '../../topology/addresses';
import { splitEndpoint } from '../../topology/endpoints';
import type { ProblemCode } from '../../topology/problem-codes';
import { objectToInterfaceName, objectToNamespaceName } from '../../topology/names';
import { factsOf } from '../facts';
import { writeInside, writeScalar } from '../../topology/write/scalar-text';
import { occurrencesIn } from '../symbols/occurrences';
import { renameAt } from '../symbols/rename';
import { entry, fix, removal, type Answer, type Fix, type Question } from './fix';

/** Changes a value or a key to what was most likely meant. */
export const respell: Answer = (question) => [changeTo(question, question.data['suggestion'])];

/** Of these the suggestion is YAML as it is to be written, and not a text to write as YAML. */
const suggestsYaml: ReadonlySet<ProblemCode> = new Set([
  'wrong-type',
  'unknown-anchor',
  'bad-listen',
  'mtu-above-parent',
  'duplicate-port-forward',
] as const);

/** Writes a value anew, in its quotes, where that is known to be what was meant. */
export function changeTo({ parsed, problem: { code, range } }: Question, value: string | undefined): Fix | undefined {
  if (value === undefined) return undefined;
  const quote = /^(["']).*\1$/s.exec(parsed.text.slice(range.start, range.end))?.[1];
  const scalar = quote === '"' || quote === "'" ? quote + writeInside(value, quote) + quote : writeScalar(value);
  return fix(l10n.t`Change to “${value}”`, [{ range, newText: suggestsYaml.has(code) ? value : scalar }]);
}

/** A name that is too long, shortened wherever the file uses it. */
export const shorten: Answer = (question) => {
  const { parsed, problem, data } = question;
  const short = data['suggestion']?.split(':').at(-1);
  const use = occurrencesIn(parsed).find(
    ({ thing, range }) =>
      thing.name === data['name'] && problem.range.start <= range.start && range.end <= problem.range.end,
  );
  if (use === undefined || short === undefined || objectToInterfaceName(short) !== undefined) return respell(question);
  const renaming = renameAt(parsed, use.range.start, short);
  if ('refusal' in renaming || renaming.edits.length < 2) return respell(question);
  return [fix(l10n.t`Shorten to “${short}” in all its uses`, renaming.edits)];
};

/** The name of a namespace that is not declared: what was meant instead, or an entry for it. */
export const knownNamespace: Answer = (question) => {
  const { data, path } = question;
  const spelling = changeTo(question, data['suggestion']);
  if (data['name'] === 'host' && path.at(-1) === 'namespace') {
    return [removal(question, path, l10n.t`Leave “namespace” out, for the host`)];
  }
  return [spelling, addNamespace(question, spelling === undefined)];
};

function addNamespace(question: Question, isPreferred: boolean): Fix | undefined {
  const { parsed, data } = question;
  const name = data['name'];
  if (name === undefined || objectToNamespaceName(name) !== undefined) return undefined;
  const facts = factsOf(parsed);
  if (facts.namespaces.has(name) || facts.bridges.has(name)) return undefined;
  return fix(l10n.t`Add the namespace “${name}”`, [entry(question, ['namespaces'], name, '')], isPreferred);
}

/** An endpoint that another link has, or without an interface: one with an interface that is free. */
export const freeEndpoint: Answer = (question) => {
  const { parsed, problem, data } = question;
  const facts = factsOf(parsed);
  const written =
    data['suggestion'] ?? parsed.text.slice(problem.range.start, problem.range.end).replaceAll(/["']/g, '');
  const { place, interface: name } = splitEndpoint(written);
  if (facts.bridges.has(place) && !facts.namespaces.has(place)) return [changeTo(question, place)];
  const namespace = place === 'host' ? undefined : place;
  if (name === undefined || (namespace !== undefined && !facts.namespaces.has(namespace))) return [];
  const free = freeName(name, (other) => facts.interfacesIn(namespace).has(other));
  return [changeTo(question, free && `${place}:${free}`)];
};

/** The name itself, or with the next number that nobody has. undefined where that would be too long. */
export function freeName(name: string, isTaken: (name: string) => boolean): string | undefined {
  const [, stem = name, digits = '0'] = /^(.*?)([0-9]{0,9})$/s.exec(name) ?? [];
  let free = name;
  for (let number = Number(digits) + 1; isTaken(free); number++) free = stem + String(number);
  return objectToInterfaceName(free) === undefined ? free : undefined;
}

/** An address without its prefix length: with that of the network that it lies in. */
export const completeAddress: Answer = (question) => {
  const { parsed, data } = question;
  const suggested = parseCidr(data['suggestion'] ?? '');
  const around = suggested && factsOf(parsed).addresses.find((known) => holds(known, suggested.address));
  const isBare =
    suggested !== undefined &&
    !parsed.text.slice(question.problem.range.start, question.problem.range.end).includes('/');
  if (!isBare || around === undefined) return respell(question);
  return [changeTo(question, `${suggested.address.toString()}/${around.prefix}`)];
};
