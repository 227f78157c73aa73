import * as l10n from '@vscode/l10n';
import { printCommand, type Command } from '../../base/command';
import { NetnsError } from '../../base/errors';
import { quoteArgument, quoteText } from '../../base/shell-quote';
import type { HostSnapshot } from '../../host/model';
import type { ImpairmentDeclaration } from '../../topology/model';
import { shell, tc } from '../commands';
import { impairmentInWords, observedImpairment, qdiscWords, readImpairment, type Impairment } from '../impairment';
import { restoreQdisc } from '../impairments';
import type { Step } from '../model';
import { objectRef } from '../planning';
import { here, linkName, namespaceName, type OfLink } from './things';

const patterns: Readonly<Record<keyof ImpairmentDeclaration, RegExp>> = {
  delay: /^\d+(\.\d+)?(us|ms|s)$/,
  jitter: /^\d+(\.\d+)?(us|ms|s)$/,
  loss: /^(100(\.0+)?|\d{1,2}(\.\d+)?)%$/,
  duplicate: /^(100(\.0+)?|\d{1,2}(\.\d+)?)%$/,
  reorder: /^(100(\.0+)?|\d{1,2}(\.\d+)?)%$/,
  corrupt: /^(100(\.0+)?|\d{1,2}(\.\d+)?)%$/,
  rate: /^\d+(\.\d+)?(bit|kbit|mbit|gbit)$/,
};

/**
 * Reads what a person writes of an impairment, in the words of a topology file: `delay 50ms jitter 10ms loss 1% rate 10mbit`.
 *
 * @returns the impairment, or a sentence that says what is wrong.
 */
export function readImpairmentText(text: string): Impairment | string {
  const words = text
    .trim()
    .split(/[\s,:]+/)
    .filter((word) => word !== '');
  const found: Record<string, string> = {};
  while (words.length > 0) {
    const [key = '', value = ''] = words.splice(0, 2);
    const pattern = Object.hasOwn(patterns, key) ? patterns[key as keyof ImpairmentDeclaration] : undefined;
    if (pattern === undefined) return l10n.t`“${key}” is none of ${Object.keys(patterns).join(', ')}.`;
    if (!pattern.test(value)) return l10n.t`“${key}” wants a value such as ${key} ${exampleOf(key)}.`;
    found[key] = value;
  }
  const impairment = readImpairment(found);
  if (impairment === undefined) return l10n.t`Write what it does, for example: delay 50ms loss 1%`;
  if ((impairment.jitter ?? 0) > 0 && impairment.delay === undefined)
    return l10n.t`“jitter” needs a delay that it varies.`;
  if ((impairment.reorder ?? 0) > 0 && impairment.delay === undefined)
    return l10n.t`“reorder” needs a delay to overtake in.`;
  return impairment;
}

function exampleOf(key: string): string {
  if (key === 'rate') return '10mbit';
  return key === 'delay' || key === 'jitter' ? '20ms' : '1%';
}

/** What a kernel without netem can do of it: hold a rate, by tbf. */
export function lacksNetem({ missingKinds = [] }: HostSnapshot): boolean {
  return missingKinds.includes('netem');
}

/** How an interface's packets fare on their way out, as it was observed; undefined: as usual. */
export function impairmentOf({ link: { qdisc } }: OfLink): Impairment | undefined {
  return qdisc === undefined ? undefined : observedImpairment(qdisc);
}

/** How long an impairment lasts where a timer ends it, in seconds. */
export const longestTimer = 24 * 60 * 60;

/**
 * Impairs what an interface sends.
 *
 * @param seconds after which the host itself ends it, whether we are there or not; undefined: it stays
 * @throws NetnsError `unsupported` where the kernel cannot, `missingTool` without tc, `conflict` for a discipline of others
 */
