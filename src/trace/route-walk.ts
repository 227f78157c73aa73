import * as l10n from '@vscode/l10n';
import { optional } from '../host/json';
import type { ObservedLink, ObservedNamespace, ObservedRoute } from '../host/model';
import { labelOf, linkNamed, ownerLink, routeQuestionKey, type KernelAnswer, type RouteQuestion } from './facts';
import type { TraceFacts } from './facts';
import { bridgeWithoutAddress, gatewayFor } from './gateways';
import { reversePathFilter } from './local-causes';
import type { Direction } from './model';
import { isSame, type Packet } from './packet';
import * as causesOf from './route-causes';
import { asksForPorts, lookUp, refusingRule, type RouteDecision, type UnicastDecision } from './routing';
import { sameNetwork } from './translate';
import type { WayLog } from './way-log';
import { interfaceDown } from './wire-causes';
import { plugBesideBridge } from './unplugged';
import { reachFrom } from './wire';

/** A packet's way through the namespaces' routing: by the tables that were read, and by the kernel's own answers. */
export class RouteWalk {
  constructor(
    private readonly facts: TraceFacts,
    private readonly log: WayLog,
  ) {}

  /** undefined: there is no way, nor one that could be guessed; the causes say why. */
  decide(
    namespace: ObservedNamespace,
    packet: Packet,
    direction: Direction,
    iif: string | undefined,
  ): RouteDecision | undefined {
    const question = questionOf(namespace, packet, iif);
    this.log.questions.push(question);
    const answer = this.facts.details.get(namespace.id)?.answers.get(routeQuestionKey(question));
    const found = byKernel(lookUp(namespace, packet, iif), answer);
    const decision = byNearerLink(namespace, packet, found) ?? found;
    if (decision.type === 'refused') {
      this.log.blame(causesOf.routeRefuses(direction, namespace, decision.route));
      return this.withoutRefusal(namespace, packet, direction, decision.route, iif);
    }
    if (decision.type === 'none') return this.withoutRoute(namespace, packet, direction, decision.emptyTable, iif);
    const wasAsked = answer?.error === undefined && answer?.dev !== undefined;
    this.log.hop('route', direction, packet, l10n.t`${labelOf(namespace)} looks up ${packet.destination}`, {
      namespace,
      by: wasAsked ? `${decision.by} (asked: ip route get)` : decision.by,
      ...(decision.type === 'unicast' && decision.route !== undefined ? { route: decision.route } : {}),
    });
    if (iif === undefined) this.checkRefusal(namespace, packet, decision, direction, iif);
    return decision;
  }

  /**
   * The kernel refuses a packet for which the tables have a way: a policy rule says so. Of one that came in it also refuses for
   * its forwarding and reverse path; so ask this when they have been looked at.
   */
  checkRefusal(
    namespace: ObservedNamespace,
    packet: Packet,
    decision: RouteDecision,
    direction: Direction,
    iif: string | undefined,
  ): void {
    const key = routeQuestionKey(questionOf(namespace, packet, iif));
    const said = this.facts.details.get(namespace.id)?.answers.get(key)?.error;
    // Without an entry of its own the way is only supposed: `withoutRoute` has said why.
    if (said === undefined || decision.type !== 'unicast' || decision.route === undefined) return;
    if (linkNamed(namespace, decision.dev)?.up !== true) return;
    const rule = refusingRule(namespace, packet, iif);
    this.log.blame(causesOf.kernelRefuses(direction, namespace, packet, said, rule));
  }

  /** The reverse path filter, by the namespace's own way to where the packet comes from. @returns whether it passes */
  checkReverse(namespace: ObservedNamespace, packet: Packet, direction: Direction, link: ObservedLink): boolean {
    if (packet.family !== 'inet' || packet.source === '') return true;
    const back = lookUp(namespace, { ...packet, source: packet.destination, destination: packet.source });
    const expected = back.type === 'unicast' ? back.dev : undefined;
    if (back.type === 'local') return true;
    const cause = reversePathFilter(this.facts, direction, namespace, packet, link.name, expected);
    if (cause !== undefined) this.log.blame(cause);
    return cause === undefined;
  }

  /** The way that it would take if the route that refuses it were not there. */
  private withoutRefusal(
    namespace: ObservedNamespace,
    packet: Packet,
    direction: Direction,
    route: ObservedRoute,
    iif: string | undefined,
  ): RouteDecision | undefined {
    const beyond = { ...namespace, routes: namespace.routes.filter((one) => one !== route) };
    const found = lookUp(beyond, packet, iif);
    if (found.type !== 'unicast' && found.type !== 'local') return undefined;
    this.log.hop(
      'route',
      direction,
      packet,
      l10n.t`${labelOf(namespace)} would look up ${packet.destination} without it`,
      {
        namespace,
        by: found.by,
      },
    );
    if (found.type === 'local') return found;
    // What the kernel says of the route that refuses is no word on this one.
    const { dev, via, source, table, by } = found;
    return { type: 'unicast', dev, table, by, ...optional('via', via), ...optional('source', source) };
  }

