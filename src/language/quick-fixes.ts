import { parseCidr } from '../topology/addresses';
import { objectToInterfaceName, objectToNamespaceName } from '../topology/names';
import type { ParsedTopology } from '../topology/parse';
import type { Problem, TextRange } from '../topology/problem';
import { nextFreeAddress } from './addressing';
import { factsOf } from './facts';
import { appendItem, insertEntry } from './insert';
import { writeScalar } from './scalar-text';
import { occurrencesIn } from './symbols/occurrences';
import { renameAt } from './symbols/rename';
import type { TextEdit } from './text-edit';

/** What mends a problem, where one answer is likely. */
export interface QuickFix {
  readonly title: string;
  readonly problem: Problem;
  /** They do not overlap. */
  readonly edits: readonly TextEdit[];
  /** It is the one answer, and not one of several. */
  readonly isPreferred: boolean;
}

type Fix = Omit<QuickFix, 'problem'>;

/** The fixes of what is wrong at `range` (or touches it), the likeliest first. */
export function quickFixes(parsed: ParsedTopology, range: TextRange): QuickFix[] {
  return parsed.problems
    .filter((problem) => problem.range.start <= range.end && range.start <= problem.range.end)
    .flatMap((problem) =>
      fixesFor(parsed, problem)
        .filter((fix) => fix !== undefined)
        .map((fix) => ({ ...fix, problem })),
    );
}

function fixesFor(parsed: ParsedTopology, problem: Problem): readonly (Fix | undefined)[] {
  const spelling = shorten(parsed, problem) ?? change(problem);
  switch (problem.code) {
    case 'default-route-missing':
      return [addDefaultRoute(parsed, problem)];
    case 'unknown-endpoint':
    case 'unknown-namespace':
      return [spelling, addNamespace(parsed, problem, spelling === undefined)];
    case 'nat-without-forwarding':
      return [turnForwardingOn(parsed, problem)];
    case 'duplicate-address':
    case 'network-address':
    case 'broadcast-address':
      return [takeNextFreeAddress(parsed, problem)];
    case 'interface-without-origin':
      return [...plugIn(parsed, problem), makeDummy(parsed, problem)];
    default:
      return [spelling];
  }
}

function change({ data, range }: Problem): Fix | undefined {
  const newText = data?.['suggestion'];
  if (newText === undefined) return undefined;
  return { title: `Change to “${newText}”`, edits: [{ range, newText }], isPreferred: true };
}

/** A name that is too long, shortened wherever the file uses it. */
function shorten(parsed: ParsedTopology, { code, data, range }: Problem): Fix | undefined {
  const name = data?.['name'];
  if (code !== 'name-too-long' || name === undefined) return undefined;
  const use = occurrencesIn(parsed).find(
    ({ thing, range: place }) => thing.name === name && range.start <= place.start && place.end <= range.end,
  );
  const short = data?.['suggestion']?.split(':').at(-1);
  if (use === undefined || short === undefined || objectToInterfaceName(short) !== undefined) return undefined;
  const renaming = renameAt(parsed, use.range.start, short);
  if ('refusal' in renaming || renaming.edits.length < 2) return undefined;
  return { title: `Shorten to “${short}” in all its uses`, edits: renaming.edits, isPreferred: true };
}

function addDefaultRoute(parsed: ParsedTopology, { data }: Problem): Fix | undefined {
  const { namespace, gateway } = data ?? {};
  if (namespace === undefined || gateway === undefined) return undefined;
  const route = `{ to: default, via: ${writeScalar(gateway)} }`;
  return fix(`Add a default route via ${gateway}`, appendItem(parsed, ['namespaces', namespace, 'routes'], route));
}

function addNamespace(parsed: ParsedTopology, { data }: Problem, isPreferred: boolean): Fix | undefined {
  const name = data?.['name'];
  if (name === undefined || objectToNamespaceName(name) !== undefined) return undefined;
  const facts = factsOf(parsed);
  if (facts.namespaces.has(name) || facts.bridges.has(name)) return undefined;
  return fix(`Add the namespace “${name}”`, insertEntry(parsed, ['namespaces'], name, ''), isPreferred);
}

function turnForwardingOn(parsed: ParsedTopology, { range }: Problem): Fix | undefined {
  const isWritten = parsed.text.slice(range.start, range.end) === 'false';
  return fix('Turn forwarding on', isWritten ? { range, newText: 'true' } : undefined);
}

function takeNextFreeAddress(parsed: ParsedTopology, { range }: Problem): Fix | undefined {
  const [, quote = '', written = ''] = /^(["']?)(.*)\1$/.exec(parsed.text.slice(range.start, range.end)) ?? [];
  const cidr = parseCidr(written);
  const free =
    cidr &&
    nextFreeAddress(
      cidr,
      factsOf(parsed).addresses.map(({ address }) => address),
    );
  if (cidr === undefined || free === undefined) return undefined;
  const address = `${free.toString()}/${cidr.prefix}`;
  return fix(`Change to the next free address, ${address}`, { range, newText: quote + address + quote });
}

/** A cable to a bridge, for an interface that nothing makes. */
function plugIn(parsed: ParsedTopology, { data }: Problem): (Fix | undefined)[] {
  const endpoint = data?.['endpoint'];
  const bridges = [...factsOf(parsed).bridges.keys()];
  if (endpoint === undefined || bridges.length > 3) return [];
  return bridges.map((bridge) => {
    const link = `{ endpoints: [${writeScalar(endpoint)}, ${writeScalar(bridge)}] }`;
    return fix(`Add a link to the bridge “${bridge}”`, appendItem(parsed, ['links'], link), bridges.length === 1);
  });
}

function makeDummy(parsed: ParsedTopology, { range }: Problem): Fix | undefined {
  return fix('Make it a dummy interface', insertEntry(parsed, parsed.pathAt(range.start), 'kind', 'dummy'), false);
}

function fix(title: string, edit: TextEdit | undefined, isPreferred = true): Fix | undefined {
  return edit && { title, edits: [edit], isPreferred };
}
