import { NetnsError } from '../../base/errors';
import { checkScript, noTcpdumpMark, type CaptureSource } from '../../plan/actions/capture-script';
import type { Transport } from '../../transport/transport';

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
  const mark = stderr.indexOf(noTcpdumpMark);
  if (mark >= 0) throw noTcpdump(stderr.slice(mark + noTcpdumpMark.length + 1));
  const said = stderr.replace(/^tcpdump: /gm, '');
  if (/syntax error|parse filter|expression|unknown|not supported|illegal|invalid/i.test(said)) {
    throw new NetnsError('commandFailed', 'tcpdump does not take this filter.', {
      hostSaid: said,
      advice:
        'See pcap-filter(7). A capture of all interfaces of a namespace knows no Ethernet addresses and no VLANs.',
    });
  }
  throw new NetnsError('commandFailed', 'tcpdump cannot capture there.', { hostSaid: said });
}

/** One of each kind: what is wrong with a filter is wrong with it everywhere of the kind. */
function unlike(sources: readonly CaptureSource[]): CaptureSource[] {
  const kinds = sources.map((one): [string, CaptureSource] => [`${one.interface === undefined} ${one.filter}`, one]);
  return [...new Map(kinds).values()];
}

const installers: readonly (readonly [RegExp, string])[] = [
  [/debian|ubuntu/, 'apt install tcpdump'],
  [/fedora|rhel|centos|rocky|almalinux/, 'dnf install tcpdump'],
  [/alpine/, 'apk add tcpdump'],
  [/arch/, 'pacman -S tcpdump'],
  [/suse/, 'zypper install tcpdump'],
  [/void/, 'xbps-install tcpdump'],
  [/gentoo/, 'emerge net-analyzer/tcpdump'],
  [/openwrt/, 'opkg install tcpdump'],
];

/** @param distribution ID and ID_LIKE of the host's os-release(5) */
export function noTcpdump(distribution: string): NetnsError {
  const [, install] = installers.find(([id]) => id.test(distribution.toLowerCase())) ?? [];
  return new NetnsError('missingTool', 'This host has no tcpdump, which captures the packets.', {
    advice:
      install === undefined ? 'Install the package tcpdump there, as root.' : `Install it there, as root: ${install}`,
  });
}
