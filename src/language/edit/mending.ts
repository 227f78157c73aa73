import * as l10n from '@vscode/l10n';
import type { YamlPath } from '../../topology/model';
import { placeAt } from '../../topology/yaml/source-tree';
import type { SourceText } from '../insert';
import type { Refusal } from './editing';
import type { TreeChange } from './tree-change';

/** What a request to mend a file comes to: changes of it, or why there are none. */
export type Mending = readonly TreeChange[] | Refusal;

export const alreadySo: Refusal = { refusal: l10n.t`The file says so already: apply it instead.`, saysSo: true };

/** A new value of a key, whether it is written or not. */
export function putValue(
  root: SourceText['root'],
  path: YamlPath,
  key: string,
  value: string | number | boolean,
): TreeChange {
  const own = [...path, key];
  if (placeAt(root, own)?.node.type === 'scalar') return { type: 'replace', path: own, value };
  return { type: 'set', path, key, value };
}
