import { l10n, QuickPickItemKind, ThemeIcon, window, type QuickPickItem } from 'vscode';
import { NetnsError } from '../../base/errors';
import { namespaceTitle, type HostSnapshot } from '../../host/model';
import { servicesOn } from '../../plan/service-state';
import { describeAsked, hasPort } from '../../lab/trace/asked';
import { readQuestion, type AskedTrace } from '../../lab/trace/question';
import { plainLine, withoutIcons } from '../host-data';
import type { Host } from '../hosts/host';

/** What may be known already of a question. */
export type PartOfQuestion = Partial<AskedTrace>;

interface Item extends QuickPickItem {
  readonly value?: string;
  /** A whole question of before. */
  readonly asked?: AskedTrace;
}

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
    const items = [...earlier(history, snapshot), ...sources(snapshot)];
    const picked = await pickOrType(
      title,
      l10n.t('Where does the packet start? A namespace, host, outside'),
      items,
      (text) => objection({ from: text, to: '203.0.113.1' }, snapshot),
    );
    if (picked === undefined || picked.asked !== undefined) return picked?.asked;
    from = picked.value;
  }
  const source = from;
  if (to === undefined) {
    const before = [...new Set(history.filter((one) => one.from === source).map((one) => one.to))];
    const picked = await pickOrType(
      title,
      l10n.t('Where does it go? An address, a name, a namespace, NAMESPACE:PORT, a URL'),
      destinations(snapshot, source, before),
      (text) => objection({ from: source, to: text }, snapshot),
    );
    if (picked === undefined) return undefined;
    to = picked.value;
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

function earlier(history: readonly AskedTrace[], snapshot: HostSnapshot): Item[] {
  if (history.length === 0) return [];
  return [
    { label: l10n.t('asked before'), kind: QuickPickItemKind.Separator },
    ...history.slice(0, 5).map((asked) => ({
      label: withoutIcons(describeAsked(asked, snapshot)),
      iconPath: new ThemeIcon('history'),
      asked,
    })),
  ];
}

function sources(snapshot: HostSnapshot): Item[] {
  return [
    { label: l10n.t('from'), kind: QuickPickItemKind.Separator },
    ...places(snapshot),
    {
      label: l10n.t('outside'),
      description: l10n.t('somebody behind the host’s default route; the way is worked out only'),
      iconPath: new ThemeIcon('globe'),
      value: 'outside',
    },
  ];
}

function destinations(snapshot: HostSnapshot, from: string, before: readonly string[]): Item[] {
  const services = servicesOn(snapshot).flatMap(({ record: { namespace, name, ready } }): Item[] =>
    ready !== undefined && 'tcp' in ready
      ? [
          {
            label: withoutIcons(`${namespace}:${ready.tcp}`),
            description: withoutIcons(l10n.t('service {0}', name)),
            iconPath: new ThemeIcon('server-process'),
            value: `${namespace}:${ready.tcp}`,
          },
        ]
      : [],
  );
  return [
    ...(before.length === 0 ? [] : [{ label: l10n.t('asked before'), kind: QuickPickItemKind.Separator }]),
    ...before.map((to) => ({ label: withoutIcons(to), iconPath: new ThemeIcon('history'), value: to })),
    { label: l10n.t('to'), kind: QuickPickItemKind.Separator },
    ...places(snapshot).filter(({ value }) => value !== from),
    ...services,
  ];
}

function places({ namespaces }: HostSnapshot): Item[] {
  return namespaces.map((namespace) => {
    const { isRoot, name, id, links } = namespace;
    const addresses = links.flatMap((link) => link.addresses.filter(({ scope }) => scope === 'global'));
    const shown = addresses.slice(0, 3).map(({ cidr }) => cidr);
    return {
      label: isRoot ? 'host' : withoutIcons(namespaceTitle(namespace)),
      description: withoutIcons([...shown, ...(addresses.length > 3 ? ['…'] : [])].join(' · ')),
      iconPath: new ThemeIcon(isRoot ? 'server' : 'symbol-namespace'),
      value: isRoot ? 'host' : (name ?? id),
    };
  });
}

interface Picked {
  readonly value: string;
  readonly asked?: AskedTrace;
}

/** A list to choose from, or to type something else over: what is typed stands first, with what is wrong about it. */
function pickOrType(
  title: string,
  placeholder: string,
  items: readonly Item[],
  objectTo: (text: string) => string | undefined,
): Promise<Picked | undefined> {
  return new Promise((resolve) => {
    const pick = window.createQuickPick<Item>();
    const known = new Set(items.flatMap(({ value }) => value ?? []));
    const show = (): void => {
      const typed = pick.value.trim();
      const wrong = typed === '' ? undefined : objectTo(typed);
      const own: Item[] =
        typed === '' || (known.has(typed) && wrong === undefined)
          ? []
          : [
              {
                label: withoutIcons(typed),
                ...(wrong === undefined ? {} : { description: withoutIcons(wrong) }),
                iconPath: new ThemeIcon(wrong === undefined ? 'check' : 'error'),
                alwaysShow: true,
                ...(wrong === undefined ? { value: typed } : {}),
              },
            ];
      pick.items = [...own, ...items];
    };
    pick.title = title;
    pick.placeholder = placeholder;
    pick.ignoreFocusOut = true;
    pick.matchOnDescription = true;
    pick.onDidChangeValue(show);
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      // Who types fast presses Enter before what they typed stands in the list.
      const value = item === undefined ? pick.value.trim() : item.value;
      if (item?.asked !== undefined) resolve({ value: '', asked: item.asked });
      else if (value !== undefined && value !== '' && objectTo(value) === undefined) resolve({ value });
      else {
        // What is wrong with it is said as if it had been typed.
        if (value !== undefined) pick.value = value;
        show();
        return;
      }
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    show();
    pick.show();
  });
}
