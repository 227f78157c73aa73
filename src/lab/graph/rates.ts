import type { HostSnapshot } from '../../host/model';
import type { DirectionRate, HostRates } from '../../host/rates';
import type { Flow, GraphRate } from '../../protocol/rates';
import { isNoise } from './facts';
import { linkNodeId } from './live-ids';

/** What passes the interfaces that the graph draws; those where nothing does are left out. */
export function drawRates(snapshot: HostSnapshot, { namespaces }: HostRates): GraphRate[] {
  const drawn: GraphRate[] = [];
  for (const namespace of snapshot.namespaces) {
    const rates = namespaces[namespace.id];
    if (rates === undefined) continue;
    for (const link of namespace.links) {
      const rate = rates[link.index];
      if (rate === undefined || isNoise(link)) continue;
      const [received, sent] = [flowOf(rate.received), flowOf(rate.sent)];
      const isIdle = [received, sent].every(({ packets, lost }) => packets === 0 && lost === 0);
      if (!isIdle) drawn.push({ id: linkNodeId(namespace, link), received, sent });
    }
  }
  return drawn;
}

function flowOf({ packets, bytes, errors, drops }: DirectionRate): Flow {
  return { bits: bytes * 8, packets, lost: errors + drops };
}
