import { commentWords } from './iptables';
import { shortHash } from './names';
import type { FilterPlace, Insertion } from './nat-insertion';

/** What a chain has to let through for a device of the lab. */
export interface LetThrough {
  readonly device: string;
  /**
   * - `bridged`: from one port of the bridge to another, where br_netfilter sends that through the packet filter
   * - `routed`: all that the lab sends; and to the lab what answers that, and what a port forward sent there. Others do not
   *   get into the lab that way: nobody opened the host's firewall for them.
   */
  readonly what: 'bridged' | 'routed';
}

/**
 * The rules that let it through, in the words of the packet filter that they are for.
 *
 * @param commentOf a rule's comment, by its label
 */
export function letThroughRules(
  commentOf: (label: string) => string,
  engine: FilterPlace['engine'],
  wanted: readonly LetThrough[],
): Insertion[] {
  return wanted.flatMap(({ device, what }) => {
    const matches = engine === 'nftables' ? inNft(device, what) : inIptables(device, what);
    return matches.map(([name, match]) => {
      const label = `let ${device} ${name} #${shortHash(match)}`;
      const comment = commentOf(label);
      return {
        label,
        text:
          engine === 'nftables'
            ? `${match} counter accept comment "${comment}"`
            : `${match} ${commentWords(comment)} -j ACCEPT`,
      };
    });
  });
}

type Matches = readonly (readonly [name: string, match: string])[];

function inIptables(device: string, what: LetThrough['what']): Matches {
  if (what === 'bridged') return [['across', `-i ${device} -o ${device}`]];
  return [
    ['out', `-i ${device}`],
    ['in', `-o ${device} -m conntrack --ctstate RELATED,ESTABLISHED,DNAT`],
  ];
}

function inNft(device: string, what: LetThrough['what']): Matches {
  if (what === 'bridged') return [['across', `iifname "${device}" oifname "${device}"`]];
  return [
    ['out', `iifname "${device}"`],
    ['in', `oifname "${device}" ct state established,related`],
    ['forwarded', `oifname "${device}" ct status dnat`],
  ];
}
