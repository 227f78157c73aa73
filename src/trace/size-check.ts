import * as l10n from '@vscode/l10n';
import { linkNamed } from './facts';
import type { FilterPoint, FilterWalk } from './filter-walk';
import { runFilter } from './filter/run';
import { tooLarge, unheardRouter } from './mtu-causes';
import type { Packet } from './packet';
import type { WayLog } from './way-log';

/**
 * A packet that must stay whole has to fit through the interface that it leaves by; and of one that did not, its sender must be
 * able to hear.
 *
 * @param size bytes; undefined: small
 */
export function checkSize(
  log: WayLog,
  filters: FilterWalk,
  { namespace, direction, in: iif, out: oif }: FilterPoint,
  { family, source }: Packet,
  size: number | undefined,
): void {
  const link = linkNamed(namespace, oif);
  const before = linkNamed(namespace, iif);
  if (link === undefined || link.mtu === 0) return;
  if (size !== undefined && size > link.mtu) {
    log.blame(tooLarge(direction, namespace, link, size, before !== undefined));
  }
  const filter = filters.filterOf(namespace);
  const own = before?.addresses.find((one) => one.family === family)?.cidr.split('/')[0];
  if (before === undefined || filter === undefined || own === undefined || link.mtu >= before.mtu) return;
  const word: Packet = { family, protocol: 'icmp', source: own, destination: source, state: 'established' };
  const { verdict, by } = runFilter(filter, 'output', filters.at({ namespace, direction, out: iif }, word));
  if (verdict === 'accept') return;
  log.remark(
    unheardRouter(direction, namespace, link, source, by?.rule?.text ?? l10n.t`the policy of the chain output`),
  );
}
