import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import type { Step } from '../../plan/model';
import { addNatRules } from '../../plan/actions/nat';
import { networkOf, parseCidr } from '../../plan/cidr';
import { sourceRules } from '../../plan/nat-rules';
import { linkOf, type Target } from './target';

/** What rules of a person's own are called in their comments. */
export const handName = 'by-hand';

/**
 * Masquerades what leaves a bridge's networks by any other interface, as the tutorials do: `-s 10.10.0.0/16 ! -o planet-br`.
 * Where the host drops what it passes on, the bridge gets a way through.
 *
 * @throws NetnsError `unsupported` for a bridge without an address; and as `addNatRules` does
 */
export function masqueradeBridge(target: Target): Step[] {
  const { link } = linkOf(target);
  const networks = link.addresses
    .filter(({ scope }) => scope === 'global')
    .map(({ cidr }) => parseCidr(cidr))
    .filter((cidr) => cidr !== undefined)
    .map((cidr) => networkOf(cidr).text);
  if (networks.length === 0) {
    throw new NetnsError('unsupported', l10n.t`${link.name} has no address, so it has no network to translate.`, {
      advice: l10n.t`Add an address to the bridge first.`,
    });
  }
  const rules = [...new Set(networks)].flatMap((source) =>
    sourceRules({ name: handName, kind: 'masquerade', source, notOut: link.name }, { bridgesFiltered: false }),
  );
  return addNatRules(target, rules, link.name);
}
