import { matchesPattern } from '../known-hosts';
import type { ConfigItem } from './files';
import type { RawSettings } from './settings';

/** Keywords whose every value counts; of all others the first does. */
const collected = new Set(['identityfile', 'certificatefile']);

/** Of these all words are the value. */
const lists = new Set(['userknownhostsfile', 'globalknownhostsfile']);

export interface ReadingFor {
  /** The host as the person wrote it. */
  readonly host: string;
  /** Given besides the configuration (`user@` of a jump host): wins over it. */
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  readonly localUser: string;
}

/**
 * What ssh_config(5) says of one host: what `ssh -G` would print, for where there is no ssh. Runs nothing: a `Match exec` (and
 * what else would need a command, the network or a second reading) never matches.
 *
 * @param files in ssh's order, each with what it includes
 */
export function readOwn(files: readonly (readonly ConfigItem[])[], question: ReadingFor): RawSettings {
  const settings = new Map<string, string[]>();
  if (question.user !== undefined) settings.set('user', [question.user]);
  if (question.port !== undefined) settings.set('port', [String(question.port)]);
  for (const file of files) readItems(file, true, question, settings);
  const [name = '%h'] = settings.get('hostname') ?? [];
  settings.set('hostname', [name.replace(/%([%h])/g, (_all, token) => (token === 'h' ? question.host : '%'))]);
  if (!settings.has('user')) settings.set('user', [question.localUser]);
  if (!settings.has('port')) settings.set('port', ['22']);
  return settings;
}

/** A block that begins in an included file ends with it. */
function readItems(
  items: readonly ConfigItem[],
  isActiveBefore: boolean,
  question: ReadingFor,
  settings: Map<string, string[]>,
): void {
  let isActive = isActiveBefore;
  for (const item of items) {
    if ('included' in item) {
      for (const file of item.included) readItems(file, isActive, question, settings);
    } else if (item.keyword === 'host') {
      // What a file includes for some hosts alone concerns no others.
      isActive = isActiveBefore && matchesHostLine(item.words, question.host);
    } else if (item.keyword === 'match') {
      isActive = isActiveBefore && matchesCriteria(item.words, question, settings);
    } else if (isActive) {
      take(item.keyword, item.words, settings);
    }
  }
}

function take(keyword: string, words: readonly string[], settings: Map<string, string[]>): void {
  const before = settings.get(keyword);
  const value = lists.has(keyword) ? words.join(' ') : (words[0] ?? '');
  if (before === undefined) settings.set(keyword, [value]);
  else if (collected.has(keyword) && !before.includes(value)) before.push(value);
}

/** Some pattern matches, and none that begins with `!` does. */
function matchesHostLine(patterns: readonly string[], host: string): boolean {
  const isNegated = (pattern: string): boolean => pattern.startsWith('!');
  const refused = patterns.filter(isNegated).some((pattern) => matchesPattern(pattern.slice(1), host));
  return !refused && patterns.some((pattern) => !isNegated(pattern) && matchesPattern(pattern, host));
}

/** A list with commas, as in `Match host a,b,!c`. */
function matchesList(list: string, value: string): boolean {
  return matchesHostLine(list.split(','), value);
}

function matchesCriteria(
  words: readonly string[],
  question: ReadingFor,
  settings: ReadonlyMap<string, readonly string[]>,
): boolean {
  const left = [...words];
  let matches = true;
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const isNegated = word.startsWith('!');
    const [name = '', inline] = word.slice(isNegated ? 1 : 0).split('=');
    const criterion = name.toLowerCase();
    if (criterion === 'all') continue;
    // These wait for a second reading, which there is none of.
    if (criterion === 'canonical' || criterion === 'final') {
      if (!isNegated) matches = false;
      continue;
    }
    const argument = inline ?? left.shift();
    if (argument === undefined) return false;
    const value = valueOf(criterion, question, settings);
    if (value === undefined) return false;
    if (matchesList(argument, value) === isNegated) matches = false;
  }
  return matches;
}

/** What a criterion is compared with; undefined for those that are not safe or not known here. */
function valueOf(
  criterion: string,
  { host, localUser }: ReadingFor,
  settings: ReadonlyMap<string, readonly string[]>,
): string | undefined {
  switch (criterion) {
    case 'host':
      return (settings.get('hostname')?.[0] ?? host).replaceAll('%h', host);
    case 'originalhost':
      return host;
    case 'user':
      return settings.get('user')?.[0] ?? localUser;
    case 'localuser':
      return localUser;
    default:
      return undefined;
  }
}

/** The hosts that a configuration names, in its order: those of `Host` without patterns. */
export function namedHosts(items: readonly ConfigItem[]): string[] {
  const names = items.flatMap((item) => {
    if ('included' in item) return item.included.flatMap(namedHosts);
    return item.keyword === 'host' ? item.words.filter((word) => !/[*?!]/.test(word)) : [];
  });
  return [...new Set(names)];
}
