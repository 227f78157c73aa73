import * as l10n from '@vscode/l10n';
import type { InterfaceDeclaration, InterfaceKind } from '../model';
import type { Finding } from '../problem-list';
import { quoteAll } from '../shape/wrong-type';
import { makesItself, type LabIndex } from './lab-index';
import type { Rule } from './rule';

interface KindOptions {
  readonly allowed: readonly string[];
  readonly required?: readonly string[];
  readonly modes?: readonly string[];
}

/** The options of each kind (ip-link(8), "link types"; ip-tuntap(8)). */
const optionsOf: Readonly<Record<InterfaceKind, KindOptions>> = {
  loopback: { allowed: [] },
  veth: { allowed: [] },
  dummy: { allowed: [] },
  physical: { allowed: [] },
  tun: { allowed: ['user', 'group'] },
  tap: { allowed: ['user', 'group'] },
  macvlan: {
    allowed: ['parent', 'mode'],
    required: ['parent'],
    modes: ['bridge', 'private', 'vepa', 'passthru', 'source'],
  },
  ipvlan: { allowed: ['parent', 'mode'], required: ['parent'], modes: ['l2', 'l3', 'l3s'] },
  vlan: { allowed: ['parent', 'id'], required: ['parent', 'id'] },
  vxlan: { allowed: ['id', 'remote', 'local', 'port', 'parent'], required: ['id'] },
};

/** An interface has the options of its kind, and those that its kind cannot do without. */
export const kindsHaveTheirOptions: Rule = function* (_topology, lab) {
  for (const { name, declared } of lab.scopes) {
    for (const settings of declared.interfaces) yield* checkOptions(settings, lab, name);
  }
};

function* checkOptions(
  { kind, name, options, path }: InterfaceDeclaration,
  lab: LabIndex,
  namespace: string | undefined,
): Iterable<Finding> {
  const { allowed, required = [], modes } = optionsOf[kind];
  for (const option of Object.keys(options)) {
    if (allowed.includes(option)) continue;
    const has =
      allowed.length === 0 ? l10n.t`it has no options of its own` : l10n.t`its options are ${quoteAll(allowed)}`;
    const message = l10n.t`\`${option}\` means nothing for ${describeKind(kind)}: ${has}.`;
    yield { code: 'option-of-other-kind', message, path: [...path, option], at: 'key', data: { key: option } };
  }
  for (const option of required) {
    if (option in options) continue;
    const value = option === 'parent' ? otherInterface(lab, namespace, name) : undefined;
    const message = l10n.t`A \`${kind}\` interface needs \`${option}\`.`;
    yield { code: 'missing-key', message, path, data: { key: option, value } };
  }
  const { mode, id } = options;
  if (modes !== undefined && typeof mode === 'string' && !modes.includes(mode)) {
    const message = l10n.t`The modes of \`${kind}\` are ${quoteAll(modes)}.`;
    yield { code: 'unknown-word', message, path: [...path, 'mode'] };
  }
  if (kind === 'vlan' && typeof id === 'number' && (id < 1 || id > 4094)) {
    yield {
      code: 'out-of-range',
      message: l10n.t`A VLAN's \`id\` must be from 1 to 4094; it is ${id}.`,
      path: [...path, 'id'],
    };
  }
}

/** The one interface of a namespace that another could stand on. */
function otherInterface(lab: LabIndex, namespace: string | undefined, name: string): string | undefined {
  const [first, ...others] = [...lab.originsIn(namespace).keys()].filter((one) => one !== name);
  return namespace === undefined || others.length > 0 ? undefined : first;
}

function describeKind(kind: InterfaceKind): string {
  if (kind === 'veth') return l10n.t`a link's end`;
  return kind === 'loopback' ? '`lo`' : l10n.t`a \`${kind}\` interface`;
}

/** `physical` moves an interface of the host into a namespace: in the root namespace it would move it nowhere. */
export const hostKeepsItsInterfaces: Rule = function* ({ host }) {
  for (const { kind, path } of host.interfaces) {
    if (kind !== 'physical') continue;
    const message = l10n.t`\`physical\` moves an interface of the host into a namespace; the host has its own already.`;
    yield { code: 'physical-on-host', message, path: [...path, 'kind'] };
  }
};

/** How the kernel and systemd name network cards (systemd.net-naming-scheme(7)), and what else is always taken. */
const cardName = /^(lo|eth[0-9]+|wlan[0-9]+|(en|wl|ww|ib)(o[0-9]+|s[0-9]+|p[0-9]+s[0-9]+|x[0-9a-f]{12}).*)$/;

/** What the lab makes in the root namespace must not take the name of a network card: it would take its place. */
export const networkCardsAreSafe: Rule = function* ({ host }, lab) {
  const made = [...lab.originsIn(undefined)].flatMap(([name, origins]) => origins.map(({ path }) => ({ name, path })));
  for (const { name, path } of made) {
    if (!cardName.test(name)) continue;
    const what = name === 'lo' ? l10n.t`the host's loopback interface` : l10n.t`a network card of the host`;
    const isEntry = host.interfaces.some((settings) => settings.path === path && makesItself(settings));
    const message = l10n.t`\`${name}\` is the name of ${what}; the lab cannot make an interface of that name there.`;
    yield { code: 'takes-over-nic', message, path, ...(isEntry && { at: 'key' as const }), data: { name } };
  }
};

/** A MAC address of an interface is of one station: not of a group, not empty (IEEE 802, the I/G bit). */
export const macAddressesAreOfOneStation: Rule = function* ({ bridges }, lab) {
  for (const { mac, path } of [...bridges, ...lab.scopes.flatMap(({ declared }) => declared.interfaces)]) {
    if (mac === undefined || !/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac)) continue;
    const isGroup = Number.parseInt(mac.slice(0, 2), 16) % 2 === 1;
    if (!isGroup && mac !== '00:00:00:00:00:00') continue;
    const why = isGroup
      ? l10n.t`is a group address: the first byte must be even, such as \`02\``
      : l10n.t`is no address at all`;
    // The same address, of one station and not given by a maker (IEEE 802, the U/L bit).
    const first = ((Number.parseInt(mac.slice(0, 2), 16) & 0xfe) | 2).toString(16).padStart(2, '0');
    const data = { suggestion: isGroup ? first + mac.slice(2) : undefined, key: isGroup ? undefined : 'mac' };
    yield { code: 'mac-not-of-one-station', message: l10n.t`\`${mac}\` ${why}.`, path: [...path, 'mac'], data };
  }
};
