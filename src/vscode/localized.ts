import { l10n } from 'vscode';
import { Translations } from './l10n/translations';

/** What VS Code has loaded for its display language; nothing where that is English. */
const translations = new Translations(l10n.bundle ?? {});

/** A sentence of a room that knows no VS Code (an error's message or advice), in VS Code's display language where it can be. */
export function localized(text: string): string {
  return translations.of(text);
}

/** The words of a row (`not connected · root@198.51.100.7`), each that is ours in VS Code's display language. */
export function localizedWords(text: string): string {
  return translations.words(text);
}
