import * as l10n from '@vscode/l10n';
import { factsOf } from '../facts';
import { printNetwork } from '../../topology/addresses';
import { writeScalar } from '../../topology/write/scalar-text';
import { placeAt } from '../../topology/yaml/source-tree';
import { entry, fix, removal, renameKey, type Answer, type Fix, type Question } from './fix';

/** A key that is missing: added where its value is likely; else what cannot be without it is changed. */
export const addKey: Answer = (question) => {
  const { path, data } = question;
  const { key, value, beside } = data;
  if (beside !== undefined) return withoutPartner(question, beside);
  if (key !== undefined && value !== undefined) return [add(question, key, writeScalar(value))];
  if (key === 'vlan-filtering') return [add(question, key, 'true')];
  const kind = path.at(-2);
  if (path.length === 0 && key === 'name') return [nameLab(question)];
  if (kind === 'routes' && key === 'to') return [add(question, 'to', 'default')];
  if (kind === 'checks' && key === 'from') return checkSources(question);
  if (kind === 'rules' && key === 'table') return [add(question, 'table', ownTable(question))];
  if (kind === 'nat' && key === undefined) return [add(question, 'masquerade', network(question))];
  if (kind === 'port-forwards' && key === 'listen') return [add(question, 'listen', portOf(question, 'to'))];
  if (kind === 'port-forwards' && key === 'to') return destinations(question);
  return [];
};

function add(question: Question, key: string, value: string | undefined, isPreferred = true): Fix | undefined {
  const { parsed, path } = question;
  if (value === undefined) return undefined;
  // A link-local gateway is the place of what is missing beside it.
  const isValue = placeAt(parsed.root, path)?.node.type === 'scalar' && path.at(-1) === 'via';
  const edit = entry(question, isValue ? path.slice(0, -1) : path, key, value);
  return fix(l10n.t`Add “${key}: ${value}”`, [edit], isPreferred);
}

/** At the top, where everybody looks for it. */
function nameLab(question: Question): Fix | undefined {
  const { root, text } = question.parsed;
  const isFlow = root !== undefined && text[root.range.start] === '{';
  if (root === undefined || isFlow) return fix(l10n.t`Add a name`, [entry(question, [], 'name', 'my-lab')]);
  const start = text.lastIndexOf('\n', root.range.start - 1) + 1;
  const indent = text.slice(start, root.range.start).replace('\ufeff', '');
  const at = root.range.start;
  return fix(l10n.t`Add a name`, [
    { range: { start: at, end: at }, newText: `name: my-lab${text.includes('\r\n') ? '\r\n' : '\n'}${indent}` },
  ]);
}

function checkSources(question: Question): (Fix | undefined)[] {
  const namespaces = [...factsOf(question.parsed).namespaces];
  const places = [...(namespaces.length > 3 ? [] : namespaces), 'host'];
  return places.map((place) => add(question, 'from', writeScalar(place), places.length === 1));
}

/** The routing table of its own that the scope's routes name. */
function ownTable({ parsed, path }: Question): string | undefined {
  const routes = placeAt(parsed.root, [...path.slice(0, -2), 'routes'])?.node;
  const tables = (routes?.type === 'list' ? routes.items : []).flatMap((route) => {
    const table = placeAt(route, ['table'])?.node;
    return table?.type === 'scalar' && table.value !== null && table.value !== 'main' ? [String(table.value)] : [];
  });
  return new Set(tables).size === 1 ? tables[0] : undefined;
}

/** The one network of the file. */
function network({ parsed }: Question): string | undefined {
  const networks = new Set(factsOf(parsed).addresses.map(printNetwork));
  return networks.size === 1 ? [...networks].map(writeScalar)[0] : undefined;
}

function portOf({ parsed, path }: Question, key: string): string | undefined {
  const node = placeAt(parsed.root, [...path, key])?.node;
  return node?.type === 'scalar' ? /([0-9]{1,5})(\/(tcp|udp))?$/.exec(String(node.value))?.[1] : undefined;
}

function destinations(question: Question): (Fix | undefined)[] {
  const facts = factsOf(question.parsed);
  const port = portOf(question, 'listen');
  const reachable = [...new Set(facts.addresses.flatMap(({ namespace }) => namespace ?? []))];
  if (port === undefined || reachable.length > 3) return [];
  return reachable.map((namespace) => {
    const [own = port] = facts.ports.get(namespace) ?? [];
    return add(question, 'to', writeScalar(`${namespace}:${own}`), reachable.length === 1);
  });
}

/** A key that needs another beside it. */
function withoutPartner(question: Question, key: string): (Fix | undefined)[] {
  const rule = question.path.slice(0, -1);
  if (key === 'snat')
    return [fix(l10n.t`Change “snat” to “masquerade”`, [renameKey(question, question.path, 'masquerade')])];
  const masquerade = [...rule, 'masquerade'];
  if (key === 'to' && placeAt(question.parsed.root, masquerade) !== undefined) {
    return [
      fix(l10n.t`Change “masquerade” to “snat”`, [renameKey(question, masquerade, 'snat')]),
      removal(question, question.path, l10n.t`Remove “to”`, false),
    ];
  }
  return [removal(question, question.path, l10n.t`Remove “${key}”`)];
}
