import * as l10n from '@vscode/l10n';
import { rootNamespace, type HostSnapshot } from '../../host/model';
import { normalCidr, parseCidr } from '../cidr';
import type { PlanProblem } from '../model';
import type { JudgedStep } from './judge';
import { overlaps, type SshPath } from './ssh-path';
import { unsafe } from './unsafe';

/**
 * Refuses a new address of the host whose network overlaps the one at the connection's doorstep. Then two interfaces claim
 * the same neighbours: even where the routing still prefers the right one, an address of the new network that is a neighbour's
 * already (a tutorial's 192.168.0.1, which is the gateway) makes the host take that neighbour's packets for forged.
 */
export function judgeNetworks(path: SshPath, snapshot: HostSnapshot, steps: readonly JudgedStep[]): PlanProblem[] {
  const known = new Set(
    rootNamespace(snapshot).links.flatMap(({ addresses }) => addresses.map(({ cidr }) => normalCidr(cidr))),
  );
  return steps.flatMap(({ step, effects }) => {
    for (const effect of effects) {
      if (effect.type !== 'addressAdded' || effect.ref.namespace !== undefined) continue;
      const added = parseCidr(effect.cidr);
      if (added === undefined || known.has(added.text)) continue;
      const network = path.networks.find((own) => overlaps(own, added));
      if (network === undefined) continue;
      const where = path.dev === undefined ? l10n.t`the interface` : path.dev;
      const message = l10n.t`${effect.cidr} on ${effect.ref.name} overlaps ${network.text}, the network of ${where}, over which this SSH connection from ${path.client} comes: the host could lose the way back.`;
      return [unsafe(step, message, l10n.t`Use another network for the lab, or reach the host over another one.`)];
    }
    return [];
  });
}
