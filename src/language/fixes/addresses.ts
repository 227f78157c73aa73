import * as l10n from '@vscode/l10n';
import { parseCidr } from '../../topology/addresses';
import { nextFreeAddress } from '../addressing';
import { factsOf } from '../facts';
import { placeAt } from '../../topology/yaml/source-tree';
import { writeScalar } from '../../topology/write/scalar-text';
import { changeTo } from './spelling';
import { entry, fix, item, type Answer } from './fix';

/** An address that nobody has yet, of the same network. */
export const takeNextFree: Answer = (question) => {
  const { parsed, problem } = question;
  const written = parsed.text.slice(problem.range.start, problem.range.end).replaceAll(/["']/g, '');
  const cidr = parseCidr(written);
  const taken = factsOf(parsed).addresses.map(({ address }) => address);
  const free = cidr && nextFreeAddress(cidr, taken);
  if (cidr === undefined || free === undefined) return [];
  const address = `${free.toString()}/${cidr.prefix}`;
  const change = changeTo(question, address);
  return [change && { ...change, title: l10n.t`Change to the next free address, ${address}` }];
};

/** An address for a namespace that has none: the next free one of the network that its cable leads to. */
export const giveAddress: Answer = (question) => {
  const { parsed, data } = question;
  const facts = factsOf(parsed);
  const namespace = data['namespace'] ?? '';
  const names = [...facts.interfacesIn(namespace)].filter((name) => name !== 'lo');
  const name = data['interface'] ?? (names.length === 1 ? names[0] : undefined);
  const network = name === undefined ? undefined : facts.neighboursOf(namespace, name)[0];
  if (name === undefined || network === undefined || !facts.namespaces.has(namespace)) return [];
  const free = nextFreeAddress(network, facts.addresses.map(({ address }) => address)); // prettier-ignore
  if (free === undefined) return [];
  const address = `${free.toString()}/${network.prefix}`;
  const path = ['namespaces', namespace, 'interfaces', name];
  const list = [...path, 'addresses'];
  const edit =
    placeAt(parsed.root, list) === undefined
      ? entry(question, path, 'addresses', `[${writeScalar(address)}]`)
      : item(question, list, writeScalar(address));
  return [fix(l10n.t`Give “${name}” the next free address, ${address}`, [edit])];
};
