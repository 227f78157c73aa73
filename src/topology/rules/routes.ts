import * as l10n from '@vscode/l10n';
import {
  familyOf,
  holds,
  isLinkLocal,
  parseAddress,
  parseNetwork,
  printNetwork,
  sameAddress,
  type Address,
  type Cidr,
} from '../addresses';
import type { RouteDeclaration } from '../model';
import type { Finding } from '../problem-list';
import { suggest } from '../suggest';
import type { LabIndex, Scope } from './lab-index';
import { likelyGateway, onlyAddress, onlyInterface } from './likely';
import { nameOf, type Rule } from './rule';

/** A route says where to: by a gateway, an interface or both; one that drops what it matches says neither. */
export const routesLeadSomewhere: Rule = function* (_topology, lab) {
  for (const { name, declared } of lab.scopes) {
    for (const { type, to, via, dev, path } of declared.routes) {
      if (type === 'unicast') {
        if (via !== undefined || dev !== undefined) continue;
        // What was written there and could not be read is reported already.
        const written = lab.file.follow<RouteDeclaration>(path);
        if (written.at('via').exists || written.at('dev').exists) continue;
        const destination = parseNetwork(to)?.address;
        const gateway = likelyGateway(lab, name, destination && familyOf(destination));
        const data =
          gateway === undefined ? { key: 'dev', value: onlyInterface(lab, name) } : { key: 'via', value: gateway };
        yield { code: 'missing-key', message: l10n.t`This route needs \`via\` or \`dev\`.`, path, data };
        continue;
      }
      for (const key of ['via', 'dev'] as const) {
        if ((key === 'via' ? via : dev) === undefined) continue;
        const message = l10n.t`A \`${type}\` route leads nowhere: it has no \`${key}\`.`;
        yield { code: 'keys-exclude-each-other', message, path: [...path, key], at: 'key', data: { key } };
      }
    }
  }
};

/** What a route says of addresses is of one family. */
export const routesKeepToOneFamily: Rule = function* (_topology, lab) {
  for (const { name, declared } of lab.scopes) {
    for (const { to, via, src, path } of declared.routes) {
      const leading = leadingAddress(to, via);
      if (leading === undefined) continue;
      for (const [key, text] of [
        ['via', via],
        ['src', src],
      ] as const) {
        const address = text === undefined ? undefined : parseAddress(text);
        if (address === undefined || familyOf(address) === familyOf(leading)) continue;
        const message = l10n.t`This route is for ${familyOf(leading)}, and ${address.toString()} is an ${familyOf(address)} address.`;
        const find = key === 'via' ? likelyGateway : onlyAddress;
        const suggestion = find(lab, name, familyOf(leading));
        yield { code: 'families-differ', message, path: [...path, key], data: { suggestion } };
      }
    }
  }
};

/** The address that says which family a route is of. */
function leadingAddress(to: string, via: string | undefined): Address | undefined {
  return parseNetwork(to)?.address ?? (via === undefined ? undefined : parseAddress(via));
}

/** Routes and rules of a namespace name its own interfaces. (The host has others, which the file does not know.) */
export const routesUseKnownInterfaces: Rule = function* (_topology, lab) {
  for (const { name: namespace, declared } of lab.scopes) {
    if (namespace === undefined) continue;
    for (const { dev, path } of declared.routes) yield* checkInterface(lab, namespace, dev, [...path, 'dev']);
    for (const { iif, path } of declared.rules) yield* checkInterface(lab, namespace, iif, [...path, 'iif']);
    for (const { out, notOut, path } of declared.nat) {
      yield* checkInterface(lab, namespace, out, [...path, 'out']);
      yield* checkInterface(lab, namespace, notOut, [...path, 'not-out']);
    }
    for (const { in: incoming, path } of declared.portForwards) {
      yield* checkInterface(lab, namespace, incoming, [...path, 'in']);
    }
  }
};

function* checkInterface(
  lab: LabIndex,
  namespace: string,
  name: string | undefined,
  path: Finding['path'],
): Iterable<Finding> {
  if (name === undefined || lab.hasInterface(namespace, name) || !lab.isWhole(namespace)) return;
  const near = suggest(name, lab.originsIn(namespace).keys());
  const hint = near === undefined ? '' : l10n.t` Did you mean \`${near}\`?`;
  const suggestion = near ?? onlyInterface(lab, namespace);
  const message = l10n.t`${nameOf(namespace)} has no interface \`${name}\`.${hint}`;
  yield { code: 'unknown-interface', message, path, data: { name, suggestion } };
}

