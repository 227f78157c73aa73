import * as l10n from '@vscode/l10n';
import { lookup } from '../base/lookup';
import { quoteArgument } from '../base/shell-quote';
import type { Command } from '../base/command';
import { findNamespace } from '../host/model';
import { shell } from './commands';
import type { Desired } from './desired';
import type { NameserversRecord } from './manifest';
import { objectRef, type Planning } from './planning';

/**
 * Writes /etc/netns/NAME/resolv.conf, which `ip netns exec` lays over /etc/resolv.conf (ip-netns(8)). What the lab wrote is the
 * lab's, also where somebody has written something else into it since: that is drift.
 */
export function planNameservers(planning: Planning, desired: Desired): void {
  for (const wanted of desired.nameservers) {
    const recorded = recordOf(planning, wanted.namespace);
    const observed = planning.namespace(wanted.namespace);
    const isSame = recorded?.addresses.join() === wanted.addresses.join();
    if (observed !== undefined && isSame && observed.resolvConf === textOf(planning.lab, wanted)) continue;
    const there = recorded === undefined ? undefined : observed?.resolvConf;
    planning.addStep('nameservers', {
      action: there === undefined ? 'create' : 'change',
      object: objectRef('nameservers', wanted.namespace, wanted.namespace),
      why:
        there !== undefined ? inWords(there) : recorded === undefined ? l10n.t`not set yet` : l10n.t`no longer there`,
      run: [
        there === undefined ? write(planning.lab, wanted) : overwrite(wanted.namespace, textOf(planning.lab, wanted)),
      ],
      undo: [undoOf(planning.lab, wanted.namespace, there, observed === undefined ? recorded : undefined)],
      path: wanted.path,
    });
  }
  const kept = new Set(desired.nameservers.map(({ namespace }) => namespace));
  for (const recorded of planning.manifest.nameservers) {
    if (kept.has(recorded.namespace)) continue;
    planning.addStep('removeNameservers', {
      action: 'remove',
      object: objectRef('nameservers', recorded.namespace, recorded.namespace),
      why: l10n.t`set by this lab and no longer wanted`,
      run: [remove(planning.lab, recorded.namespace)],
      undo: [write(planning.lab, recorded)],
    });
  }
}

/** What was there stands there again; of a namespace that is gone its record says what that was. */
function undoOf(
  lab: string,
  namespace: string,
  there: string | undefined,
  recorded: NameserversRecord | undefined,
): Command {
  if (there !== undefined) return overwrite(namespace, there);
  return recorded === undefined ? remove(lab, namespace) : write(lab, recorded);
}

/** Of the name servers that a lab has set those that are not any more as it set them. */
export function changedNameservers({ lab, snapshot, manifest }: Planning): NameserversRecord[] {
  return manifest.nameservers.filter((record) => {
    const namespace = findNamespace(snapshot, record.namespace);
    return namespace !== undefined && namespace.resolvConf !== textOf(lab, record);
  });
}

/** `are 1.1.1.1, 8.8.8.8` of a resolv.conf(5). */
function inWords(text: string): string {
  const addresses = [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map(([, address = '']) => address);
  return addresses.length === 0 ? l10n.t`name none` : `are ${addresses.slice(0, 3).join(', ')}`;
}

const findRecord = lookup(({ namespace }: NameserversRecord) => namespace);

function recordOf(planning: Planning, namespace: string): NameserversRecord | undefined {
  return findRecord(planning.manifest.nameservers, namespace);
}

function firstLine(lab: string): string {
  return `# Written by Netns Topology for lab ${lab}.`;
}

function paths(namespace: string): { directory: string; file: string } {
  const directory = `/etc/netns/${namespace}`;
  return { directory: quoteArgument(directory), file: quoteArgument(`${directory}/resolv.conf`) };
}

/** Never over a file that somebody else wrote. */
function write(lab: string, record: NameserversRecord): Command {
  const { directory, file } = paths(record.namespace);
  return shell(
    [
      `if [ -e ${file} ] && ! grep -qxF ${quoteArgument(firstLine(lab))} ${file}; then`,
      `  echo ${file} 'is already there, written by someone else.' >&2`,
      '  exit 1',
      'fi',
      `mkdir -p ${directory}`,
      print(textOf(lab, record), file),
    ].join('\n'),
  );
}

/** Over what stands there, also where that is not what we wrote. */
function overwrite(namespace: string, text: string): Command {
  const { directory, file } = paths(namespace);
  return shell([`mkdir -p ${directory}`, print(text, file)].join('\n'));
}

function print(text: string, file: string): string {
  return `printf '%s\\n' ${text.trimEnd().split('\n').map(quoteArgument).join(' ')} >${file}`;
}

function textOf(lab: string, { addresses }: NameserversRecord): string {
  return [firstLine(lab), ...addresses.map((address) => `nameserver ${address}`), ''].join('\n');
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
