import * as l10n from '@vscode/l10n';
import type { ObservedLink } from '../../host/model';
import type { TopologyFile } from '../../topology/generated/topology-file';
import { isAssigned, bridgeOptions } from '../restore';
import { defaultBridgeOptions, defaultMtu } from '../manifest';
import { parentOf } from '../cables';
import { observedImpairment, printImpairment } from '../impairment';
import { observedSettings } from '../open-vswitch';
import { observedKind, observedOptions } from '../own-kinds';
import { deviceKey } from '../planning';
import { printed, type Cable, type Device, type Selection } from './selection';

type Entry<T> = NonNullable<T>;
export type InterfaceEntry = Entry<Entry<Entry<TopologyFile['namespaces']>[string]>['interfaces']>[string];
export type BridgeEntry = Entry<TopologyFile['bridges']>[string];
export type LinkEntry = Entry<TopologyFile['links']>[number];

type CommonEntry = Pick<Entry<InterfaceEntry>, 'addresses' | 'mtu' | 'mac' | 'up'>;

/** Whether somebody chose the MAC address of an interface. */
export type HasChosenMac = (device: Device) => boolean;

/** What any interface of a file may have. */
export function commonEntry(
  { link, ref }: Device,
  { mac, mtu, leftOut }: { readonly mac: boolean; readonly mtu: number | undefined; readonly leftOut: string[] },
): CommonEntry {
  const addresses = link.addresses.filter((address) => isAssigned(address) && address.isAnnounced !== true);
  for (const { cidr, peer } of addresses) {
    if (peer !== undefined)
      leftOut.push(l10n.t`address ${cidr} peer ${peer} of ${printed(ref)}: files have no addresses with a peer.`);
  }
  const own = addresses.filter(({ peer }) => peer === undefined).map(({ cidr }) => cidr);
  return {
    ...(own.length === 0 ? {} : { addresses: own }),
    ...(mtu === undefined || link.mtu === mtu ? {} : { mtu: link.mtu }),
    ...(mac && link.mac !== undefined ? { mac: link.mac } : {}),
    ...(link.up ? {} : { up: false }),
  };
}

/** An interface that stands by itself. */
export function ownEntry(
  device: Device,
  selection: Selection,
  hasMac: HasChosenMac,
  leftOut: string[],
): Entry<InterfaceEntry> {
  const { link, ref } = device;
  const kind = observedKind(link);
  const parent = parentOf(selection.snapshot, ref.namespace, link);
  const options = observedOptions(link) ?? {};
  const number = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);
  const usual: Readonly<Record<string, string>> =
    kind === 'vxlan'
      ? { port: '4789' }
      : kind === 'macvlan'
        ? { mode: 'bridge' }
        : kind === 'ipvlan'
          ? { mode: 'l2' }
          : {};
  const written = Object.entries(options).filter(([key, value]) => usual[key] !== value);
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(parent === undefined ? {} : { parent: parent.name }),
    ...Object.fromEntries(written.map(([key, value]) => [key, number(value)])),
    ...commonEntry(device, {
      // An IPVLAN has its parent's.
      mac: kind !== 'ipvlan' && kind !== 'tun' && hasMac(device),
      mtu: mtuByItself(selection, device),
      leftOut,
    }),
  };
}

/** What the kernel gives it when nothing is said: its parent's, less what a tunnel's headers take (include/net/vxlan.h). */
function mtuByItself({ snapshot }: Selection, { link, ref }: Device): number | undefined {
  const parent = parentOf(snapshot, ref.namespace, link);
  if (parent === undefined) return defaultMtu;
  const place = snapshot.namespaces.find(({ name, isRoot }) =>
    parent.namespace === undefined ? isRoot : name === parent.namespace,
  );
  const mtu = place?.links.find(({ name }) => name === parent.name)?.mtu;
  if (mtu === undefined || link.kind !== 'vxlan') return mtu;
  const { remote, local } = observedOptions(link) ?? {};
  return mtu - ([remote, local].some((address) => address?.includes(':') === true) ? 70 : 50);
}

export function bridgeEntry(
  device: Device,
  ports: readonly string[],
  hasMac: HasChosenMac,
  leftOut: string[],
): Entry<BridgeEntry> {
  const { link, ref } = device;
  return {
    ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
    ...(link.kind === 'openvswitch' ? openVswitchOptions(link) : linuxOptions(link)),
    ...commonEntry(device, {
      mac: link.kind === 'bridge' && hasMac(device),
      // Open vSwitch follows the ports unless it is told otherwise.
      mtu: link.kind === 'openvswitch' ? undefined : defaultMtu,
      leftOut,
    }),
    ...(ports.length === 0 ? {} : { ports: [...ports] }),
  };
}

