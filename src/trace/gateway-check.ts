import * as l10n from '@vscode/l10n';
import type { ObservedNamespace } from '../host/model';
import { labelOf, linkNamed, type TraceFacts } from './facts';
import { gatewayNobody, gatewayOff, gatewaySelf } from './gateway-causes';
import { bridgeWithoutAddress } from './gateways';
import type { Direction } from './model';
import type { Packet } from './packet';
import { noAddress } from './route-causes';
import { isOnLink, isSelf, type UnicastDecision } from './routing';
import { plainRoute } from './translate';
import type { WayLog } from './way-log';

/** Whether a route's gateway is none that it can have: oneself, or on no connected network. Notes the cause. */
export function checkGateway(
  facts: TraceFacts,
  log: WayLog,
  namespace: ObservedNamespace,
  packet: Packet,
  { dev, via, route }: UnicastDecision,
  direction: Direction,
): boolean {
  if (via === undefined) return false;
  const wrong = route ?? plainRoute(packet, via, dev);
  if (isSelf(namespace, via)) {
    log.blame(gatewaySelf(facts, direction, namespace, wrong));
    return true;
  }
  if (route?.onLink === true || via.includes(':') || isOnLink(namespace, dev, via)) return false;
  log.blame(gatewayOff(facts, direction, namespace, wrong));
  return true;
}

/** Why nobody on a network has an address: of a gateway, that it may be the bridge's there, which has none. */
export function explainNobody(
  facts: TraceFacts,
  log: WayLog,
  namespace: ObservedNamespace,
  { family }: Packet,
  { dev, route }: UnicastDecision,
  next: string,
  direction: Direction,
): void {
  const missing = route?.via === undefined ? undefined : bridgeWithoutAddress(facts, namespace, family);
  if (missing === undefined || route?.via === undefined) {
    log.blame(gatewayNobody(facts, direction, namespace, route, dev, next));
    return;
  }
  const prefix = linkNamed(namespace, dev)?.addresses[0]?.cidr.split('/')[1] ?? '24';
  const address = `${route.via}/${prefix}`;
  const cause = noAddress(direction, missing.namespace, missing.bridge.name, family, address);
  const text = l10n.t`${cause.text} ${labelOf(namespace)} has ${next} as its gateway, which nobody on its network has.`;
  log.blame({ ...cause, text });
}
