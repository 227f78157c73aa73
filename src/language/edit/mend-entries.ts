import * as l10n from '@vscode/l10n';
import { contains, normalCidr, parseCidr } from '../../plan/cidr';
import { desiredSysctls } from '../../plan/sysctls';
import type { MendRequest, SysctlSetting } from '../../topology/mend-request';
import type {
  NatDeclaration,
  NetworkScope,
  PortForwardDeclaration,
  ServiceDeclaration,
  Topology,
  YamlPath,
} from '../../topology/model';
import { placeAt, type PlainValue } from '../../topology/yaml/source-tree';
import type { SourceText } from '../insert';
import { alreadySo, putValue, type Mending } from './mending';

/** Mending what stands in a file by name: kernel parameters, NAT rules, port forwards and services. */

type Request<T extends MendRequest['type']> = Extract<MendRequest, { type: T }>;

/** @param path where they stand, or would stand */
export function mendSysctls(
  root: SourceText['root'],
  { sysctls }: NetworkScope,
  path: YamlPath,
  settings: readonly SysctlSetting[],
): Mending {
  // Of a dot in an interface's name sysctl(8) makes a slash; some write slashes all through.
  const plain = (name: string): string => name.replaceAll('/', '.');
  const changes = settings.flatMap(({ name, value }) => {
    const found = sysctls.find((one) => plain(one.name) === plain(name));
    if (found?.value === value) return [];
    const number = Number(value);
    if (found !== undefined) return [{ type: 'replace' as const, path: found.path, value: number }];
    return [putValue(root, path, name, number)];
  });
  return changes.length === 0 ? alreadySo : changes;
}

const forwardingSysctls = { inet: 'net.ipv4.ip_forward', inet6: 'net.ipv6.conf.all.forwarding' } as const;

/** Whether applying the file switches it on, as NAT and port forwards want it. */
export function bringsForwarding(topology: Topology, { namespace, family }: Request<'forwarding'>): boolean {
  if (family === undefined) return false;
  return desiredSysctls(topology).some(
    (one) => one.namespace === namespace && one.name === forwardingSysctls[family] && one.value === '1',
  );
}

export function mendMasquerade(
  scope: NetworkScope,
  { namespace, source, out, notOut, insteadOfSnat }: Request<'masquerade'>,
): Mending {
  const known = scope.nat.find(
    (rule) =>
      rule.kind === 'masquerade' &&
      normalCidr(rule.source) === normalCidr(source) &&
      rule.out === out &&
      rule.notOut === notOut,
  );
  if (known !== undefined) return switchedOn(known);
  const snat = insteadOfSnat && scope.nat.find((rule) => rule.kind === 'snat' && rule.enabled && holds(rule, source));
  if (snat !== undefined) {
    return [
      { type: 'set', path: snat.path, key: 'masquerade', value: snat.source },
      { type: 'remove', paths: ['snat', 'to'].map((key) => [...snat.path, key]) },
    ];
  }
  return newEntry(scope, namespace, 'nat', 'internet', {
    masquerade: source,
    ...(out === undefined ? {} : { out }),
    ...(notOut === undefined ? {} : { 'not-out': notOut }),
  });
}

function holds({ source }: NatDeclaration, network: string): boolean {
  const [whole, part] = [parseCidr(source), parseCidr(network)];
  return whole !== undefined && part !== undefined && contains(whole, part.address);
}

export function mendPortForward(scope: NetworkScope, { namespace, listen, to }: Request<'port-forward'>): Mending {
  const known = scope.portForwards.find((one) => isFor(one, listen));
  if (known !== undefined) {
    if (targetOf(known) === to) return switchedOn(known);
    return [{ type: 'replace', path: [...known.path, 'to'], value: to }];
  }
  const value = /^\d+$/.test(listen) ? Number(listen) : listen;
  return newEntry(scope, namespace, 'port-forwards', 'forward', { listen: value, to });
}

/** Whether it takes what is asked: a port without an address is every address's. */
function isFor({ protocol, listenAddress, listenPort }: PortForwardDeclaration, listen: string): boolean {
  const [, address, port, kind = 'tcp'] = /^(?:(.*):)?(\d+)(?:\/(tcp|udp))?$/.exec(listen) ?? [];
  if (Number(port) !== listenPort || kind !== protocol) return false;
  return listenAddress === undefined || address === undefined || listenAddress === address;
}

function targetOf({ to, toPort }: PortForwardDeclaration): string {
  return `${'namespace' in to ? to.namespace : to.address.includes(':') ? `[${to.address}]` : to.address}:${toPort}`;
}

function switchedOn({ enabled, path }: { readonly enabled: boolean; readonly path: YamlPath }): Mending {
  return enabled ? alreadySo : [{ type: 'remove', paths: [[...path, 'enabled']] }];
}

function newEntry(
  { nat, portForwards }: NetworkScope,
  namespace: string | undefined,
  list: string,
  base: string,
  value: PlainValue,
): Mending {
  const taken = new Set([...nat, ...portForwards].map(({ name }) => name));
  let key = base;
  for (let number = 2; taken.has(key); number++) key = `${base}-${number}`;
  const path = namespace === undefined ? [list] : ['namespaces', namespace, list];
  return [{ type: 'set', path, key, value }];
}

/** A service's command names the address, as a word or within one (`--bind=127.0.0.1`), and its port. */
export function mendListenAddress(
  root: SourceText['root'],
  services: readonly ServiceDeclaration[],
  { namespace = '', port, before, after }: Request<'listen-address'>,
): Mending {
  const ofPort = services.filter(({ command, ready }) => {
    const words = typeof command === 'string' ? command : command.join(' ');
    return hasWord(words, String(port)) || (ready !== undefined && 'tcp' in ready && ready.tcp === port);
  });
  for (const { command, path } of ofPort) {
    const own = [...path, 'command'];
    const places = typeof command === 'string' ? [own] : command.map((_, index) => [...own, index]);
    for (const place of places) {
      const word = placeAt(root, place)?.node;
      if (word?.type !== 'scalar' || typeof word.value !== 'string' || !hasWord(word.value, before)) continue;
      return [{ type: 'replace', path: place, value: withWord(word.value, before, after) }];
    }
  }
  return { refusal: l10n.t`The file has no service in ${namespace} that is told to listen on ${before}.` };
}

/** An address or a port that is not part of a longer one, nor of a name. */
function wordPattern(word: string): RegExp {
  return new RegExp(`(?<![\\w.])${word.replaceAll('.', '\\.')}(?![\\w.])`);
}

function hasWord(text: string, word: string): boolean {
  return wordPattern(word).test(text);
}

function withWord(text: string, before: string, after: string): string {
  return text.replace(wordPattern(before), () => after);
}
