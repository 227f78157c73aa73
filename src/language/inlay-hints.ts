import * as l10n from '@vscode/l10n';
import { parseCidr, printNetwork } from '../topology/addresses';
import type { YamlPath } from '../topology/model';
import type { ParsedTopology } from '../topology/parse';
import { placeAt } from '../topology/yaml/source-tree';

/** A fact to show behind a word, that the file means and does not say. */
export interface InlayFact {
  /** Behind the word, its quotes included. */
  readonly offset: number;
  readonly label: string;
  readonly kind: 'port' | 'network';
}

/** The names made for bridge ports that have none, and the network that each address lies in. */
export function inlayFacts(parsed: ParsedTopology): InlayFact[] {
  const { topology } = parsed;
  if (topology === undefined) return [];
  const facts = new Map<number, InlayFact>();
  const add = (path: YamlPath, label: string, kind: InlayFact['kind']): void => {
    const node = placeAt(parsed.root, path)?.node;
    // What an alias repeats is said where it is written.
    if (node?.type !== 'scalar' || node.isAlias || facts.has(node.range.end)) return;
    facts.set(node.range.end, { offset: node.range.end, label, kind });
  };
  for (const end of parsed.ends) {
    if (end.type !== 'bridge' || !end.derived) continue;
    const isMap = placeAt(parsed.root, end.path)?.node.type === 'map';
    add(isMap ? [...end.path, 'endpoint'] : end.path, `:${end.interface}`, 'port');
  }
  const interfaces = [...topology.namespaces, topology.host].flatMap((scope) => scope.interfaces);
  for (const { path } of [...interfaces, ...topology.bridges]) {
    const list = placeAt(parsed.root, [...path, 'addresses'])?.node;
    for (const [index, item] of (list?.type === 'list' ? list.items : []).entries()) {
      const cidr = item.type === 'scalar' ? parseCidr(String(item.value)) : undefined;
      if (cidr !== undefined) add([...path, 'addresses', index], l10n.t`in ${printNetwork(cidr)}`, 'network');
    }
  }
  return [...facts.values()].sort((a, b) => a.offset - b.offset);
}
