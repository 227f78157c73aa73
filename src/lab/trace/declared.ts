import { normalCidr } from '../../plan/cidr';
import { plainRuleName } from '../../plan/nat-rules';
import type { NetworkScope, Topology, YamlPath } from '../../topology/model';
import type { ParsedTopology } from '../../topology/parse';
import type { TextRange } from '../../topology/problem';
import type { DeclaredName } from '../nat-groups';

/** What may have decided about a packet, as a topology file would declare it; no namespace means the root namespace. */
export type DeclaredDecider = { readonly namespace?: string } & (
  | { readonly type: 'route'; readonly to: string; readonly via?: string; readonly table: string }
  | ({ readonly type: 'nat' } & DeclaredName)
  | { readonly type: 'forwarding' }
);

/** Where a file's text declares it; undefined where it does not. */
export function rangeOfDecider(parsed: ParsedTopology, wanted: DeclaredDecider): TextRange | undefined {
  const path = parsed.topology && placeOfDecider(parsed.topology, wanted);
  return path && (parsed.keyRangeOf(path) ?? parsed.rangeOf(path));
}

function placeOfDecider(topology: Topology, wanted: DeclaredDecider): YamlPath | undefined {
  const { namespace } = wanted;
  const scope: NetworkScope | undefined =
    namespace === undefined ? topology.host : topology.namespaces.find(({ name }) => name === namespace);
  if (scope === undefined) return undefined;
  switch (wanted.type) {
    case 'route':
      return scope.routes.find(
        ({ to, via, table }) =>
          normalCidr(to) === normalCidr(wanted.to) &&
          (via === undefined || wanted.via === undefined || via === wanted.via) &&
          (table ?? 'main') === wanted.table,
      )?.path;
    case 'nat': {
      const list = wanted.kind === 'nat' ? scope.nat : scope.portForwards;
      return list.find(({ name }) => plainRuleName(name) === wanted.name)?.path;
    }
    case 'forwarding':
      return scope.forwarding === undefined ? undefined : [...scope.path, 'forwarding'];
  }
}
