import * as l10n from '@vscode/l10n';
import type { Hop, LineParser, Reading } from './model';

const notes: Readonly<Record<string, string>> = {
  '!H': l10n.t`host unreachable`,
  '!N': l10n.t`network unreachable`,
  '!P': l10n.t`protocol unreachable`,
  '!X': l10n.t`administratively prohibited`,
  '!F': l10n.t`fragmentation needed`,
  '!S': l10n.t`source route failed`,
  '!A': l10n.t`administratively prohibited`,
};

/**
 * Reads the hops of traceroute(8) (`-n`; also busybox's), of tracepath(8), and of pings with a growing limit of hops, each
 * after a line `hop NUMBER` (`routeScript`). Times are milliseconds.
 */
export class RouteParser implements LineParser {
  private hop: number | undefined;
  private newest = 0;

  read(line: string): Reading | undefined {
    const mark = /^hop (\d+)$/.exec(line)?.[1];
    if (mark !== undefined) {
      this.hop = Number(mark);
      return undefined;
    }
    return this.hop === undefined ? (this.numbered(line) ?? problem(line)) : this.ofPing(line, this.hop);
  }

  private numbered(line: string): Reading | undefined {
    const [, digits, rest = ''] = /^ ?\s*(\d{1,3})(?::|\?:)?\s+(.*)$/.exec(line) ?? [];
    if (digits === undefined || rest.startsWith('[LOCALHOST]')) return undefined;
    const number = Number(digits);
    // tracepath says each try on a line of its own; the first answer counts.
    if (number <= this.newest && /^\s*\d+:/.test(line)) return undefined;
    this.newest = number;
    return { type: 'hop', hop: readHop(number, rest) };
  }

  private ofPing(line: string, number: number): Reading | undefined {
    const router = /^From (\S+?):? icmp_seq=\d+ (.+)$/.exec(line);
    if (router !== null) {
      const [, address = '', why = ''] = router;
      const note = /time to live exceeded|hop limit/i.test(why) ? {} : { note: why.toLowerCase() };
      return { type: 'hop', hop: { number, addresses: [address], times: [], ...note } };
    }
    const [, address, time] = /bytes from (\S+?): .*\btime[=<]([\d.]+) ?ms/.exec(line) ?? [];
    if (address !== undefined) return { type: 'hop', hop: { number, addresses: [address], times: [Number(time)] } };
    const isSilent = /^1 packets transmitted, 0 received(?!, \+\d)/.test(line);
    return isSilent ? { type: 'hop', hop: { number, addresses: [], times: [] } } : problem(line);
  }
}

function readHop(number: number, rest: string): Hop {
  const addresses: string[] = [];
  const times: number[] = [];
  let note: string | undefined;
  const words = rest.split(/\s+/);
  for (const [index, word] of words.entries()) {
    const joined = /^([\d.]+)ms$/.exec(word)?.[1];
    if (joined !== undefined) times.push(Number(joined));
    else if (words[index + 1] === 'ms' && /^[\d.]+$/.test(word)) times.push(Number(word));
    else if (isAddress(word) && !addresses.includes(word)) addresses.push(word);
    else if (Object.hasOwn(notes, word)) note = notes[word];
  }
  return { number, addresses, times, ...(note === undefined ? {} : { note }) };
}

function isAddress(word: string): boolean {
  return /^\d+(\.\d+){3}$/.test(word) || /^[0-9a-f]*:[0-9a-f:.]*[0-9a-f](%\S+)?$/i.test(word);
}

function problem(line: string): Reading | undefined {
  const words = /^(?:busybox: )?(?:traceroute6?|tracepath6?|ping6?|connect): (.+)$/i.exec(line)?.[1];
  return words === undefined ? undefined : { type: 'problem', words };
}
