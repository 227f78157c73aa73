import { l10n, ThemeIcon, window, type QuickPick, type QuickPickItem } from 'vscode';
import { NetnsError } from '../../base/errors';
import { completeFilter, type FilterNames } from '../../capture/filter-words';
import { checkCapture } from '../../lab/capture/check-capture';
import { filterNames } from '../../lab/capture/filter-names';
import { captureSources } from '../../lab/capture/sources';
import type { Subject } from '../../protocol/subject';
import { plainLine, withoutIcons } from '../host-data';
import type { Host } from '../hosts/host';

/** Milliseconds without a key after which the host is asked whether it takes the filter. */
const typingPause = 300;
/** Lists longer than that help nobody. */
const mostItems = 100;

interface Item extends QuickPickItem {
  /** The filter is taken as it stands; otherwise the item's label is put in. */
  readonly accept?: true;
  readonly filter?: string;
}

type Verdict = { readonly for: string; readonly objection?: string } | undefined;

/**
 * Asks for a capture's filter, with what can come next, and with the host's own word on whether it takes it.
 *
 * @param filter what stands there at first
 * @param recent filters of before, the newest first
 * @returns empty for no filter; undefined if the person gave up
 */
export function askFilter(
  host: Host,
  subjects: readonly Subject[],
  filter: string,
  recent: readonly string[],
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const names: FilterNames =
      host.snapshot === undefined ? { addresses: [], networks: [], ports: [] } : filterNames(host.snapshot);
    const pick = window.createQuickPick<Item>();
    let verdict: Verdict;
    let timer: NodeJS.Timeout | undefined;
    const show = (): void => {
      pick.items = itemsFor(pick.value, verdict, names, recent);
    };
    const check = async (): Promise<void> => {
      const asked = pick.value.trim();
      pick.busy = true;
      const objection = await objectionTo(host, subjects, asked);
      if (asked !== pick.value.trim()) return;
      pick.busy = false;
      verdict = { for: asked, ...(objection === undefined ? {} : { objection }) };
      show();
    };
    const accept = async (): Promise<void> => {
      const [item] = pick.selectedItems;
      if (item?.accept !== true) {
        pick.value = item?.filter ?? pick.value;
        changed();
        return;
      }
      clearTimeout(timer);
      await check();
      if (verdict?.for === pick.value.trim() && verdict.objection === undefined) {
        resolve(pick.value.trim());
        pick.hide();
      }
    };
    const changed = (): void => {
      verdict = undefined;
      show();
      clearTimeout(timer);
      timer = setTimeout(() => void check(), typingPause);
    };
    pick.title = l10n.t('Capture Filter on {0}', withoutIcons(host.label));
    pick.placeholder = l10n.t('icmp, host 10.10.0.10, tcp port 80 … (pcap-filter); nothing: everything');
    pick.ignoreFocusOut = true;
    pick.value = filter;
    pick.onDidChangeValue(changed);
    pick.onDidAccept(() => void accept());
    pick.onDidHide(() => {
      clearTimeout(timer);
      resolve(undefined);
      pick.dispose();
    });
    show();
    pick.show();
    disableSorting(pick);
  });
}

function itemsFor(value: string, verdict: Verdict, names: FilterNames, recent: readonly string[]): Item[] {
  const filter = value.trim();
  const objection = verdict?.for === filter ? verdict.objection : undefined;
  const icon = objection !== undefined ? 'error' : verdict?.for === filter ? 'check' : 'filter';
  const first: Item = {
    label: filter === '' ? l10n.t('Capture everything') : l10n.t('Capture: {0}', withoutIcons(filter)),
    iconPath: new ThemeIcon(icon),
    ...(objection === undefined ? {} : { description: withoutIcons(objection) }),
    alwaysShow: true,
    accept: true,
  };
  const before = filter === '' ? recent.map((text) => ({ text, about: l10n.t('used before') })) : [];
  const next = [...before, ...completeFilter(value, names)].slice(0, mostItems);
  return [
    first,
    ...next.map(({ text, about }) => ({
      label: withoutIcons(text),
      description: withoutIcons(about),
      filter: text,
      alwaysShow: true,
    })),
  ];
}

async function objectionTo(host: Host, subjects: readonly Subject[], filter: string): Promise<string | undefined> {
  try {
    const { snapshot } = host;
    if (snapshot === undefined) return undefined;
    const sources = captureSources(subjects, snapshot, filter).map(({ source }) => source);
    await checkCapture(host.transport(), sources);
    return undefined;
  } catch (error) {
    if (error instanceof NetnsError) return plainLine(error.hostSaid ?? error.message);
    return String(error);
  }
}

/** The order is ours: what is captured first, then what may come next. */
function disableSorting(pick: QuickPick<Item>): void {
  (pick as QuickPick<Item> & { sortByLabel?: boolean }).sortByLabel = false;
}
