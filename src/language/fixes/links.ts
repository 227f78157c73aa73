import * as l10n from '@vscode/l10n';
import { splitEndpoint } from '../../topology/endpoints';
import { isWrittenHere, placeAt, toPlain } from '../../topology/yaml/source-tree';
import { factsOf } from '../facts';
import { editTree } from '../edit/edit-tree';
import type { TreeChange } from '../edit/tree-change';
import { writeScalar } from '../../topology/write/scalar-text';
import { entry, fix, item, removal, renameKey, type Answer, type Fix, type Question } from './fix';
import { changeTo, freeEndpoint, freeName } from './spelling';

/** More bridges than these are no likely answer. */
const mostBridges = 3;

/** A cable to a bridge for an interface that nothing makes, or a kind of its own. */
export const makeInterface: Answer = (question) => {
  const { data, path } = question;
  const dummy = fix(l10n.t`Make it a dummy interface`, [entry(question, path, 'kind', 'dummy')], false);
  return [...plugIn(question, data['endpoint']), dummy];
};

/** A cable to a bridge for a namespace that nothing links. */
export const linkNamespace: Answer = (question) => {
  const { namespace } = question.data;
  const facts = factsOf(question.parsed);
  const declared = namespace === undefined ? [] : [...facts.interfacesIn(namespace)];
  const name = declared.find((one) => one !== 'lo') ?? 'eth0';
  return plugIn(question, namespace && `${namespace}:${name}`);
};

function plugIn(question: Question, endpoint: string | undefined): (Fix | undefined)[] {
  const bridges = [...factsOf(question.parsed).bridges.keys()];
  if (endpoint === undefined || bridges.length > mostBridges) return [];
  return bridges.map((bridge) => {
    const link = `{ endpoints: [${writeScalar(endpoint)}, ${writeScalar(bridge)}] }`;
    return fix(l10n.t`Add a link to the bridge “${bridge}”`, [item(question, ['links'], link)], bridges.length === 1);
  });
}

/** A name that a bridge, a link's end or a kind has already. */
export const makeOnce: Answer = (question) => {
  const { parsed, path, problem } = question;
  const { bridges } = factsOf(parsed);
  if (path[0] !== 'links') {
    const namespace = path[0] === 'namespaces' ? String(path[1]) : undefined;
    const name = String(path.at(-1));
    if (bridges.has(name) && bridges.get(name) === namespace) return [];
    return [removal(question, [...path, 'kind'], l10n.t`Leave “kind” out: the link makes it a veth`)];
  }
  const written = parsed.text.slice(problem.range.start, problem.range.end).replaceAll(/["']/g, '');
  const { place, interface: name = '' } = splitEndpoint(written);
  const isBridge = bridges.has(name) && (bridges.get(name) ?? 'host') === place;
  return isBridge ? [changeTo(question, name)] : freeEndpoint(question);
};

/** Settings of a bridge that stand under `interfaces`: moved to the bridge, where it has none of them. */
export const moveToBridge: Answer = ({ parsed, path }) => {
  const name = String(path.at(-1));
  const settings = placeAt(parsed.root, path)?.node;
  const entries = settings?.type === 'map' ? [...settings.entries] : [];
  const away: TreeChange = { type: 'remove', paths: [path] };
  const there = ['bridges', name];
  if (settings === undefined || entries.some(([key]) => placeAt(parsed.root, [...there, key]) !== undefined)) return [];
  const moved = entries.map(([key, { value }]): TreeChange => ({
    type: 'set',
    path: there,
    key,
    value: toPlain(value),
  }));
  if (![path, there].every((place) => isWrittenHere(parsed.root, place))) return [];
  const title =
    entries.length === 0
      ? l10n.t`Remove this entry, which says nothing`
      : l10n.t`Move its settings to the bridge “${name}”`;
  return [fix(title, editTree(parsed, [...moved, away]) ?? [])];
};

/** A bridge among the ports of another: the two connected by a link. */
export const linkBridges: Answer = ({ parsed, path, data: { bridge, port } }) => {
  if (bridge === undefined || port === undefined || !isWrittenHere(parsed.root, path)) return [];
  const link: TreeChange = { type: 'append', path: ['links'], item: { endpoints: [bridge, port] } };
  return [fix(l10n.t`Connect the two with a link`, editTree(parsed, [{ type: 'remove', paths: [path] }, link]) ?? [])];
};

/** A loop of bridges: opened by spanning tree, or by leaving the link out. */
export const openLoop: Answer = (question) => {
  const { parsed, path, data } = question;
  const { bridge } = data;
  const written = bridge === undefined ? undefined : placeAt(parsed.root, ['bridges', bridge, 'stp'])?.node;
  const spanningTree =
    bridge === undefined
      ? undefined
      : fix(
          l10n.t`Switch spanning tree on, on “${bridge}”`,
          [
            written === undefined
              ? entry(question, ['bridges', bridge], 'stp', 'true')
              : { range: written.range, newText: 'true' },
          ],
          false,
        );
  return [spanningTree, removal(question, path.slice(0, -1), l10n.t`Remove this link`, false)];
};

/** A name that belongs to a network card: another, at the link's end and where its settings stand. */
export const renameCard: Answer = (question) => {
  const { parsed, problem, path, data } = question;
  const { name } = data;
  const facts = factsOf(parsed);
  const free = freeName('veth0', (other) => facts.interfacesIn(undefined).has(other));
  if (name === undefined || free === undefined || name === 'lo') return [];
  const written = parsed.text.slice(problem.range.start, problem.range.end).replaceAll(/["']/g, '');
  const { place } = splitEndpoint(written);
  if (path[0] === 'links' && facts.bridges.has(place)) return [changeTo(question, place)];
  const entry = ['host', 'interfaces', name];
  const settings = placeAt(parsed.root, entry) === undefined ? [] : [renameKey(question, entry, free)];
  const change = changeTo(question, path[0] === 'links' ? `host:${free}` : free);
  if (path[0] !== 'links' || change === undefined) return [change];
  return [fix(change.title, [...change.edits, ...settings])];
};
