import { l10n, env, Uri, window } from 'vscode';
import { NetnsError } from '../../base/errors';
import { rootNamespace, type HostSnapshot } from '../../host/model';
import { addressToReach } from '../../lab/measure/paths';
import { natGroupsOf } from '../../lab/nat-subjects';
import { resolveTarget } from '../../lab/actions/target';
import { listeningPorts } from '../../lab/sockets';
import type { Subject } from '../../protocol/subject';
import { plainLine } from '../host-data';
import { CommandId } from '../ids';
import { pickOrType } from '../pick-or-type';
import type { Action, ActionCall } from './action';

/** Where a page is served, from the host's point of view. */
interface WebAddress {
  readonly address: string;
  readonly port: number;
  /** From anywhere, not only from the host itself. */
  readonly isOutside: boolean;
}

/**
 * Opens the page that a port forward leads to, or that a namespace serves: directly where this computer reaches it, else carried
 * by the SSH connection, for as long as that stands. Input: a port, or `address` to be given the address and nothing opened.
 */
export const openInBrowser: Action = {
  id: CommandId.openForward,
  title: l10n.t('Open in Browser'),
  appliesTo: ['nat', 'namespace', 'socket'],
  many: false,
  question: l10n.t('Open the page of what?'),
  accepts: (subject, snapshot) =>
    subject.type === 'namespace' ||
    subject.protocol === 'tcp' ||
    natGroupsOf(subject, snapshot).some(({ isForward, rule }) => isForward && rule.protocol !== 'udp'),
  async run(call) {
    const { host, parts, options } = call;
    const { snapshot } = host;
    if (snapshot === undefined) throw new NetnsError('connectionLost', l10n.t('{0} is not connected.', host.label));
    const [subject] = call.subjects;
    const web = subject.type === 'nat' ? forwarded(subject, snapshot) : await served(call, subject, snapshot);
    if (web === undefined) return { outcome: 'cancelled' };
    const { address, port, isOutside } = web;
    const url = await parts.relays.urlFor(host, address, port, isOutside);
    parts.log.info(plainLine(l10n.t('Open in Browser: {0} of {1}, by {2}', hostPort(address, port), host.label, url)));
    if (options.input === 'address') return { outcome: 'done', value: url };
    // VS Code carries a loopback port on to where the person sits (Remote SSH, code-server).
    await env.openExternal(await env.asExternalUri(Uri.parse(url)));
    window.setStatusBarMessage(plainLine(l10n.t('Opened {0} of {1}', hostPort(address, port), host.label)), 3000);
    return { outcome: 'done', value: url };
  },
};

function forwarded(subject: Subject, snapshot: HostSnapshot): WebAddress {
  const group = natGroupsOf(subject, snapshot).find(({ isForward }) => isForward);
  const { rule, state } = group ?? {};
  if (rule?.port === undefined || rule.protocol === 'udp') {
    throw new NetnsError('unsupported', l10n.t('{0} is no port forward of TCP.', subject.name));
  }
  if (state === 'off') {
    throw new NetnsError('unsupported', l10n.t('{0} is switched off.', subject.name), {
      advice: l10n.t('Toggle NAT switches it on.'),
    });
  }
  const root = rootNamespace(snapshot);
  const own = root.links
    .flatMap(({ kind, addresses }) => (kind === 'loopback' ? [] : addresses))
    .find(({ scope }) => scope === 'global');
  const address = rule.destination?.split('/')[0] ?? snapshot.ssh?.serverAddress ?? own?.cidr.split('/')[0];
  if (address === undefined)
    throw new NetnsError('unsupported', l10n.t('The host has no address that it could be reached by.'));
  return { address, port: rule.port, isOutside: true };
}

async function served(
  { options }: ActionCall,
  subject: Subject,
  snapshot: HostSnapshot,
): Promise<WebAddress | undefined> {
  if (subject.protocol === 'udp') throw new NetnsError('unsupported', l10n.t('{0} is no socket of TCP.', subject.name));
  const address = addressToReach(rootNamespace(snapshot), subject, snapshot);
  if (address === undefined) {
    throw new NetnsError('unsupported', l10n.t('{0} has no address that the host could reach.', subject.name), {
      advice: l10n.t('Add an address to it first.'),
    });
  }
  const given =
    typeof options.input === 'number' || /^\d+$/.test(String(options.input)) ? String(options.input) : undefined;
  const port = given ?? (subject.port === undefined ? await askPort(subject, snapshot) : String(subject.port));
  if (port === undefined) return undefined;
  const objection = objectToPort(port);
  if (objection !== undefined) throw new NetnsError('unsupported', objection);
  return { address, port: Number(port), isOutside: false };
}

async function askPort(subject: Subject, snapshot: HostSnapshot): Promise<string | undefined> {
  const ports = listeningPorts(resolveTarget(subject, snapshot).namespace, snapshot).filter(
    ({ protocol }) => protocol === 'tcp',
  );
  const offers = ports.map(({ port, program = '' }) => ({
    label: String(port),
    description: program,
    value: String(port),
  }));
  return await pickOrType(offers, {
    title: l10n.t('Open in Browser'),
    placeHolder: l10n.t('Which port of {0}? Choose, or type it', plainLine(subject.name)),
    typed: l10n.t('open this port'),
    ...(offers.length === 0 ? { value: '8000' } : {}),
    objection: objectToPort,
  });
}

function objectToPort(text: string): string | undefined {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return port >= 1 && port <= 65535 ? undefined : l10n.t('Write a port from 1 to 65535.');
}

function hostPort(address: string, port: number): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}
