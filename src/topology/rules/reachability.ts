import * as l10n from '@vscode/l10n';
import { familyOf, holds, parseAddress, parseCidr, parseNetwork, type Address } from '../addresses';
import type { CheckDeclaration, NamespaceDeclaration, YamlPath } from '../model';
import type { Finding } from '../problem-list';
import { targetOf } from './checks';
import { makesItself, type LabIndex, type Scope } from './lab-index';
import { likelyGateway } from './likely';
import { connectedNetworks } from './routes';
import type { Rule } from './rule';

/** A namespace that nothing connects to anything is most likely unfinished. */
export const namespacesAreLinked: Rule = function* ({ namespaces, bridges }, lab) {
  if (!lab.linksAreWhole) return;
  const linked = new Set(lab.ends.map((end) => lab.namespaceOf(end)));
  for (const { namespace } of bridges.filter(({ ports }) => ports.length > 0)) linked.add(namespace);
  for (const { name, interfaces, path } of namespaces) {
    if (linked.has(name) || interfaces.some((declared) => makesItself(declared) && declared.kind !== 'dummy')) continue;
    const message = l10n.t`No link leads to \`${name}\`.`;
    yield { severity: 'warning', code: 'namespace-unlinked', message, path, at: 'key', data: { namespace: name } };
  }
};

/** A check that is to pass needs a route to its target. */
export const checksHaveARoute: Rule = function* ({ checks }, lab) {
  for (const check of checks) {
    const namespace = lab.namespaceNamed(check.from);
    const targets = check.expect === 'pass' ? addressesOf(check, lab) : undefined;
    if (namespace === undefined || !hasAllRoutes(lab, namespace)) continue;
    if (targets === undefined || targets.addresses.length === 0) continue;
    if (targets.addresses.some((address) => hasRoute(lab, namespace, address))) continue;
    const message = l10n.t`\`${namespace.name}\` has no route to ${targets.text}: it needs a default route, or one to there.`;
    const [target] = targets.addresses;
    yield missingRoute(lab, namespace, targets.path, message, target && familyOf(target));
  }
};

/** What is to go out by NAT needs a route that leads out. */
export const natHasRoutes: Rule = function* (_topology, lab) {
  for (const router of lab.scopes) {
    for (const { name, source, enabled, path } of router.declared.nat) {
      const network = parseCidr(source);
      if (network === undefined || !enabled) continue;
      const inside = lab.addresses.filter(({ address }) => holds(network, address)).map(({ namespace }) => namespace);
      for (const member of new Set(inside)) {
        const namespace = member === undefined || member === router.name ? undefined : lab.namespaceNamed(member);
        if (namespace === undefined || !hasAllRoutes(lab, namespace) || namespace.routes.some(leadsOut)) continue;
        const message = l10n.t`\`${namespace.name}\` has no default route, so that nothing of it gets as far as the NAT rule \`${name}\`.`;
        yield {
          ...missingRoute(lab, namespace, namespace.path, message, familyOf(network.address)),
          related: [{ path, message: l10n.t`The NAT rule \`${name}\`` }],
        };
      }
    }
  }
};

/** Whether all routes of a namespace, and what they rest on, could be read. */
function hasAllRoutes(lab: LabIndex, { name, path, routes }: NamespaceDeclaration): boolean {
  const written = lab.file.follow<{ routes: unknown[] }>(path).at('routes').items().length;
  return lab.isWhole(name) && written === routes.length;
}

function leadsOut({ to, via, type }: NamespaceDeclaration['routes'][number]): boolean {
  return type === 'unicast' && (via !== undefined || to === 'default' || /\/0$/.test(to));
}

function missingRoute(
  lab: LabIndex,
  namespace: NamespaceDeclaration,
  path: YamlPath,
  message: string,
  family?: ReturnType<typeof familyOf>,
): Finding {
  const data = { namespace: namespace.name, gateway: likelyGateway(lab, namespace.name, family) };
  return { severity: 'warning', code: 'default-route-missing', message, path, data };
}

interface Targets {
  readonly text: string;
  readonly path: YamlPath;
  readonly addresses: readonly Address[];
}

/** The addresses that a check may try; undefined where the file cannot know. */
function addressesOf(check: CheckDeclaration, lab: LabIndex): Targets | undefined {
  if (check.action.type === 'http') {
    const host = /^http:\/\/(?:\[([^\]]+)\]|([^/:?#]+))/.exec(check.action.url);
    const text = host?.[1] ?? host?.[2] ?? '';
    const address = parseAddress(text);
    return address && { text, path: [...check.path, 'http'], addresses: [address] };
  }
  const target = targetOf(check);
  if (target === undefined) return undefined;
  const address = parseAddress(target.text);
  if (address !== undefined) return { ...target, addresses: [address] };
  const [place = '', name] = target.text.split(':');
  const there = lab.addressesIn(place).filter((placed) => name === undefined || placed.interface === name);
  return { ...target, text: `\`${target.text}\``, addresses: there.map((placed) => placed.address) };
}

function hasRoute(lab: LabIndex, namespace: NamespaceDeclaration, target: Address): boolean {
  if (target.range() === 'loopback' || target.range() === 'linkLocal' || target.range() === 'multicast') return true;
  const scope: Scope = { name: namespace.name, declared: namespace };
  if (connectedNetworks(lab, scope).some((network) => holds(network, target))) return true;
  return namespace.routes.some(({ to, via, type }) => {
    if (type !== 'unicast') return false;
    if (to !== 'default') return holds(parseNetwork(to) ?? { address: target, prefix: 0 }, target);
    const gateway = via === undefined ? undefined : parseAddress(via);
    return gateway === undefined || familyOf(gateway) === familyOf(target);
  });
}
