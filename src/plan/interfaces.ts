import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import { lookup } from '../base/lookup';
import type { ObservedLink, ObservedNamespace } from '../host/model';
import { ip } from './commands';
import { parentOf } from './cables';
import type { Desired, DesiredInterface } from './desired';
import { changeEnd, plugInto, pullOut, refuseTaken, setUp } from './devices';
import { defaultMtu, type DeviceRef, type InterfaceRecord, type OwnKind } from './manifest';
import {
  differingOptions,
  isChangeable,
  kernelKind,
  observedKind,
  observedOptions,
  optionWords,
  type KindOptions,
} from './own-kinds';
import { deviceKey, deviceName, objectRef, type Planning } from './planning';
import { restoreLink } from './restore';

/** Creates the interfaces that are missing and mends those that differ. */
export function planInterfaces(planning: Planning, desired: Desired): void {
  for (const wanted of desired.interfaces) {
    const observed = planning.link(wanted);
    if (!hasParent(planning, desired, wanted)) continue;
    if (observed === undefined) create(planning, wanted);
    else if (!planning.isOurs(observed)) refuseTaken(planning, wanted, observed, wanted.path);
    else {
      changeOptions(planning, wanted, observed);
      changeEnd(planning, wanted, observed, { mtuByItself: () => mtuByItself(planning, desired, wanted) });
    }
  }
}

/** Refuses an interface whose parent is neither in the file nor on the host. */
function hasParent(planning: Planning, desired: Desired, { parent, path, ...ref }: DesiredInterface): boolean {
  if (parent === undefined || desired.devices.has(deviceKey(parent)) || planning.link(parent) !== undefined)
    return true;
  const message = l10n.t`There is no interface ${deviceName(parent)} on the host for ${deviceName(ref)} to stand on.`;
  planning.refuse(
    'invalidTopology',
    message,
    [...path, 'parent'],
    l10n.t`Name an interface of the file or of the host.`,
  );
  return false;
}

function create(planning: Planning, wanted: DesiredInterface): void {
  const { parent } = wanted;
  const replaces = planning.replacement(wanted);
  planning.addStep('interfaces', {
    action: replaces === undefined ? 'create' : 'replace',
    object: objectRef('interface', deviceName(wanted), wanted.namespace),
    why: replaces ?? l10n.t`not on the host yet`,
    run: [
      addInterface(wanted, wanted.kind, wanted.options, parent),
      setUp(planning, wanted, wanted),
      ...plugInto(wanted),
    ],
    undo: [...pullOut(wanted), ip(wanted.namespace, 'link', 'del', 'dev', wanted.name)],
    path: wanted.path,
  });
}

/**
 * `ip link add link eth0 name mv0 netns blue type macvlan mode bridge`, `ip tuntap add … mode tap user root` (ip-link(8),
 * ip-tuntap(8)). The command runs where the parent lies, and puts the interface where it belongs.
 */
function addInterface(ref: DeviceRef, kind: OwnKind, options: KindOptions, parent: DeviceRef | undefined): Command {
  const { namespace, name } = ref;
  if (kind === 'tun' || kind === 'tap') {
    return ip(namespace, 'tuntap', 'add', 'dev', name, 'mode', kind, ...optionWords(kind, options));
  }
  const from = parent === undefined ? namespace : parent.namespace;
  const place = from === namespace || namespace === undefined ? [] : ['netns', namespace];
  // A VXLAN interface names its parent among its options.
  const [below, within] =
    parent === undefined ? [[], []] : kind === 'vxlan' ? [[], ['dev', parent.name]] : [['link', parent.name], []];
  const words = ['name', name, ...place, 'type', kernelKind(kind), ...optionWords(kind, options), ...within];
  return ip(from, 'link', 'add', ...below, ...words);
}

