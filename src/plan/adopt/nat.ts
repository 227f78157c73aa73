import * as l10n from '@vscode/l10n';
import { splitIptablesWords } from '../../host/iptables-save';
import { readMark } from '../../host/nat-marks';
import type { ObservedNamespace, ObservedNatRule } from '../../host/model';
import type { TopologyFile } from '../../topology/generated/topology-file';
import { parseCidr } from '../cidr';
import { isHairpin, isInside } from '../nat-meaning';
import { isAssigned } from '../restore';
import type { Selection } from './selection';

type NatEntries = NonNullable<TopologyFile['nat']>;
type ForwardEntries = NonNullable<TopologyFile['port-forwards']>;

/** The address translation of a namespace, by the names that the rules had from us, else by new ones. */
export function natEntries(
  selection: Selection,
  namespace: ObservedNamespace,
  leftOut: string[],
): { readonly nat: NatEntries; readonly forwards: ForwardEntries } {
  const nat: NatEntries = {};
  const forwards: ForwardEntries = {};
  const seen = new Set<string>();
  for (const rule of namespace.nat) {
    if (isDetail(rule) || !isOfFile(selection, namespace, rule)) continue;
    const isForward = rule.kind === 'dnat';
    const entry = isForward ? forwardEntry(selection, rule) : sourceEntry(rule);
    if (entry === undefined || rule.maker !== undefined || !isWholly(rule)) {
      leftOut.push(
        l10n.t`${rule.engine} rule of ${namespace.name ?? l10n.t`the host`} (${rule.table} ${rule.chain}): ${rule.text}` +
          (rule.maker === undefined ? '' : l10n.t` (${rule.maker} looks after it)`),
      );
      continue;
    }
    // The same for what comes in (prerouting) and for what the namespace itself sends (output).
    const meaning = JSON.stringify(entry);
    if (seen.has(meaning)) continue;
    seen.add(meaning);
    if (isForward)
      forwards[freeName(forwards, givenName(rule) ?? `port-${rule.port ?? ''}`)] = entry as ForwardEntries[string];
    else nat[freeName(nat, givenName(rule) ?? 'internet')] = entry;
  }
  return { nat, forwards };
}

/** What comes with a port forward by itself: the way back, and what keeps others from 127.0.0.1. */
function isDetail(rule: ObservedNatRule): boolean {
  return isHairpin(rule) || /^(loopback|hairpin|guard) /.test(labelOf(rule) ?? '');
}

/** Of some namespaces only what concerns their addresses. */
function isOfFile({ isWhole, namespaces }: Selection, namespace: ObservedNamespace, rule: ObservedNatRule): boolean {
  if (isWhole || !namespace.isRoot) return true;
  const addresses = namespaces.flatMap(({ links }) =>
    links.flatMap((link) => link.addresses.filter(isAssigned).map(({ cidr }) => cidr)),
  );
  const { source, to } = rule;
  const target = to === undefined ? undefined : splitTarget(to)?.address;
  return addresses.some(
    (address) =>
      (rule.kind === 'dnat' && target !== undefined && parseCidr(address)?.address === parseCidr(target)?.address) ||
      (rule.kind !== 'dnat' && source !== undefined && isInside(address, source)),
  );
}

function sourceEntry({ kind, source, to, out, notOut, place }: ObservedNatRule): NatEntries[string] | undefined {
  if (kind !== 'masquerade' && kind !== 'snat') return undefined;
  const network = source ?? (place?.family === 'ip6' ? '::/0' : '0.0.0.0/0');
  const ways = { ...(out === undefined ? {} : { out }), ...(notOut === undefined ? {} : { 'not-out': notOut }) };
  if (kind === 'masquerade') return { masquerade: network, ...ways };
  return to === undefined || parseCidr(to) === undefined ? undefined : { snat: network, to, ...ways };
}

