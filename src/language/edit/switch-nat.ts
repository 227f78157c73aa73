import * as l10n from '@vscode/l10n';
import { plainRuleName } from '../../plan/nat-rules';
import type { NetworkScope, YamlPath } from '../../topology/model';
import type { ParsedTopology } from '../../topology/parse';
import { placeAt } from '../../topology/yaml/source-tree';
import { editFile, inWords, type Editing } from './editing';
import type { TreeChange } from './tree-change';

/** A NAT rule or port forward of a file. */
export interface NatEntry {
  readonly kind: 'nat' | 'port-forward';
  /** As it is written, or as the comment of its rules has it. */
  readonly name: string;
  /** The namespace that it stands under; undefined: the file itself. */
  readonly namespace?: string;
}

/** What the file says of it; undefined where there is no such entry. */
export function isNatEnabled(parsed: ParsedTopology, entry: NatEntry): boolean | undefined {
  return find(parsed, entry)?.enabled;
}

/** The edits that make the file say that it is on or off; none where it says so already. */
export function switchNatEntry(parsed: ParsedTopology, entry: NatEntry, enabled: boolean): Editing {
  const error = parsed.problems.find(({ severity }) => severity === 'error');
  if (error !== undefined) return { refusal: l10n.t`it has an error: ${inWords(error.message)}` };
  const found = find(parsed, entry);
  if (found === undefined) return { refusal: l10n.t`it has no ${entry.kind} ${entry.name} any more.` };
  if (found.enabled === enabled) return { edits: [], after: parsed };
  return editFile(parsed, [changeOf(parsed, found.path, enabled)]);
}

/** `enabled` is true where it is not written, so a rule that is on again reads as it did before it was switched off. */
function changeOf(parsed: ParsedTopology, path: YamlPath, enabled: boolean): TreeChange {
  const own = [...path, 'enabled'];
  if (enabled) return { type: 'remove', paths: [own] };
  if (placeAt(parsed.root, own) === undefined) return { type: 'set', path, key: 'enabled', value: false };
  return { type: 'replace', path: own, value: false };
}

function find(
  { topology }: ParsedTopology,
  { kind, name, namespace }: NatEntry,
): { readonly enabled: boolean; readonly path: YamlPath } | undefined {
  const scope: NetworkScope | undefined =
    namespace === undefined ? topology?.host : topology?.namespaces.find((one) => one.name === namespace);
  const entries = kind === 'nat' ? scope?.nat : scope?.portForwards;
  const byName = entries?.find((one) => one.name === name);
  return byName ?? entries?.find((one) => plainRuleName(one.name) === name);
}
