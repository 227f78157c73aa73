import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import type { HostSnapshot, IptablesBackend } from '../host/model';
import { rootNamespace } from '../host/model';
import { inNamespace } from './commands';
import type { NatFamily } from './nat-rules';

/** Which of iptables' two rule sets a host's `iptables` command speaks to; versions before 1.8 knew only their own. */
export function defaultBackend({ tools }: Pick<HostSnapshot, 'tools'>): IptablesBackend | undefined {
  const version = tools['iptables'];
  if (version === undefined) return undefined;
  return version.includes('nf_tables') ? 'nft' : 'legacy';
}

/**
 * The name of the program that speaks to one of iptables' rule sets: the plain one where that is it, as a person would type
 * it; undefined where the host has none.
 */
export function iptablesProgram(
  snapshot: Pick<HostSnapshot, 'tools'>,
  backend: IptablesBackend,
  family: NatFamily,
): string | undefined {
  const base = family === 'ip' ? 'iptables' : 'ip6tables';
  if (defaultBackend(snapshot) === backend) return base;
  return snapshot.tools[`iptables-${backend}`] === undefined ? undefined : `${base}-${backend}`;
}

/** Where a lab's rules go on a host that has iptables only, and what is to be said of that. */
export interface ChosenBackend {
  readonly backend: IptablesBackend;
  /** Why it is not the one that `iptables` speaks to. */
  readonly why?: string;
  /** Both have rules: then neither shows the whole, and a person should know. */
  readonly isSplit: boolean;
}

/** The rule set that the host's own rules are in, else the one that `iptables` speaks to; undefined without iptables. */
export function chooseBackend(snapshot: HostSnapshot): ChosenBackend | undefined {
  const usual = defaultBackend(snapshot);
  const inUse = rootNamespace(snapshot).firewall?.iptablesInUse ?? [];
  const [only, ...others] = inUse;
  const isSplit = others.length > 0;
  if (only !== undefined && !isSplit && iptablesProgram(snapshot, only, 'ip') !== undefined) {
    return {
      backend: only,
      isSplit,
      ...(only === usual ? {} : { why: l10n.t`the host's rules are in iptables-${only}` }),
    };
  }
  return usual === undefined ? undefined : { backend: usual, isSplit };
}

/** Loads a text into iptables' tables beside what is there: each table as a whole or not at all (iptables-restore(8)). */
export function iptablesRestore(namespace: string | undefined, program: string, text: string): Command {
  return inNamespace(namespace, { argv: [`${program}-restore`, '--noflush', '-w', '5'], stdin: text });
}

/** A comment as a word of iptables-save's; it holds nothing that needs an escape. */
export function commentWords(comment: string): string {
  return `-m comment --comment "${comment}"`;
}