/** A gateway is a neighbour: on a network that the namespace is connected to. */
export const gatewaysAreNeighbours: Rule = function* (_topology, lab) {
  for (const scope of lab.scopes) {
    if (scope.name === undefined || !lab.isWhole(scope.name)) continue;
    const connected = connectedNetworks(lab, scope);
    for (const { via, dev, path } of scope.declared.routes) {
      const gateway = via === undefined ? undefined : parseAddress(via);
      if (gateway === undefined) continue;
      const place = [...path, 'via'];
      if (isLinkLocal(gateway)) {
        if (dev !== undefined) continue;
        const message = l10n.t`${gateway.toString()} is good on one link only: say on which, with \`dev\`.`;
        yield {
          code: 'missing-key',
          message,
          path: place,
          data: { key: 'dev', value: onlyInterface(lab, scope.name) },
        };
        continue;
      }
      if (connected.some((network) => holds(network, gateway))) continue;
      const near = connected.filter(({ address }) => familyOf(address) === familyOf(gateway)).map(printNetwork);
      const which =
        near.length === 0
          ? l10n.t`it has no ${familyOf(gateway)} address`
          : l10n.t`it is on ${[...new Set(near)].join(', ')}`;
      const message = l10n.t`${nameOf(scope.name)} cannot reach ${gateway.toString()} directly: ${which}.`;
      yield {
        code: 'via-not-connected',
        message,
        path: place,
        data: { suggestion: likelyGateway(lab, scope.name, familyOf(gateway)) },
      };
    }
  }
};

/** The networks that a namespace's own addresses lie in, and those it has a route to without a gateway. */
export function connectedNetworks(lab: LabIndex, { name, declared }: Scope): Cidr[] {
  const direct = declared.routes.filter(
    ({ via, dev, type }) => type === 'unicast' && via === undefined && dev !== undefined,
  );
  const routed = direct.map(({ to }) => parseNetwork(to)).filter((network) => network !== undefined);
  return [...lab.addressesIn(name), ...routed];
}

/** A preferred source address is one that the namespace has. */
export const sourcesAreOwnAddresses: Rule = function* (_topology, lab) {
  for (const { name: namespace, declared } of lab.scopes) {
    if (namespace === undefined || !lab.isWhole(namespace)) continue;
    for (const { to, via, src, path } of declared.routes) {
      const source = src === undefined ? undefined : parseAddress(src);
      if (source === undefined || lab.addressesIn(namespace).some(({ address }) => sameAddress(address, source)))
        continue;
      const leading = leadingAddress(to, via);
      // That it is of the other family is said by another rule.
      if (leading !== undefined && familyOf(leading) !== familyOf(source)) continue;
      const message = l10n.t`${source.toString()} is no address of ${nameOf(namespace)}.`;
      const suggestion = onlyAddress(lab, namespace, familyOf(source));
      yield { code: 'src-not-own', message, path: [...path, 'src'], data: { suggestion } };
    }
  }
};

/** One table has one route to a destination with one metric; the kernel would keep the last only. */
export const routesAreUnique: Rule = function* (_topology, lab) {
  for (const { declared } of lab.scopes) {
    if (declared.routes.length < 2) continue;
    const seen = new Map<string, RouteDeclaration>();
    const metrics = new Map<string, number>();
    for (const route of declared.routes) {
      const { to, via, dev, type, table = 'main', metric = 0, path } = route;
      const network = parseNetwork(to);
      const gateway = via === undefined ? undefined : parseAddress(via);
      const family = gateway === undefined ? 'IPv4' : familyOf(gateway);
      const destination = network === undefined ? `default ${family}` : printNetwork(network);
      const place = JSON.stringify([destination, table]);
      metrics.set(place, Math.max(metric, metrics.get(place) ?? 0));
      const key = JSON.stringify([destination, table, metric]);
      const first = seen.get(key);
      seen.set(key, first ?? route);
      if (first === undefined) continue;
      const message = l10n.t`There is a route to ${to} already; two need different metrics.`;
      const related = [{ path: [...first.path, 'to'], message: l10n.t`The first route` }];
      const isSame = via === first.via && dev === first.dev && type === first.type;
      const data = { metric: isSame ? undefined : String((metrics.get(place) ?? 0) + 100) };
      yield { code: 'duplicate-route', message, path: [...path, 'to'], related, data };
    }
  }
};
