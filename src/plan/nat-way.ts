import * as l10n from '@vscode/l10n';
import { rootNamespace, type HostSnapshot } from '../host/model';
import { quoteCommand } from '../base/shell-quote';
import { iptablesProgram } from './iptables';
import type { Step } from './model';
import { insertInIptables, insertInNftables, wayBackInIptables, wayBackInNftables } from './nat-insertion';
import { placesThatForward } from './nat-forwarding';
import { letThroughRules } from './nat-let-through';
import type { NatFamily } from './nat-rules';
import { objectRef } from './planning';

/** True where packets of that family would be dropped on their way through the host. */
export function needsWay(snapshot: HostSnapshot, family: NatFamily): boolean {
  return placesOf(snapshot, family, true).length > 0;
}

/**
 * Opens the way for an interface of the root namespace in each FORWARD chain that drops, or closes it wherever it may be open:
 * for NAT by hand, which alone would have nothing to translate there. A lab's own ways are `nat-forwarding`'s. That a rule has
 * such a way, its comment says (`nat-brought`): so the way goes when the rule is switched off, and comes back with it.
 */
export function planWay(snapshot: HostSnapshot, device: string, family: NatFamily, open: boolean): Step[] {
  return placesOf(snapshot, family, open).flatMap((place) => {
    const program =
      place.backend === undefined
        ? 'nft'
        : iptablesProgram(snapshot, place.backend, place.family === 'ip6' ? 'ip6' : 'ip');
    if (program === undefined) return [];
    const start = `netns-nat let ${device} `;
    const comment = (label: string): string => `netns-nat ${label}`;
    const rules = letThroughRules(comment, place.engine, [{ device, what: 'routed' }]);
    const [way, back] =
      place.engine === 'nftables'
        ? [insertInNftables(place, [], rules), wayBackInNftables(start, place, [])]
        : [insertInIptables(program, place, [], rules), wayBackInIptables(program, place, [], rules)];
    const words = quoteCommand([place.chain]);
    return [
      {
        action: open ? 'create' : 'remove',
        object: objectRef('nat', `chain ${words} of table ${place.family} ${place.table} (${program})`, undefined),
        why: open
          ? l10n.t`the host drops what it passes on; what ${device} sends, and the answers, are let through`
          : l10n.t`${device} needs no way through any more`,
        run: [open ? way : back],
        undo: [open ? back : way],
      },
    ];
  });
}

function placesOf(snapshot: HostSnapshot, family: NatFamily, onlyDropping: boolean) {
  const chains = rootNamespace(snapshot).firewall?.forwardChains ?? [];
  return placesThatForward(chains, onlyDropping).filter((place) => place.family === family || place.family === 'inet');
}
