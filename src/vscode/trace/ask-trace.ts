import { l10n, window } from 'vscode';
import { NetnsError } from '../../base/errors';
import { namespaceTitle, type HostSnapshot } from '../../host/model';
import { servicesOn } from '../../plan/service-state';
import { describeAsked, hasPort } from '../../lab/trace/asked';
import { readQuestion, type AskedTrace } from '../../lab/trace/question';
import { plainLine, withoutIcons } from '../host-data';
import type { Host } from '../hosts/host';
import { pickOrType, type Heading, type Offer } from '../pick-or-type';

/** What may be known already of a question. */
export type PartOfQuestion = Partial<AskedTrace>;

/** A place in words, or a whole question of before. */
type Choice = Offer<string | AskedTrace> | Heading;

/**
 * Asks a person for what a trace still has to know: where from, where to, how. What is typed is read as the headless driver
 * reads it, and what will not do is said while it is typed.
 *
 * @param history what was asked before, the newest first
 * @returns undefined if the person gave up
 */
export async function askTrace(
  host: Host,
  known: PartOfQuestion,
  history: readonly AskedTrace[],
): Promise<AskedTrace | undefined> {
  const { snapshot } = host;
  if (snapshot === undefined) throw new NetnsError('connectionLost', l10n.t('{0} is not connected.', host.label));
  let { from, to } = known;
  const title = l10n.t('Trace Packet on {0}', withoutIcons(host.label));
  if (from === undefined) {
    const picked = await pickOrType([...earlier(history, snapshot), ...sources(snapshot)], {
      title,
      placeHolder: l10n.t('Where does the packet start? A namespace, host, outside'),
      objection: (text) => objection({ from: text, to: '203.0.113.1' }, snapshot),
    });
    if (typeof picked !== 'string') return picked;
    from = picked;
  }
  const source = from;
  if (to === undefined) {
    const before = [...new Set(history.filter((one) => one.from === source).map((one) => one.to))];
    to = await pickOrType(destinations(snapshot, source, before), {
      title,
      placeHolder: l10n.t('Where does it go? An address, a name, a namespace, NAMESPACE:PORT, a URL'),
      objection: (text) => objection({ from: source, to: text }, snapshot),
    });
    if (to === undefined) return undefined;
  }
  if (known.protocol !== undefined || /^https?:/.test(to)) return { ...known, from: source, to };
  return await askProtocol(title, { from: source, to });
}

function askProtocol(title: string, asked: AskedTrace): Promise<AskedTrace | undefined> {
  return hasPort(asked.to) ? askWithPort(title, asked) : askWithoutPort(title, asked);
}

async function askWithPort(title: string, asked: AskedTrace): Promise<AskedTrace | undefined> {
  const items = [
    { label: l10n.t('TCP'), description: l10n.t('opens a connection and closes it'), protocol: 'tcp' as const },
    { label: l10n.t('UDP'), description: l10n.t('sends one datagram'), protocol: 'udp' as const },
  ];
  const picked = await window.showQuickPick(items, { title, placeHolder: l10n.t('By which protocol?') });
  return picked && { ...asked, protocol: picked.protocol };
}

async function askWithoutPort(title: string, asked: AskedTrace): Promise<AskedTrace | undefined> {
  const items = [
    { label: l10n.t('ICMP'), description: l10n.t('one ping'), protocol: 'icmp' as const },
    { label: l10n.t('TCP…'), description: l10n.t('a connection to a port'), protocol: 'tcp' as const },
    { label: l10n.t('UDP…'), description: l10n.t('a datagram to a port'), protocol: 'udp' as const },
  ];
  const picked = await window.showQuickPick(items, { title, placeHolder: l10n.t('By which protocol?') });
  if (picked === undefined) return undefined;
  const { protocol } = picked;
  if (protocol === 'icmp') return { ...asked, protocol };
  const port = await window.showInputBox({
    title,
    prompt: l10n.t('The {0} port', protocol.toUpperCase()),
    placeHolder: protocol === 'tcp' ? '80' : '53',
    validateInput: (text) => (portOf(text) === undefined ? l10n.t('A port is a number from 1 to 65535.') : undefined),
  });
  const number = port === undefined ? undefined : portOf(port);
  return number === undefined ? undefined : { ...asked, protocol, port: number };
}

function portOf(text: string): number | undefined {
  const port = /^\s*\d{1,5}\s*$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** Why a question makes no sense on this host; undefined if it does. */
export function objection(asked: AskedTrace, snapshot: HostSnapshot): string | undefined {
  try {
    readQuestion(asked, snapshot);
    return undefined;
  } catch (error) {
    // That a port is missing is asked for by the next question.
    return error instanceof NetnsError ? plainLine(`${error.message} ${error.advice ?? ''}`.trim()) : String(error);
  }
}

function earlier(history: readonly AskedTrace[], snapshot: HostSnapshot): Choice[] {
  if (history.length === 0) return [];
  return [
    { heading: l10n.t('asked before') },
    ...history.slice(0, 5).map((asked) => ({
      label: describeAsked(asked, snapshot),
      icon: 'history',
      value: asked,
    })),
  ];
}

function sources(snapshot: HostSnapshot): Choice[] {
  return [
    { heading: l10n.t('from') },
    ...places(snapshot),
    place(
      'outside',
      'globe',
      l10n.t('somebody behind the host’s default route; the way is worked out only'),
      l10n.t('outside'),
    ),
  ];
}

function destinations(snapshot: HostSnapshot, from: string, before: readonly string[]): (Offer<string> | Heading)[] {
  const services = servicesOn(snapshot).flatMap(({ record: { namespace, name, ready } }) =>
    ready !== undefined && 'tcp' in ready
      ? [place(`${namespace}:${ready.tcp}`, 'server-process', l10n.t('service {0}', name))]
      : [],
  );
  return [
    ...(before.length === 0 ? [] : [{ heading: l10n.t('asked before') }]),
    ...before.map((to) => place(to, 'history')),
    { heading: l10n.t('to') },
    ...places(snapshot).filter(({ value }) => value !== from),
    ...services,
  ];
}

function place(text: string, icon: string, description = '', label = text): Offer<string> {
  return { label, description, icon, text, value: text };
}

function places({ namespaces }: HostSnapshot): Offer<string>[] {
  return namespaces.map((namespace) => {
    const { isRoot, name, id, links } = namespace;
    const addresses = links.flatMap((link) => link.addresses.filter(({ scope }) => scope === 'global'));
    const shown = addresses.slice(0, 3).map(({ cidr }) => cidr);
    const description = [...shown, ...(addresses.length > 3 ? ['…'] : [])].join(' · ');
    if (isRoot) return place('host', 'server', description);
    return place(name ?? id, 'symbol-namespace', description, namespaceTitle(namespace));
  });
}
