import { window, type QuickPickItem } from 'vscode';
import { withoutIcons } from './host-data';

/** Something to choose from a list. */
export interface Offer<T> {
  readonly label: string;
  readonly description?: string;
  readonly value: T;
}

export interface PickOptions {
  readonly title: string;
  readonly placeHolder: string;
  /** Stands beside what was typed: `ping this`. */
  readonly typed: string;
  /** What stands there to be changed. */
  readonly value?: string;
  /** Why what was typed will not do; undefined if it will. */
  objection(text: string): string | undefined;
}

/**
 * Lets a person choose from a list, or type what is not in it.
 *
 * @returns the choice's value, or the text; undefined if the person gave up
 */
export function pickOrType<T>(offers: readonly Offer<T>[], options: PickOptions): Promise<T | string | undefined> {
  interface Item extends QuickPickItem {
    readonly offer?: Offer<T>;
  }
  return new Promise((resolve) => {
    const pick = window.createQuickPick<Item>();
    const known: Item[] = offers.map((offer) => ({
      label: withoutIcons(offer.label),
      description: withoutIcons(offer.description ?? ''),
      offer,
    }));
    const show = (): void => {
      const text = pick.value.trim();
      const objection = text === '' ? undefined : options.objection(text);
      const typed: Item = { label: withoutIcons(text), description: objection ?? options.typed, alwaysShow: true };
      // What cannot be taken stands below what can be chosen.
      pick.items = text === '' ? known : objection === undefined ? [typed, ...known] : [...known, typed];
    };
    pick.title = options.title;
    pick.placeholder = options.placeHolder;
    pick.matchOnDescription = true;
    pick.ignoreFocusOut = true;
    pick.value = options.value ?? '';
    pick.onDidChangeValue(show);
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      const text = pick.value.trim();
      if (chosen?.offer === undefined && (text === '' || options.objection(text) !== undefined)) return;
      resolve(chosen?.offer === undefined ? text : chosen.offer.value);
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
