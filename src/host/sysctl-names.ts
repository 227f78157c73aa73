import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';

/** Read in every namespace, whoever asks. */
export const alwaysReadSysctls: readonly string[] = [
  'net.ipv4.ip_forward',
  'net.ipv4.conf.all.rp_filter',
  'net.ipv4.conf.default.rp_filter',
  'net.ipv6.conf.all.forwarding',
  'net.ipv6.conf.all.disable_ipv6',
  'net.ipv6.conf.default.disable_ipv6',
  'net.bridge.bridge-nf-call-iptables',
  'net.bridge.bridge-nf-call-ip6tables',
];

/**
 * The path of a sysctl below /proc/sys. As in sysctl(8), `.` separates, and a `/` stands for a dot inside a name:
 * `net.ipv4.conf.eth0/100.forwarding` is `net/ipv4/conf/eth0.100/forwarding`. A name whose first
 * separator is `/` is the path already.
 *
 * @throws NetnsError `internal` for a name outside `net.`, the only ones that belong to a network namespace.
 */
export function sysctlPath(name: string): string {
  const path = name.startsWith('net/') ? name : name.replace(/[./]/g, (c) => (c === '.' ? '/' : '.'));
  const words = path.split('/');
  if (words[0] !== 'net' || words.some((word) => word === '' || word === '.' || word === '..') || /[\0\s]/.test(path)) {
    throw new NetnsError('internal', l10n.t`${JSON.stringify(name)} is not the name of a network sysctl.`);
  }
  return path;
}

/** A parameter of one interface (or `all`, `default`) for IPv4; a dot in the interface's name is written as a slash. */
export function interfaceSysctl(device: string, name: string): string {
  return `net.ipv4.conf.${device.replaceAll('.', '/')}.${name}`;
}

/** The parameter that lets packets of 127.0.0.0/8 pass by an interface. */
export function localnetSysctl(device: string): string {
  return interfaceSysctl(device, 'route_localnet');
}

/** The interface of such a parameter's name; undefined for any other. */
export function localnetDeviceOf(sysctl: string): string | undefined {
  return /^net\.ipv4\.conf\.([^.]+)\.route_localnet$/.exec(sysctl)?.[1]?.replaceAll('/', '.');
}
