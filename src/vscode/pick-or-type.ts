import { QuickPickItemKind, ThemeIcon, window, type QuickPickItem } from 'vscode';
import { withoutIcons } from './host-data';

/** Something to choose from a list. */
export interface Offer<T> {
  readonly label: string;
  readonly description?: string;
  /** The name of a codicon. */
  readonly icon?: string;
  /** What a person would type to the same end: then what was typed does not stand beside it, and is objected to in the same way. */
  readonly text?: string;
  readonly value: T;
}

/** A line between offers that says what those below it are. */
export interface Heading {
  readonly heading: string;
}

export interface PickOptions {
  readonly title: string;
  readonly placeHolder: string;
  /** Stands beside what was typed: `ping this`. */
  readonly typed?: string;
  /** What stands there to be changed. */
  readonly value?: string;
  /** Why what was typed will not do; undefined if it will. */
  objection(text: string): string | undefined;
}

/**
 * Lets a person choose from a list, or type what is not in it. What is wrong with that stands beside it while it is typed.
 *
 * @returns the choice's value, or the text; undefined if the person gave up
 */
export function pickOrType<T>(
  offers: readonly (Offer<T> | Heading)[],
  options: PickOptions,
): Promise<T | string | undefined> {
  interface Item extends QuickPickItem {
    readonly offer?: Offer<T>;
  }
  return new Promise((resolve) => {
    const pick = window.createQuickPick<Item>();
    const hasIcons = offers.some((one) => 'icon' in one);
    const iconOf = (icon: string | undefined) => (icon === undefined ? {} : { iconPath: new ThemeIcon(icon) });
    const known = offers.map((one): Item =>
      'heading' in one
        ? { label: one.heading, kind: QuickPickItemKind.Separator }
        : {
            label: withoutIcons(one.label),
            description: withoutIcons(one.description ?? ''),
            ...iconOf(one.icon),
            offer: one,
          },
    );
    const texts = new Set(known.flatMap(({ offer }) => (offer?.text === undefined ? [] : [offer.text, offer.label])));
    const show = (): void => {
      const text = pick.value.trim();
      const objection = text === '' ? undefined : options.objection(text);
      const typed: Item = {
        label: withoutIcons(text),
        description: withoutIcons(objection ?? options.typed ?? ''),
        alwaysShow: true,
        ...iconOf(!hasIcons ? undefined : objection === undefined ? 'check' : 'error'),
      };
      const isKnown = text === '' || (texts.has(text) && objection === undefined);
      // What cannot be taken stands below what can be chosen.
      pick.items = isKnown ? known : objection === undefined ? [typed, ...known] : [...known, typed];
    };
    pick.title = options.title;
    pick.placeholder = options.placeHolder;
    pick.matchOnDescription = true;
    pick.ignoreFocusOut = true;
    pick.value = options.value ?? '';
    /** The list on the screen has been told of what was typed last. */
    let isFollowed = true;
    pick.onDidChangeValue(() => {
      isFollowed = false;
      show();
    });
    pick.onDidChangeActive(() => (isFollowed = true));
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      const typed = pick.value.trim();
      // Who types fast presses Enter before the list has followed: then what stood first in it is not what they mean.
      const isMeant = isFollowed || `${chosen?.label ?? ''} ${chosen?.description ?? ''}`.includes(typed);
      const offer = isMeant ? chosen?.offer : undefined;
      const text = offer === undefined ? typed : offer.text;
      if (text !== undefined && (text === '' || options.objection(text) !== undefined)) {
        // What is wrong with a choice is said as if it had been typed.
        pick.value = text;
        show();
        return;
      }
      resolve(offer === undefined ? text : offer.value);
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
