/** Template → its translation, both with `{0}` … for what differs. */
export type Bundle = Readonly<Record<string, string>>;

/** Longer texts are not looked up: they are no sentence of ours. */
const longestText = 2000;

/** Fewer letters of its own, and a template would fit texts that it is not of. */
const fewestLetters = 6;

/** How many answers are kept. */
const mostKept = 2000;

interface Template {
  readonly pattern: RegExp;
  readonly order: readonly number[];
  readonly translation: string;
}

/**
 * Translates finished texts of the rooms that know no VS Code, and so cannot translate while they write: a text is matched with the
 * templates that its room's source was seen to have (`scripts/l10n`). What is put together of several, and what no template fits,
 * stays English.
 */
export class Translations {
  private readonly exact: ReadonlyMap<string, string>;
  private made: readonly Template[] | undefined;
  private readonly kept = new Map<string, string>();

  constructor(private readonly bundle: Bundle) {
    this.exact = new Map(Object.entries(bundle));
  }

  /** A sentence; itself where there is no translation. */
  of(text: string): string {
    if (this.exact.size === 0 || text.length > longestText) return text;
    const known = this.exact.get(text) ?? this.kept.get(text);
    if (known !== undefined) return known;
    const found = this.match(text) ?? text;
    if (this.kept.size >= mostKept) this.kept.clear();
    this.kept.set(text, found);
    return found;
  }

  /** Words between ` · `, each by itself: what stands in a row of a tree. Names stay as they are. */
  words(text: string): string {
    if (this.exact.size === 0) return text;
    return text
      .split(' · ')
      .map((word) => this.exact.get(word) ?? word)
      .join(' · ');
  }

  private match(text: string): string | undefined {
    this.made ??= templatesOf(this.bundle);
    for (const { pattern, order, translation } of this.made) {
      const values = pattern.exec(text);
      if (values === null) continue;
      const byNumber = new Map(order.map((number, index) => [number, values[index + 1] ?? '']));
      return translation.replace(/\{(\d+)\}/g, (all, number: string) => byNumber.get(Number(number)) ?? all);
    }
    return undefined;
  }
}

/** Those with the most text of their own come first: they say most. */
function templatesOf(bundle: Bundle): Template[] {
  const own = (text: string): string => text.replace(/\{\d+\}/g, '');
  return Object.entries(bundle)
    .filter(([key]) => /\{\d+\}/.test(key) && own(key).replace(/\P{L}/gu, '').length >= fewestLetters)
    .sort(([a], [b]) => own(b).length - own(a).length)
    .map(([key, translation]) => {
      const numbers = [...key.matchAll(/\{(\d+)\}/g)].map(([, number]) => Number(number));
      const literals = key.split(/\{\d+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
      return { pattern: new RegExp(`^${literals.join('([^]*?)')}$`, 'u'), order: numbers, translation };
    });
}
