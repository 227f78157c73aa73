import * as l10n from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import { NetnsError } from '../base/errors';
import type { HostSnapshot } from '../host/model';
import { readSnapshot } from '../host/read-snapshot';
import { readingScript } from '../host/reading-script';
import { alwaysReadSysctls } from '../host/sysctl-names';
import type { Transport } from '../transport/transport';
import { observeByAgent } from './observe-by-agent';

export interface ObserveOptions {
  /** Dotted names of further sysctls to read in every namespace, e.g. those that a topology sets. */
  readonly sysctls?: readonly string[];
  /** Whether to try out what the kernel lacks, which a plan wants to know; default true. */
  readonly probeKernel?: boolean;
  /**
   * Only what a plan goes by: neighbours, forwarding databases, connections, sockets and namespaces without a name may be missing.
   */
  readonly forPlan?: boolean;
  /** Where true, the agent is not tried, only the shell's own means. */
  readonly plainly?: boolean;
  /** After so many milliseconds without a word from the host the reading is given up; default a minute. Exchanged in tests. */
  readonly longestSilence?: number;
}

/** Each namespace is told of once it is read: a host that is only slow says something long before. */
const usualSilence = 60_000;

/** Without root a host is still read, and what could not be read is named in the snapshot. */
export function canBeRoot({ privilege }: Transport): boolean {
  return privilege?.type !== 'none';
}

/**
 * Reads the whole host in one round trip: as root, or what can be seen without. By the agent where the host can run it, by
 * programs of the shell where not (then once in two round trips); either sees the same.
 *
 * @throws NetnsError `missingTool` (with how to install it), `unexpectedOutput`, `cancelled`, and whatever the transport throws.
 */
export async function observe(
  transport: Transport,
  signal?: AbortSignal,
  {
    sysctls = [],
    probeKernel = true,
    forPlan = false,
    plainly = false,
    longestSilence = usualSilence,
  }: ObserveOptions = {},
): Promise<HostSnapshot> {
  const options = {
    boundary: randomBytes(12).toString('hex'),
    sysctls: [...new Set([...alwaysReadSysctls, ...sysctls])],
    probeKernel,
    forPlan,
    longestSilence,
  };
  const byAgent = plainly || !canBeRoot(transport) ? undefined : await observeByAgent(transport, signal, options);
  if (byAgent !== undefined) return byAgent;
  const { code, stdout, stderr } = await transport.run(readingScript(options), {
    asRoot: canBeRoot(transport),
    longestSilence,
    ...(signal === undefined ? {} : { signal }),
  });
  if (code !== 0) {
    throw new NetnsError('commandFailed', l10n.t`Reading the host ${transport.description} ended with code ${code}.`, {
      hostSaid: stderr.slice(-1000),
      advice: l10n.t`The host needs a POSIX shell with stat, head, tr and grep.`,
    });
  }
  return readSnapshot(stdout, options);
}
