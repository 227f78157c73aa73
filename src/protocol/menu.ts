import { isBoolean, isListOf, isObject, isString, optional, type Shape } from './shape';

/** A command of a context menu, and when it is offered. */
export interface MenuItem {
  readonly command: string;
  /** As in the menu: `Open Shell`. */
  readonly title: string;
  /** As in package.json: `navigation@1`. */
  readonly group: string;
  /** All of them must hold. */
  readonly when: readonly Condition[];
}

/** A condition on a key of the context: that it is there (and not false), equals a text, or matches a pattern. */
export interface Condition {
  readonly key: string;
  readonly not?: boolean;
  readonly equals?: string;
  readonly matches?: string;
}

const isCondition = isObject<Condition>({
  key: isString,
  not: optional(isBoolean),
  equals: optional(isString),
  matches: optional(isString),
});

export const isMenuItem: Shape<MenuItem> = isObject<MenuItem>({
  command: isString,
  title: isString,
  group: isString,
  when: isListOf(isCondition),
});

/**
 * Reads a `when` clause of package.json as far as our menus need one: terms joined by `&&`, each `key`, `!key`,
 * `key == value`, `key != value` or `key =~ /pattern/`. undefined for any other: better no button than a wrong one.
 */
export function readWhen(clause: string): readonly Condition[] | undefined {
  const conditions: Condition[] = [];
  for (const term of clause.split('&&').map((each) => each.trim())) {
    const [, not, key, operator, value = ''] = /^(!?)([\w.]+)(?:\s*(==|!=|=~)\s*(.+))?$/.exec(term) ?? [];
    if (key === undefined || (not === '!' && operator !== undefined)) return undefined;
    if (operator === '=~') {
      const [, matches] = /^\/(.*)\/$/.exec(value) ?? [];
      if (matches === undefined) return undefined;
      conditions.push({ key, matches });
    } else if (operator === undefined) conditions.push(not === '!' ? { key, not: true } : { key });
    else conditions.push({ key, equals: value.replace(/^'(.*)'$/, '$1'), ...(operator === '!=' && { not: true }) });
  }
  return conditions;
}

/** Whether a menu's item is offered in a context. */
export function isOffered({ when }: MenuItem, context: object): boolean {
  const values = new Map<string, unknown>(Object.entries(context));
  return when.every(({ key, not, equals, matches }) => {
    const value = values.get(key);
    const text = typeof value === 'string' || typeof value === 'boolean' ? String(value) : '';
    const holds =
      equals !== undefined
        ? text === equals
        : matches !== undefined
          ? new RegExp(matches).test(text)
          : value !== undefined && value !== false && value !== '';
    return holds !== (not === true);
  });
}

/** As VS Code sorts a menu: `navigation` first, then by the groups' names, and by number within a group. */
export function inMenuOrder(items: readonly MenuItem[]): MenuItem[] {
  const rank = ({ group }: MenuItem): [string, number] => {
    const [name = '', order = '0'] = group.split('@');
    return [name === 'navigation' ? '' : name, Number(order)];
  };
  return [...items].sort((a, b) => {
    const [[groupA, orderA], [groupB, orderB]] = [rank(a), rank(b)];
    return groupA === groupB ? orderA - orderB : groupA < groupB ? -1 : 1;
  });
}
