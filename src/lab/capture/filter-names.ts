import * as l10n from '@vscode/l10n';
import type { FilterNames, FilterWord } from '../../capture/filter-words';
import type { HostSnapshot } from '../../host/model';
import { listeningPorts } from '../sockets';

/** The addresses, networks and ports of a host that a capture's filter can name, each once. */
export function filterNames(snapshot: HostSnapshot): FilterNames {
  const { namespaces } = snapshot;
  const addresses = namespaces.flatMap((namespace) =>
    namespace.links.flatMap((link) =>
      link.addresses
        .filter(({ scope }) => scope === 'global' || scope === 'site')
        .map(({ cidr }) => ({
          text: cidr.split('/')[0] ?? cidr,
          about: namespace.isRoot ? link.name : `${namespace.name ?? namespace.id}:${link.name}`,
        })),
    ),
  );
  const networks = namespaces.flatMap((namespace) =>
    namespace.routes
      .filter(({ to, protocol, type }) => to.includes('/') && protocol === 'kernel' && type === 'unicast')
      .map(({ to, dev = '' }) => ({
        text: to,
        about: namespace.isRoot ? dev : `${namespace.name ?? namespace.id}:${dev}`,
      })),
  );
  const forwarded = namespaces.flatMap(({ nat }) =>
    nat.flatMap(({ port, kind }) =>
      port === undefined ? [] : [{ text: String(port), about: l10n.t`forwarded (${kind})` }],
    ),
  );
  const listening = namespaces.flatMap((namespace) =>
    listeningPorts(namespace, snapshot).map(({ port, program }) => {
      const place = namespace.isRoot ? l10n.t('the host') : (namespace.name ?? namespace.id);
      return { text: String(port), about: l10n.t`${program ?? l10n.t('listening')} in ${place}` };
    }),
  );
  return { addresses: unique(addresses), networks: unique(networks), ports: unique([...forwarded, ...listening]) };
}

function unique(words: readonly FilterWord[]): FilterWord[] {
  return [...new Map(words.map((word) => [word.text, word])).values()];
}
