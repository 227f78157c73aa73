import * as l10n from '@vscode/l10n';
import type { FilterNames, FilterWord } from '../../capture/filter-words';
import type { HostSnapshot } from '../../host/model';

/** The addresses, networks and ports of a host that a capture's filter can name, each once. */
export function filterNames({ namespaces }: HostSnapshot): FilterNames {
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
  const ports = namespaces.flatMap(({ nat }) =>
    nat.flatMap(({ port, kind }) =>
      port === undefined ? [] : [{ text: String(port), about: l10n.t`forwarded (${kind})` }],
    ),
  );
  return { addresses: unique(addresses), networks: unique(networks), ports: unique(ports) };
}

function unique(words: readonly FilterWord[]): FilterWord[] {
  return [...new Map(words.map((word) => [word.text, word])).values()];
}
