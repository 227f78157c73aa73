import * as l10n from '@vscode/l10n';
/**
 * What a server offers at the beginning of a key exchange, read from its first packets, which travel in the open (RFC 4253, sections
 * 4.2, 6 and 7.1). ssh2 says only that nothing of it is to its liking. Pure.
 */

/** The lists of a server's SSH_MSG_KEXINIT that tell why there is no way to speak with it. */
export interface ServerOffer {
  /** `OpenSSH_9.9`, without the protocol's version. */
  readonly software: string;
  readonly keyExchange: readonly string[];
  readonly hostKeys: readonly string[];
  readonly ciphers: readonly string[];
}

/** More than this is not looked at: a KEXINIT has some 1.5 kB, and few servers greet with more than a line before. */
export const offerLimit = 64 * 1024;

const kexInit = 20;

/**
 * Reads the greeting and the first packet.
 *
 * @param bytes what the server has said from the beginning
 * @returns undefined where that is not (yet) all there, or is something else
 */
export function readServerOffer(bytes: Buffer): ServerOffer | undefined {
  const text = bytes.toString('latin1', 0, offerLimit);
  // Other lines may stand before the version (RFC 4253, section 4.2).
  const greeting = /(?:^|\n)SSH-[\d.]+-([^\r\n]{0,255})\r?\n/.exec(text);
  if (greeting === null) return undefined;
  const packet = bytes.subarray(greeting.index + greeting[0].length);
  if (packet.length < 6) return undefined;
  const length = packet.readUInt32BE(0);
  if (length > offerLimit || packet.length < 4 + length || packet[5] !== kexInit) return undefined;
  // A byte for the type and sixteen at random stand before the lists.
  const lists = readLists(packet.subarray(5 + 17, 4 + length), 3);
  if (lists === undefined) return undefined;
  const [keyExchange = [], hostKeys = [], ciphers = []] = lists;
  return { software: greeting[1] ?? '', keyExchange, hostKeys, ciphers };
}

function readLists(bytes: Buffer, count: number): string[][] | undefined {
  const lists: string[][] = [];
  let at = 0;
  for (let n = 0; n < count; n++) {
    if (at + 4 > bytes.length) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    lists.push(bytes.toString('latin1', at + 4, end).split(','));
    at = end;
  }
  return lists;
}

/** Names in a key exchange's list that are no way to exchange keys (RFC 8308, draft-miller-sshm-strict-kex). */
const signals = /^(?:ext-info-[cs]|kex-strict-[cs]-v00@openssh\.com)$/;

/**
 * Why nothing of an offer suits us, as a sentence that names what the server wants.
 *
 * @param about ssh2's own word: `key exchange`, `host key`, `cipher` …
 * @returns undefined where the offer does not say
 */
export function whyNotOurs(about: string, offer: ServerOffer): string | undefined {
  const keyExchange = offer.keyExchange.filter((name) => !signals.test(name));
  if (/key exchange/i.test(about)) {
    const isNew = keyExchange.every((name) => /^(?:mlkem|sntrup)/.test(name));
    return isNew
      ? l10n.t`It exchanges keys only in ways that withstand quantum computers (${keyExchange.join(', ')}), which are not supported yet.`
      : l10n.t`It exchanges keys only by ${keyExchange.join(', ')}.`;
  }
  if (/host key/i.test(about)) {
    const wanted = offer.hostKeys.join(', ');
    if (offer.hostKeys.every((name) => name.includes('-cert-v'))) {
      return l10n.t`It shows only a host certificate (${wanted}), which is not supported yet.`;
    }
    if (offer.hostKeys.every((name) => name.startsWith('sk-'))) {
      return l10n.t`It shows only the key of a security key (${wanted}), which is not supported yet.`;
    }
    return l10n.t`Its host keys are ${wanted}; SHA-1 and DSA are not accepted any more.`;
  }
  if (/cipher/i.test(about)) return l10n.t`It encrypts only by ${offer.ciphers.join(', ')}.`;
  return undefined;
}
