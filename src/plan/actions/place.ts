import * as l10n from '@vscode/l10n';
import type { Command } from '../../base/command';
import { NetnsError } from '../../base/errors';
import type { ObservedNamespace } from '../../host/model';

/** How the tools get into a namespace: not at all, by its name under /run/netns, or through a process that lives in it. */
export type Place =
  | { readonly type: 'root' }
  | { readonly type: 'named'; readonly name: string }
  | { readonly type: 'process'; readonly pid: number };

/**
 * The way into an observed namespace.
 *
 * @throws NetnsError `unsupported` for one that has no name and no process by which it could be entered.
 */
export function placeOfNamespace(namespace: ObservedNamespace): Place {
  if (namespace.isRoot) return { type: 'root' };
  if (namespace.name !== undefined) return { type: 'named', name: namespace.name };
  const [process] = namespace.processes;
  if (process !== undefined) return { type: 'process', pid: process.pid };
  throw new NetnsError(
    'unsupported',
    l10n.t`Namespace net:[${namespace.id}] has no name, and no process lives in it.`,
    {
      advice: l10n.t`Give it a name on the host with \`ip netns attach\`, or start something in it.`,
    },
  );
}

/**
 * A command written for the root namespace, as it is typed for another place: `ip -n earth …` for iproute2's own, `ip netns
 * exec earth …` for everything else. A namespace without a name is entered by nsenter(1), which gives it no files of its own.
 */
export function placed(place: Place, command: Command): Command {
  switch (place.type) {
    case 'root':
      return command;
    case 'named': {
      const [program, ...rest] = command.argv;
      const hasOption = program === 'ip' || program === 'tc' || program === 'bridge';
      const argv = hasOption
        ? [program, '-n', place.name, ...rest]
        : ['ip', 'netns', 'exec', place.name, ...command.argv];
      return { ...command, argv };
    }
    case 'process':
      return { ...command, argv: ['nsenter', `--net=/proc/${place.pid}/ns/net`, ...command.argv] };
  }
}

/** As `placed`, also for `ip`: what runs inside sees the namespace's own /sys and /etc/netns files. */
export function inside(place: Place, command: Command): Command {
  if (place.type !== 'named') return placed(place, command);
  return { ...command, argv: ['ip', 'netns', 'exec', place.name, ...command.argv] };
}
