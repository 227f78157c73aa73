import * as l10n from '@vscode/l10n';
import { writeScalar } from '../../topology/write/scalar-text';
import { placeAt } from '../../topology/yaml/source-tree';
import { entry, fix, item, removal, type Answer } from './fix';

export const addDefaultRoute: Answer = (question) => {
  const { namespace, gateway } = question.data;
  if (namespace === undefined || gateway === undefined) return [];
  const route = `{ to: default, via: ${writeScalar(gateway)} }`;
  const edit = item(question, ['namespaces', namespace, 'routes'], route);
  return [fix(l10n.t`Add a default route via ${gateway}`, [edit])];
};

/** Of two routes to one destination: a metric of its own for the second, or away with it if it is the first again. */
export const tellRoutesApart: Answer = (question) => {
  const { parsed, path, data } = question;
  const route = path.slice(0, -1);
  const { metric } = data;
  if (metric === undefined) return [removal(question, route, l10n.t`Remove this route, which is there already`)];
  const written = placeAt(parsed.root, [...route, 'metric'])?.node;
  const edit =
    written === undefined ? entry(question, route, 'metric', metric) : { range: written.range, newText: metric };
  return [fix(l10n.t`Give this route the metric ${metric}`, [edit])];
};