function changeOptions(planning: Planning, wanted: DesiredInterface, observed: ObservedLink): void {
  const now = comparedOptions(planning, wanted, observed);
  const different = differingOptions(now, wanted.options);
  if (different.length === 0) return;
  const set = (options: KindOptions): Command => {
    const changed = Object.fromEntries(different.map((key) => [key, options[key] ?? '']));
    const words = ['type', kernelKind(wanted.kind), ...optionWords(wanted.kind, changed)];
    return ip(wanted.namespace, 'link', 'set', 'dev', wanted.name, ...words);
  };
  planning.addStep('settings', {
    action: 'change',
    object: objectRef('interface', deviceName(wanted), wanted.namespace),
    why: differenceInWords(different, now, wanted.options),
    run: [set(wanted.options)],
    undo: [set(now)],
    path: wanted.path,
  });
}

function differenceInWords(keys: readonly string[], now: KindOptions, wanted: KindOptions): string {
  return keys
    .map((key) => l10n.t`${key} is ${now[key] ?? l10n.t`not set`}, should be ${wanted[key] ?? l10n.t`not set`}`)
    .join('; ');
}

/**
 * Why what is there cannot become what is wanted: its kind, its parent and most options an interface has from birth.
 * Undefined if it can.
 */
export function whyReplaced(planning: Planning, wanted: DesiredInterface, observed: ObservedLink): string | undefined {
  const kind = observedKind(observed);
  if (kind !== wanted.kind) return l10n.t`is of kind ${kind ?? observed.kind}, should be ${wanted.kind}`;
  const parent = parentOf(planning.snapshot, wanted.namespace, observed);
  const [stands, shouldStand] = [parent, wanted.parent].map((ref) => (ref === undefined ? undefined : deviceName(ref)));
  if (stands !== shouldStand)
    return l10n.t`stands on ${stands ?? l10n.t`nothing known`}, should stand on ${shouldStand ?? l10n.t`nothing`}`;
  const now = comparedOptions(planning, wanted, observed);
  const different = differingOptions(now, wanted.options);
  const fixed = different.filter((key) => !isChangeable(wanted.kind, key, now, wanted.options));
  return fixed.length === 0 ? undefined : differenceInWords(fixed, now, wanted.options);
}

const findRecord = lookup<InterfaceRecord, string>(deviceKey);

/**
 * The options that an interface has. Who may open a TUN device, the kernel's own account says by name where the file may
 * have a number, so there it goes by the record.
 */
function comparedOptions(planning: Planning, wanted: DesiredInterface, observed: ObservedLink): KindOptions {
  if (wanted.kind === 'tun' || wanted.kind === 'tap') {
    const record = findRecord(planning.manifest.interfaces, deviceKey(wanted));
    return record === undefined ? wanted.options : record.options;
  }
  return observedOptions(observed) ?? {};
}

/** What the kernel gives such an interface when nothing is said: its parent's, less what a tunnel's headers take. */
function mtuByItself(
  planning: Planning,
  desired: Desired,
  { kind, parent, options }: DesiredInterface,
): number | undefined {
  if (parent === undefined) return defaultMtu;
  const mtu = desired.devices.get(deviceKey(parent))?.mtu ?? planning.link(parent)?.mtu;
  if (mtu === undefined || kind !== 'vxlan') return mtu;
  // VXLAN_HEADROOM and VXLAN6_HEADROOM in include/net/vxlan.h.
  return mtu - ([options['remote'], options['local']].some((address) => address?.includes(':')) ? 70 : 50);
}

/** Brings a removed interface back as it was. */
export function restoreInterface(
  planning: Planning,
  namespace: ObservedNamespace,
  link: ObservedLink,
  kind: OwnKind,
): Command[] {
  const ref = namespace.name === undefined ? { name: link.name } : { namespace: namespace.name, name: link.name };
  const parent = parentOf(planning.snapshot, namespace.name, link);
  return [addInterface(ref, kind, observedOptions(link) ?? {}, parent), ...restoreLink(namespace, link)];
}

/** What the manifest remembers of them. */
export function interfaceRecords(desired: Desired): InterfaceRecord[] {
  return desired.interfaces.map(({ namespace, name, kind, options }) => ({
    ...(namespace === undefined ? {} : { namespace }),
    name,
    kind,
    options,
  }));
}
