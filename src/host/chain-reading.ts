import { quoteArgument, quoteCommand } from '../base/shell-quote';
import { readSavedTables } from './iptables-save';
import type { IptablesBackend, ObservedNatRule } from './model';
import { readListing } from './nft-ruleset';
import { splitSections } from './sections';

/** A chain of the packet filter, by where it is. */
export interface ChainPlace {
  /** undefined: the root namespace. */
  readonly namespace?: string;
  readonly engine: ObservedNatRule['engine'];
  /** Of iptables: its rule set, and the program that speaks to it. */
  readonly backend?: IptablesBackend;
  readonly program?: string;
  readonly family: string;
  readonly table: string;
  readonly chain: string;
}

/** A chain with all of its rules in their order, as it is at this moment. */
export interface ChainListing extends ChainPlace {
  readonly rules: readonly ChainRule[];
}

export interface ChainRule {
  /** In its tool's words, without what it counted. */
  readonly text: string;
  readonly packets?: number;
  readonly bytes?: number;
  readonly handle?: number;
}

/** The script that lists chains, all in one round trip. It changes nothing. */
export function chainReadingScript(places: readonly ChainPlace[], boundary: string): string {
  const lines = places.map((place, index) => {
    const { namespace, engine, program, family, table, chain } = place;
    const enter = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace];
    const list =
      engine === 'nftables'
        ? quoteCommand([...enter, 'nft', '-a', 'list', 'chain', family, table, chain])
        : `${quoteCommand([...enter, `${program ?? 'iptables'}-save`, '-c', '-t', table])} | grep -e '^\\*' -e ${quoteArgument(` -A ${chain} `)}`;
    return `printf '\\n@%s %s\\n' ${quoteArgument(boundary)} ${index}\n${list} 2>/dev/null`;
  });
  return `PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin LC_ALL=C\nexport PATH LC_ALL\n${lines.join('\n')}\nprintf '\\n@%s end\\n' ${quoteArgument(boundary)}\n`;
}

/** Reads what that script printed. A chain that is not there has no rules. @throws NetnsError `unexpectedOutput` */
export function readChains(places: readonly ChainPlace[], output: string, boundary: string): ChainListing[] {
  const sections = splitSections(output, boundary);
  return places.map((place, index) => {
    const printed = sections.get(String(index)) ?? '';
    const rules: ChainRule[] =
      place.engine === 'nftables'
        ? readListing(printed).filter(({ chain }) => chain === place.chain)
        : readSavedTables(printed).rules.filter(({ chain }) => chain === place.chain);
    return {
      ...place,
      rules: rules.map(({ text, packets, bytes, handle }) => ({
        text,
        ...(packets === undefined ? {} : { packets }),
        ...(bytes === undefined ? {} : { bytes }),
        ...(handle === undefined ? {} : { handle }),
      })),
    };
  });
}

/** One text for each chain of a host. */
export function chainKey({ namespace, engine, backend, family, table, chain }: ChainPlace): string {
  return [namespace ?? '', engine, backend ?? '', family, table, chain].join(' ');
}
