import type { Command } from '../base/command';
import { quoteArgument } from '../base/shell-quote';
import { rootNamespace, type ObservedLink } from '../host/model';
import { ip, shell } from './commands';
import type { PhysicalState } from './manifest';
import type { Planning } from './planning';
import { observedMaster, plug } from './plugging';
import { addressCommand, isAssigned, routeCommand, routesThrough } from './restore';

/** How an interface of the host is before it is moved into a namespace, and how it becomes so again. */

/** What of an interface's state does not survive the move. */
export function stateBefore({ snapshot, manifest }: Planning, link: ObservedLink): PhysicalState {
  const { mtu, mac, alias, addresses, name } = link;
  // As a port of the lab's own bridge it is not what it was.
  const port = manifest.ports.find((record) => record.namespace === undefined && record.name === name);
  const isPort = port !== undefined && port.bridge === link.master;
  const master = isPort ? port.before : link.master;
  return {
    up: link.up && !(isPort && port.wasDown === true),
    mtu,
    ...(mac === undefined ? {} : { mac }),
    ...(alias === undefined ? {} : { alias }),
    ...(master === undefined ? {} : { master }),
    // What routers announced comes again by itself.
    addresses: addresses.filter((address) => isAssigned(address) && address.isAnnounced !== true),
    routes: routesThrough(rootNamespace(snapshot), name),
  };
}

/**
 * Gives an interface back to the host. The root namespace has no name; it is that of the shell that says so, which may be
 * another than process 1's (the host may be a container).
 */
export function giveBackCommand(namespace: string, name: string): Command {
  return { argv: ['sh', '-c', `ip -n ${quoteArgument(namespace)} link set dev ${quoteArgument(name)} netns $$`] };
}

/** Makes an interface that lies bare in the root namespace what it was. Nothing of it fails over what is so already. */
export function restoreOnHost(planning: Planning, name: string, before: PhysicalState): Command[] {
  const { up, mtu, mac, alias = '', master: masterName, addresses, routes } = before;
  const root = rootNamespace(planning.snapshot);
  const master = root.links.some((link) => link.name === masterName) ? observedMaster(root, masterName) : undefined;
  const words = [
    ...(mac === undefined ? [] : ['address', mac]),
    ...['mtu', String(mtu), 'alias', alias],
    ...(master?.isOpenVswitch === false ? ['master', master.name] : []),
    up ? 'up' : 'down',
  ];
  return [
    forgetSysctls(planning.lab, name),
    ip(undefined, 'link', 'set', 'dev', name, ...words),
    ...(master?.isOpenVswitch === true ? plug({ name }, master) : []),
    ...addresses.map((address) => addressCommand(undefined, name, 'replace', address)),
    ...(up ? routes.map((route) => routeCommand(undefined, 'replace', { ...route, dev: name })) : []),
  ];
}

function sysctlFile(lab: string, name: string): string {
  return quoteArgument(`/run/netns-topology/labs/${lab}/physical/${name}.sysctls`);
}

/**
 * Remembers on the host the kernel parameters of an interface: there are some hundred, and nobody else needs to know them.
 * What is remembered already stays: it is from before the interface was moved.
 */
export function keepSysctls(lab: string, name: string): Command {
  const file = sysctlFile(lab, name);
  const directories = ['ipv4/conf', 'ipv6/conf', 'ipv4/neigh', 'ipv6/neigh'];
  const globs = directories.map((directory) => `/proc/sys/net/${directory}/${quoteArgument(name)}/*`);
  return shell(
    [
      `# Remember the kernel parameters of ${name}.`,
      `[ ! -e ${file} ] || exit 0`,
      `mkdir -p "$(dirname ${file})"`,
      `grep -s '' /dev/null ${globs.join(' ')} >${file} || :`,
    ].join('\n'),
  );
}

/** Sets those that differ as they were, and forgets them. Some cannot be written; these the kernel sets itself. */
export function forgetSysctls(lab: string, name: string): Command {
  const file = sysctlFile(lab, name);
  return shell(
    [
      `# Set the kernel parameters of ${name} as they were.`,
      `[ -e ${file} ] || exit 0`,
      'while IFS=: read -r path value; do',
      '  [ "$(cat "$path" 2>/dev/null)" = "$value" ] || printf "%s\\n" "$value" 2>/dev/null >"$path" || :',
      `done <${file}`,
      `rm -f ${file}`,
      `rmdir "$(dirname ${file})" 2>/dev/null || :`,
    ].join('\n'),
  );
}
