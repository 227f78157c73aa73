import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import { plainLine } from '../../base/plain-text';
import type { Packet } from '../../capture/packet';
import { writePcap } from '../../capture/pcap-writer';
import type { Transport } from '../../transport/transport';

export interface DecodedPacket {
  readonly decoder: 'tcpdump' | 'tshark';
  readonly lines: readonly string[];
}

/** Lines of a decoded packet that are shown. */
const mostLines = 2000;

/**
 * What a packet holds, as a decoder on the host says: tshark's tree where the host has it, tcpdump's words otherwise. It runs as
 * the user who logged in, with nothing but the packet.
 *
 * @throws NetnsError `missingTool` where the host has neither; as `run` does.
 */
export async function decodePacket(transport: Transport, packet: Packet, signal?: AbortSignal): Promise<DecodedPacket> {
  const options = { asRoot: false, maxOutput: 4 * 1024 * 1024, ...(signal === undefined ? {} : { signal }) };
  const { stdout, stderr, code } = await transport.run(decodeScript(packet), options);
  const [decoder, ...lines] = stdout.trimEnd().split('\n');
  if (code !== 0 || (decoder !== 'tcpdump' && decoder !== 'tshark') || lines.length === 0) {
    throw new NetnsError(
      code === 127 ? 'missingTool' : 'commandFailed',
      l10n.t`The host could not decode this packet.`,
      {
        hostSaid: stderr,
      },
    );
  }
  return { decoder, lines: lines.slice(0, mostLines).map((line) => plainLine(line.replace(/\t/g, '    '))) };
}

/** A host's shell has no way to take bytes in but as text: printf(1) makes them of octal numbers. */
function decodeScript(packet: Packet): string {
  const bytes = writePcap(packet.linkType, [packet]);
  const octal: string[] = [];
  for (let at = 0; at < bytes.length; at += 1024) {
    const piece = [...bytes.subarray(at, at + 1024)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
    octal.push(`printf %b '${piece}'`);
  }
  return [
    `packet() {\n${octal.join('\n')}\n}`,
    'if command -v tshark >/dev/null 2>&1 && said=$(packet | tshark -n -V -r - 2>/dev/null) && [ -n "$said" ]; then',
    '  echo tshark',
    `  printf '%s\\n' "$said"`,
    'elif command -v tcpdump >/dev/null 2>&1; then',
    '  echo tcpdump',
    '  packet | tcpdump -nn -e -vvv -r - 2>/dev/null',
    'else',
    '  echo "It has neither tshark nor tcpdump." >&2',
    '  exit 127',
    'fi',
  ].join('\n');
}