function linuxOptions(link: ObservedLink): Entry<BridgeEntry> {
  const options = bridgeOptions(link);
  const differs = (key: string): string | undefined => {
    const value = options[key];
    return value === undefined || value === defaultBridgeOptions[key] ? undefined : value;
  };
  const [stp, filtering, snooping] = [differs('stp_state'), differs('vlan_filtering'), differs('mcast_snooping')];
  const [ageing, delay] = [differs('ageing_time'), differs('forward_delay')];
  return {
    ...(stp === undefined ? {} : { stp: stp !== '0' }),
    ...(filtering === undefined ? {} : { 'vlan-filtering': filtering !== '0' }),
    ...(snooping === undefined ? {} : { 'multicast-snooping': snooping !== '0' }),
    // The kernel counts hundredths of a second.
    ...(ageing === undefined ? {} : { 'ageing-time': Number(ageing) / 100 }),
    ...(delay === undefined ? {} : { 'forward-delay': Number(delay) / 100 }),
  };
}

function openVswitchOptions(link: ObservedLink): Entry<BridgeEntry> {
  const settings = observedSettings(link);
  const number = (
    key: 'other-config:mac-aging-time' | 'other-config:stp-forward-delay' | 'mtu_request',
  ): number | undefined => (settings[key] === undefined ? undefined : Number(settings[key]));
  const [ageing, delay, mtu] = [
    number('other-config:mac-aging-time'),
    number('other-config:stp-forward-delay'),
    number('mtu_request'),
  ];
  return {
    kind: 'openvswitch',
    ...(settings.datapath_type === 'netdev' ? { datapath: 'netdev' } : {}),
    ...(settings.stp_enable === 'true' ? { stp: true } : {}),
    ...(settings.mcast_snooping_enable === 'true' ? { 'multicast-snooping': true } : {}),
    ...(ageing === undefined ? {} : { 'ageing-time': ageing }),
    ...(delay === undefined ? {} : { 'forward-delay': delay }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(settings['other-config:hwaddr'] === undefined ? {} : { mac: settings['other-config:hwaddr'] }),
  };
}

/** A cable as a link of the file; whether its ends are down stands with them. */
export function linkEntry([a, b]: Cable, { devices }: Selection, leftOut: string[]): LinkEntry {
  const impair = impairEntry(a, b, leftOut);
  return {
    endpoints: [endpoint(a, devices), endpoint(b, devices)],
    ...(Object.keys(impair).length === 0 ? {} : { impair }),
  };
}

function endpoint({ link, ref }: Device, devices: Selection['devices']): LinkEntry['endpoints'][number] {
  const master = link.master === undefined ? undefined : devices.get(deviceKey({ ...ref, name: link.master }));
  if (master === undefined) return printed(ref);
  const text = `${master.link.name}:${link.name}`;
  const isOpenVswitch = master.link.kind === 'openvswitch';
  const { untagged, tagged = [] } = link.vlans ?? {};
  // What a port of a Linux bridge has by itself: `default_pvid` 1.
  const isUsual = link.vlans === undefined || (!isOpenVswitch && untagged === 1 && tagged.length === 0);
  if (isUsual) return text;
  return {
    endpoint: text,
    ...(untagged === undefined ? {} : { vlan: untagged }),
    ...(tagged.length === 0 ? {} : { trunk: [...tagged] }),
  };
}

/** What travels towards one end leaves by the other. */
function impairEntry(a: Device, b: Device, leftOut: string[]): NonNullable<LinkEntry['impair']> {
  const [toB, toA] = [a, b].map(({ link, ref }) => {
    if (link.qdisc === undefined) return {};
    const impairment = observedImpairment(link.qdisc);
    if (impairment === undefined) {
      leftOut.push(l10n.t`queueing discipline ${link.qdisc.kind} of ${printed(ref)}: files know netem and tbf only.`);
    }
    return printImpairment(impairment ?? {});
  });
  if (JSON.stringify(toA) === JSON.stringify(toB)) return { ...toA };
  return {
    ...(Object.keys(toA ?? {}).length === 0 ? {} : { 'to-a': { ...toA } }),
    ...(Object.keys(toB ?? {}).length === 0 ? {} : { 'to-b': { ...toB } }),
  };
}
