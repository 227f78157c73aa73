import type { HostSnapshot } from '../../../host/model';
import { checkOutline } from '../../../language/check-outline';
import { designOf, nodeAtOffset, rangeOfNode } from '../../../lab/graph/design';
import { editGraph, objectToTypedName, placesToConnect, proposedName } from '../../../lab/graph/edit-graph';
import type { GraphEditRequest, ThingToName } from '../../../lab/graph/edit-graph';
import { mendTopology } from '../../../language/edit/mend';
import { isNatEnabled, switchNatEntry, type NatEntry } from '../../../language/edit/switch-nat';
import { complete } from '../../../language/completion/complete';
import type { Surroundings } from '../../../language/completion/values';
import { foldsOf } from '../../../language/folding';
import { formatEdits } from '../../../language/format';
import { hoverAt } from '../../../language/hover/hover';
import { inlayFacts } from '../../../language/inlay-hints';
import { lensPlaces } from '../../../language/lens-places';
import { locatedDrift } from '../../../language/located-drift';
import { linksIn } from '../../../language/links';

import { quickFixes } from '../../../language/quick-fixes';
import { definitionPlaces, referencePlaces, renamablePlace, renamePlaces } from '../../../language/symbols/places';
import { rangeOfDecider, type DeclaredDecider } from '../../../lab/trace/declared';
import type { MendRequest } from '../../../topology/mend-request';
import type { ParsedTopology } from '../../../topology/parse';
import type { TextRange } from '../../../topology/problem';
import { encodeOutline } from './outline-code';
import { encodeTokens } from './semantic-tokens';

/** A file's text at one version. It is parsed when a question needs that, once. */
export interface FileVersion {
  readonly text: string;
  readonly parsed: ParsedTopology;
}

/**
 * What can be asked about a topology file. Questions and answers cross to another thread and back, so both are plain data:
 * no functions, and no more than is needed.
 */
export const questions = {
  problems: ({ parsed }: FileVersion) => parsed.problems,
  outline: ({ parsed }: FileVersion) => encodeOutline(parsed),
  lensPlaces: ({ parsed }: FileVersion) => lensPlaces(parsed),
  checks: ({ parsed }: FileVersion) => checkOutline(parsed),
  /** The snapshot crosses to the other thread with the question, so that the comparison holds up nobody. */
  drift: ({ parsed }: FileVersion, snapshot: HostSnapshot) => locatedDrift(parsed, snapshot),
  links: ({ parsed }: FileVersion, files: readonly string[]) => linksIn(parsed, files),
  folds: ({ text }: FileVersion) => foldsOf(text),
  formatEdits: ({ parsed }: FileVersion) => formatEdits(parsed),
  hints: ({ parsed }: FileVersion, within: TextRange) =>
    inlayFacts(parsed).filter(({ offset }) => within.start <= offset && offset <= within.end),
  tokens: ({ parsed }: FileVersion) => encodeTokens(parsed),
  hover: ({ parsed }: FileVersion, offset: number) => hoverAt(parsed, offset),
  definitions: ({ parsed }: FileVersion, offset: number) => definitionPlaces(parsed, offset),
  references: ({ parsed }: FileVersion, offset: number) => referencePlaces(parsed, offset),
  renamable: ({ parsed }: FileVersion, offset: number) => renamablePlace(parsed, offset),
  rename: ({ parsed }: FileVersion, offset: number, newName: string) => renamePlaces(parsed, offset, newName),
  quickFixes: ({ parsed }: FileVersion, range: TextRange) => quickFixes(parsed, range),
  design: ({ parsed }: FileVersion) => designOf(parsed),
  nodeAt: ({ parsed }: FileVersion, offset: number) => nodeAtOffset(parsed, offset),
  rangeOfNode: ({ parsed }: FileVersion, nodeId: string) => rangeOfNode(parsed, nodeId),
  rangeOfDecider: ({ parsed }: FileVersion, wanted: DeclaredDecider) => rangeOfDecider(parsed, wanted),
  editGraph: ({ parsed }: FileVersion, request: GraphEditRequest) => editGraph(parsed, request),
  proposedName: ({ parsed }: FileVersion, what: ThingToName) => proposedName(parsed, what),
  objectToTypedName: ({ parsed }: FileVersion, what: ThingToName, name: string) =>
    objectToTypedName(parsed, what, name),
  isNatEnabled: ({ parsed }: FileVersion, entry: NatEntry) => isNatEnabled(parsed, entry),
  /** The edits alone: the file as it reads after them would be a large answer. */
  switchNat: ({ parsed }: FileVersion, entry: NatEntry, enabled: boolean) => {
    const done = switchNatEntry(parsed, entry, enabled);
    return 'refusal' in done ? done : { edits: done.edits };
  },
  /** As with switchNat. */
  mend: ({ parsed }: FileVersion, request: MendRequest) => {
    const done = mendTopology(parsed, request);
    return 'refusal' in done ? done : { edits: done.edits };
  },
  placesToConnect: ({ parsed }: FileVersion, from: string) => placesToConnect(parsed, from),
  /** Reads the text by its indentation and parses nothing. */
  completions: ({ text }: FileVersion, offset: number, surroundings: Surroundings) =>
    complete(text, offset, surroundings),
} satisfies Record<string, (file: FileVersion, ...args: never[]) => unknown>;

export type Question = keyof typeof questions;
export type Arguments<Q extends Question> =
  Parameters<(typeof questions)[Q]> extends [FileVersion, ...infer Rest] ? Rest : never;
export type Answer<Q extends Question> = ReturnType<(typeof questions)[Q]>;

/** Answers a question whose name and arguments came as a message. */
export function answer(file: FileVersion, question: Question, args: readonly unknown[]): unknown {
  return (questions[question] as (file: FileVersion, ...args: readonly unknown[]) => unknown)(file, ...args);
}
