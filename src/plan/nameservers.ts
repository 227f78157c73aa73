import { quoteArgument } from '../base/shell-quote';
import type { Command } from '../base/command';
import { shell } from './commands';
import type { Desired } from './desired';
import type { NameserversRecord } from './manifest';
import { objectRef, type Planning } from './planning';

/** Writes /etc/netns/NAME/resolv.conf, which `ip netns exec` lays over /etc/resolv.conf (ip-netns(8)). */
export function planNameservers(planning: Planning, desired: Desired): void {
  for (const wanted of desired.nameservers) {
    const recorded = recordOf(planning, wanted.namespace);
    const isThere = planning.namespace(wanted.namespace) !== undefined;
    if (isThere && recorded?.addresses.join() === wanted.addresses.join()) continue;
    planning.addStep('nameservers', {
      action: recorded === undefined ? 'create' : 'change',
      object: objectRef('nameservers', wanted.namespace, wanted.namespace),
      why: recorded === undefined ? 'not set yet' : `were ${recorded.addresses.join(', ')}`,
      run: [write(planning.lab, wanted)],
      undo: [recorded === undefined ? remove(planning.lab, wanted.namespace) : write(planning.lab, recorded)],
      path: wanted.path,
    });
  }
  for (const recorded of planning.manifest.nameservers) {
    if (desired.nameservers.some(({ namespace }) => namespace === recorded.namespace)) continue;
    planning.addStep('removeNameservers', {
      action: 'remove',
      object: objectRef('nameservers', recorded.namespace, recorded.namespace),
      why: 'set by this lab and no longer wanted',
      run: [remove(planning.lab, recorded.namespace)],
      undo: [write(planning.lab, recorded)],
    });
  }
}

function recordOf(planning: Planning, namespace: string): NameserversRecord | undefined {
  return planning.manifest.nameservers.find((record) => record.namespace === namespace);
}

function firstLine(lab: string): string {
  return `# Written by Netns Topology for lab ${lab}.`;
}

function paths(namespace: string): { directory: string; file: string } {
  const directory = `/etc/netns/${namespace}`;
  return { directory: quoteArgument(directory), file: quoteArgument(`${directory}/resolv.conf`) };
}

/** Never over a file that somebody else wrote. */
function write(lab: string, { namespace, addresses }: NameserversRecord): Command {
  const { directory, file } = paths(namespace);
  const lines = [firstLine(lab), ...addresses.map((address) => `nameserver ${address}`)];
  return shell(
    [
      `if [ -e ${file} ] && ! grep -qxF ${quoteArgument(firstLine(lab))} ${file}; then`,
      `  echo ${file} 'is already there, written by someone else.' >&2`,
      '  exit 1',
      'fi',
      `mkdir -p ${directory}`,
      `printf '%s\\n' ${lines.map(quoteArgument).join(' ')} >${file}`,
    ].join('\n'),
  );
}

function remove(lab: string, namespace: string): Command {
  const { directory, file } = paths(namespace);
  return shell(
    [
      `if grep -qsxF ${quoteArgument(firstLine(lab))} ${file}; then rm -f ${file}; fi`,
      `rmdir -p ${directory} 2>/dev/null || :`,
    ].join('\n'),
  );
}