  /** No way: why, and the way that it would take if that were mended. */
  private withoutRoute(
    namespace: ObservedNamespace,
    packet: Packet,
    direction: Direction,
    empty: Extract<RouteDecision, { type: 'none' }>['emptyTable'],
    iif: string | undefined,
  ): RouteDecision | undefined {
    const { family, destination } = packet;
    const usable = namespace.links.filter(({ kind, master }) => kind !== 'loopback' && master === undefined);
    const connected = usable.find(({ addresses }) => addresses.some(({ cidr }) => sameNetwork(cidr, destination)));
    if (connected !== undefined && !connected.up) {
      // Leaving it finds it down, as the first thing on its way out.
      return asIf(connected, family, l10n.t`the network of ${connected.name}`);
    }
    const down = usable.filter(
      ({ up, addresses, name }) => !up && name !== iif && addresses.some((one) => one.family === family),
    );
    for (const link of down)
      if (!usable.some(({ up }) => up) || down.length === 1) this.log.blame(interfaceDown(direction, namespace, link));
    if (empty !== undefined)
      this.log.blame(causesOf.emptyTable(direction, namespace, empty.rule.priority, empty.table));
    const bare = usable.filter(
      ({ addresses }) => !addresses.some((one) => one.family === family && one.scope === 'global'),
    );
    if (bare.length === usable.length) {
      const [link] = bare;
      if (link === undefined) return undefined;
      if (!link.up) this.log.blame(interfaceDown(direction, namespace, link));
      this.log.blame(causesOf.noAddress(direction, namespace, link.name, family, undefined));
      return undefined;
    }
    const near = this.wrongPrefix(namespace, packet, direction, usable);
    if (near !== undefined) return near;
    if (empty === undefined) this.log.blame(causesOf.noRoute(this.facts, direction, namespace, packet));
    const gateway = gatewayFor(this.facts, namespace, family);
    if (gateway !== undefined) {
      const decision = asIf(
        linkNamed(namespace, gateway.dev),
        family,
        l10n.t`as if there were a default route via ${gateway.address}`,
      );
      return decision === undefined ? undefined : { ...decision, via: gateway.address };
    }
    const beside = plugBesideBridge(this.facts, direction, namespace, family);
    if (beside !== undefined) {
      this.log.blame(beside);
      return undefined;
    }
    const lacking = bridgeWithoutAddress(this.facts, namespace, family);
    if (lacking !== undefined) {
      this.log.blame(causesOf.noAddress(direction, lacking.namespace, lacking.bridge.name, family, lacking.suggestion));
    }
    return undefined;
  }

  /** The destination is at the other end of one's own cables, and only the prefix keeps them apart. */
  private wrongPrefix(
    namespace: ObservedNamespace,
    packet: Packet,
    direction: Direction,
    usable: readonly ObservedLink[],
  ): RouteDecision | undefined {
    const { family, destination } = packet;
    for (const link of usable.filter(({ up }) => up)) {
      const reach = reachFrom(this.facts, direction, namespace, link).find(
        (one) =>
          one.isEdge !== true &&
          one.namespace.id !== namespace.id &&
          ownerLink(one.namespace, destination) === one.link,
      );
      const theirs = reach?.link.addresses.find(({ cidr }) => isSame(cidr.split('/')[0] ?? '', destination))?.cidr;
      const decision = asIf(link, family, l10n.t`as if the prefix were right`);
      if (theirs === undefined || decision?.source === undefined) continue;
      this.log.blame(causesOf.wrongPrefix(direction, namespace, link.name, packet, theirs));
      return decision;
    }
    return undefined;
  }
}

/** The kernel is told of protocol and ports only where a rule asks for them: older ones do not take these words. */
function questionOf(namespace: ObservedNamespace, packet: Packet, iif: string | undefined): RouteQuestion {
  const { protocol, sourcePort, destinationPort, source, destination, family } = packet;
  const name = protocol === 'icmp' && family === 'inet6' ? 'ipv6-icmp' : protocol;
  const ports = sourcePort === undefined ? '' : ` sport ${sourcePort} dport ${destinationPort ?? 0}`;
  return {
    namespaceId: namespace.id,
    to: destination,
    ...optional('from', source === '' ? undefined : source),
    ...optional('iif', iif),
    ...optional('flow', namespace.rules.some(asksForPorts) ? `ipproto ${name}${ports}` : undefined),
  };
}

/** A way that is not in the tables, out of an interface with its own address. */
function asIf(link: ObservedLink | undefined, family: string, by: string): UnicastDecision | undefined {
  if (link === undefined) return undefined;
  const source = link.addresses.find((one) => one.family === family)?.cidr.split('/')[0];
  return { type: 'unicast', dev: link.name, table: 'main', by, ...(source === undefined ? {} : { source }) };
}

/**
 * An interface that is down takes the route to its own network with it, and the packet goes the way of all others. What is meant
 * is that interface, where the other has no part in the network; leaving it finds it down.
 */
function byNearerLink(
  { links }: ObservedNamespace,
  { destination, family }: Packet,
  found: RouteDecision,
): UnicastDecision | undefined {
  if (found.type !== 'unicast' || found.route === undefined || found.route.via === undefined) return undefined;
  const isNear = ({ addresses }: ObservedLink): boolean =>
    addresses.some(({ cidr }) => sameNetwork(cidr, destination) && !cidr.startsWith('fe80:'));
  const meant = links.find((link) => !link.up && isNear(link));
  if (meant === undefined || links.some((link) => link.up && isNear(link))) return undefined;
  return asIf(meant, family, l10n.t`the network of ${meant.name}`);
}

/** The kernel knows best; what it refuses is found by our own reasons, in `withoutRoute` or at its checks. */
function byKernel(own: RouteDecision, answer: KernelAnswer | undefined): RouteDecision {
  if (answer?.dev === undefined || answer.error !== undefined || own.type === 'local') return own;
  if (answer.type !== undefined && answer.type !== 'unicast') return own;
  if (own.type === 'unicast' && own.dev === answer.dev && own.via === answer.via) {
    return answer.source === undefined ? own : { ...own, source: answer.source };
  }
  const { dev, via, source } = answer;
  return {
    type: 'unicast',
    dev,
    table: 'main',
    by: `ip route get: dev ${dev}`,
    ...(via === undefined ? {} : { via }),
    ...(source === undefined ? {} : { source }),
  };
}