function forwardEntry(selection: Selection, rule: ObservedNatRule): ForwardEntries[string] | undefined {
  const { destination, protocol, port, to } = rule;
  const target = to === undefined ? undefined : splitTarget(to);
  if (port === undefined || target === undefined || (protocol !== 'tcp' && protocol !== 'udp')) return undefined;
  if (
    destination !== undefined &&
    parseCidr(destination)?.text.endsWith(destination.includes(':') ? '/128' : '/32') !== true
  )
    return undefined;
  const address = destination?.replace(/\/\d+$/, '');
  const listen = [address === undefined ? undefined : bracketed(address), String(port)].filter(
    (part) => part !== undefined,
  );
  const place = listen.join(':');
  const owner = soleOwner(selection, target.address);
  return {
    listen: protocol === 'udp' ? `${place}/udp` : address === undefined ? port : place,
    to: `${owner ?? bracketed(target.address)}:${target.port ?? port}`,
    ...(rule.in === undefined ? {} : { in: rule.in }),
  };
}

/** The namespace whose only address of its family that is; a file that names it then means the same. */
function soleOwner({ namespaces }: Selection, address: string): string | undefined {
  const wanted = parseCidr(address);
  return namespaces.find(({ links }) => {
    const own = links.flatMap((link) => link.addresses.filter(isAssigned)).map(({ cidr }) => parseCidr(cidr));
    const alike = own.filter((cidr) => cidr?.family === wanted?.family);
    return alike.length === 1 && alike[0]?.address === wanted?.address;
  })?.name;
}

/** `10.10.0.10:8000`, `[fd00::1]:80`, `10.10.0.10`. */
function splitTarget(to: string): { readonly address: string; readonly port?: number } | undefined {
  const [, bracket, plain, port] = /^(?:\[([0-9a-f:]+)\]|([0-9.]+|[0-9a-f:]+?))(?::(\d+))?$/i.exec(to) ?? [];
  const address = bracket ?? plain;
  if (address === undefined || parseCidr(address) === undefined) return undefined;
  return { address, ...(port === undefined ? {} : { port: Number(port) }) };
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** `masquerade internet`: what our comment calls it. */
function labelOf({ text, lab }: ObservedNatRule): string | undefined {
  if (lab === undefined) return undefined;
  const comment = /--comment "?([^"]*)"?/.exec(text)?.[1] ?? /comment "([^"]*)"/.exec(text)?.[1];
  return (readMark(comment)?.label ?? comment)?.replace(/ #[0-9a-f]{8}$/, '');
}

function givenName(rule: ObservedNatRule): string | undefined {
  return /^(?:masquerade|snat|port-forward) (.+)$/.exec(labelOf(rule) ?? '')?.[1];
}

function freeName(taken: Readonly<Record<string, unknown>>, name: string): string {
  if (!Object.hasOwn(taken, name)) return name;
  let number = 2;
  while (Object.hasOwn(taken, `${name}-${number}`)) number++;
  return `${name}-${number}`;
}

/** Whether the model has a word for all that the rule says: what is left of its text when that is taken away is nothing. */
function isWholly({ engine, text, lab }: ObservedNatRule): boolean {
  if (lab !== undefined) return true;
  return engine === 'iptables' ? restOfIptables(text) === 0 : restOfNft(text) === '';
}

const withValue = ['-A', '-s', '-d', '-i', '-o', '-p', '-j', '--dport', '--to-destination', '--to-source', '--comment'];

function restOfIptables(text: string): number {
  const words = splitIptablesWords(text);
  let rest = 0;
  for (let index = 0; index < words.length; index++) {
    const [word = '', next = ''] = words.slice(index, index + 2);
    if (withValue.includes(word)) index++;
    else if (word === '-m' && ['tcp', 'udp', 'comment', 'addrtype'].includes(next)) index++;
    else if (word === '--dst-type' && next === 'LOCAL') index++;
    else if (word === '!' && next === '-o') continue;
    else if (word === '-c' || /^\[\d+:\d+\]$/.test(word)) index += word === '-c' ? 2 : 0;
    else rest++;
  }
  return rest;
}

const nftPhrases = [
  /# handle \d+$/,
  /comment "[^"]*"/,
  /counter( packets \d+ bytes \d+)?/,
  /\b(ip|ip6) [sd]addr [0-9a-f.:/]+/g,
  /\b[io]if(name)?( !=)? "[^"]*"/g,
  /\b(tcp|udp) dport \d+/,
  /\b(meta l4proto|ip protocol) (tcp|udp|6|17)\b/,
  /\bfib daddr type local\b/,
  /\b[sd]nat( ip6?)? to \S+/,
  /\bmasquerade\b/,
];

function restOfNft(text: string): string {
  return nftPhrases.reduce((rest, phrase) => rest.replace(phrase, ''), text).trim();
}