export function impair(target: OfLink, impairment: Impairment, seconds?: number): Step[] {
  const { snapshot, namespace, link } = target;
  refuseForeign(target);
  const isRateOnly = Object.keys(impairment).join() === 'rate';
  const kind = lacksNetem(snapshot) && isRateOnly ? 'tbf' : 'netem';
  refuseUnable(snapshot, kind);
  const words = qdiscWords(impairment, kind, link.mtu);
  const isThere = impairmentOf(target) !== undefined;
  // Taken away first: in its place it would keep its handle, by which an earlier timer knows it.
  const set = here(namespace, () => [
    ...(isThere ? [remove(link.name)] : []),
    tc(undefined, 'qdisc', 'add', 'dev', link.name, 'root', ...words),
  ]);
  return [
    {
      action: 'change',
      object: objectRef('impairment', linkName(target), namespaceName(namespace)),
      why: l10n.t`is ${impairmentInWords(impairmentOf(target))}`,
      run: [...set, ...(seconds === undefined ? [] : [endLater(target, seconds)])],
      undo: here(namespace, () => restoreQdisc({ name: link.name }, link, true)),
    },
  ];
}

/** Lets an interface's packets go as usual; nothing to do where they do. */
export function clearImpairment(target: OfLink): Step[] {
  const { namespace, link } = target;
  if (impairmentOf(target) === undefined) return [];
  return [
    {
      action: 'change',
      object: objectRef('impairment', linkName(target), namespaceName(namespace)),
      why: l10n.t`is ${impairmentInWords(impairmentOf(target))}`,
      run: here(namespace, () => [remove(link.name)]),
      undo: here(namespace, () => restoreQdisc({ name: link.name }, link, false)),
    },
  ];
}

/**
 * A timer that lives on the host, in a session of its own: a client that went away or a lost connection does not keep it from
 * ending the impairment. It knows the discipline by the handle that the kernel gave it, so one that was set since stays.
 */
function endLater({ namespace, link }: OfLink, seconds: number): Command {
  const [show, end] = here(namespace, () => [
    tc(undefined, 'qdisc', 'show', 'dev', link.name, 'root'),
    remove(link.name),
  ]).map(printCommand);
  const script = ['sleep "$2"', `case $(${show ?? ''}) in *" $1 root"*) ${end ?? ''} ;; esac`].join('\n');
  return shell(
    [
      `handle=$(${show ?? ''} | cut -d ' ' -f 3)`,
      `setsid sh -c ${quoteText(script)} netns-topology-timer "$handle" ${quoteArgument(String(seconds))} </dev/null >/dev/null 2>&1 &`,
      '',
    ].join('\n'),
  );
}

function remove(dev: string): Command {
  return tc(undefined, 'qdisc', 'del', 'dev', dev, 'root');
}

function refuseForeign(target: OfLink): void {
  const { qdisc } = target.link;
  if (qdisc === undefined || impairmentOf(target) !== undefined) return;
  throw new NetnsError(
    'conflict',
    l10n.t`${linkName(target)} has a queueing discipline that someone else gave it (${qdisc.kind}).`,
    {
      advice: l10n.t`Take that away by hand first.`,
    },
  );
}

function refuseUnable({ tools, missingKinds = [], kernel }: HostSnapshot, kind: 'netem' | 'tbf'): void {
  if (tools['tc'] === undefined) {
    throw new NetnsError('missingTool', l10n.t`An impairment needs tc, which the host does not have.`, {
      advice: l10n.t`Install it on the host (Debian, Ubuntu: apt install iproute2; Fedora, RHEL: dnf install iproute-tc).`,
    });
  }
  if (!missingKinds.includes(kind)) return;
  throw new NetnsError('unsupported', l10n.t`The kernel of the host (${kernel}) has no ${kind}.`, {
    advice:
      kind === 'netem' && !missingKinds.includes('tbf')
        ? l10n.t`A rate alone works here: it is held by tbf.`
        : l10n.t`Use another host.`,
  });
}
