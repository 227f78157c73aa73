import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import { checkScript, type CaptureSource } from '../../plan/actions/capture-script';
import type { Transport } from '../../transport/transport';
import { readMissingTool } from '../missing-tool';

/** What a capture can count on there. */
export interface CaptureTools {
  /** There is a python3 that brings several captures home over one channel. */
  readonly python: boolean;
}

/**
 * Makes sure that the host can capture there, and takes the filter.
 *
 * @throws NetnsError `missingTool` without tcpdump; `commandFailed` for what tcpdump refuses, in its own words; as `run` does.
 */
export async function checkCapture(
  transport: Transport,
  sources: readonly CaptureSource[],
  signal?: AbortSignal,
): Promise<CaptureTools> {
  const script = checkScript(unlike(sources));
  const { code, stdout, stderr } = await transport.run(script, signal === undefined ? {} : { signal });
  if (code === 0) return { python: stdout.includes('python3') };
  const missing = readMissingTool(stderr, l10n.t`which captures the packets`);
  if (missing !== undefined) throw missing;
  const said = stderr.replace(/^tcpdump: /gm, '');
  if (/syntax error|parse filter|expression|unknown|not supported|illegal|invalid/i.test(said)) {
    throw new NetnsError('commandFailed', l10n.t`tcpdump does not take this filter.`, {
      hostSaid: said,
      advice: l10n.t`See pcap-filter(7). A capture of all interfaces of a namespace knows no Ethernet addresses and no VLANs.`,
    });
  }
  throw new NetnsError('commandFailed', l10n.t`tcpdump cannot capture there.`, { hostSaid: said });
}

/** One of each kind: what is wrong with a filter is wrong with it everywhere of the kind. */
function unlike(sources: readonly CaptureSource[]): CaptureSource[] {
  const kinds = sources.map((one): [string, CaptureSource] => [`${one.interface === undefined} ${one.filter}`, one]);
  return [...new Map(kinds).values()];
}
