import * as l10n from '@vscode/l10n';
import type { ProblemCode } from './problem-codes';

/** What a name is wrong in, and a likely right one where there is a likely one. */
export interface Objection {
  readonly code: ProblemCode;
  readonly message: string;
  readonly suggestion?: string;
}

/** What has a name that the kernel has to take. */
export type NamedThing = 'interface' | 'port' | 'bridge';

const things: Readonly<Record<NamedThing, string>> = {
  interface: l10n.t`interface`,
  port: l10n.t`port`,
  bridge: l10n.t`bridge`,
};

/** The longest interface name that the kernel takes: IFNAMSIZ (16, linux/if.h) less the closing NUL, in bytes. */
export const longestInterfaceName = 15;
/** The longest file name (NAME_MAX, linux/limits.h): a named namespace is a file in /run/netns. In bytes. */
const longestNamespaceName = 255;

/**
 * What the kernel or the `ip` command would refuse in an interface's name (dev_valid_name in net/core/dev.c: no `/`, no
 * `:`, no white space, not `.` or `..`), or what no rule of nftables can say (`"`, `\`); undefined if it is fine.
 *
 * @param what the thing that is named, for the message
 */
export function objectToInterfaceName(name: string, what: NamedThing = 'interface'): Objection | undefined {
  const quoted = quote(name);
  const bytes = byteLength(name);
  if (name === '') return { code: 'name-empty', message: l10n.t`The ${things[what]}'s name is empty.` };
  if (bytes > longestInterfaceName) {
    const suggestion = shortenName(name);
    return {
      code: 'name-too-long',
      message: l10n.t`${quoted} is ${bytes} bytes long; the kernel takes ${things[what]} names of at most ${longestInterfaceName}, such as \`${suggestion}\`.`,
      suggestion,
    };
  }
  const bad = /[/:%"\\\s\p{Cc}\p{Cs}\ufffd]/u.exec(name)?.[0];
  if (bad !== undefined) {
    const suggestion = name.replaceAll(/[/:%"\\\s\p{Cc}\p{Cs}\ufffd]+/gu, '-').replace(/^-+/, '');
    return {
      code: 'name-invalid',
      message: l10n.t`${quoted} cannot name an ${articleFree(what)}: it contains ${describeCharacter(bad)}.`,
      ...(suggestion === '' ? {} : { suggestion }),
    };
  }
  if (name.startsWith('-')) return startsWithDash(name);
  // `all` and `default` are folders of /proc/sys/net/ipv4/conf: the kernel refuses interfaces of these names.
  if (['.', '..', 'all', 'default'].includes(name)) {
    return { code: 'name-invalid', message: l10n.t`The kernel does not take ${quoted} as an interface's name.` };
  }
  return undefined;
}

/** What `ip netns` refuses in a namespace's name (invalid_name in iproute2's ipnetns.c), or what our endpoints cannot say. */
export function objectToNamespaceName(name: string): Objection | undefined {
  const quoted = quote(name);
  if (name === '') return { code: 'name-empty', message: l10n.t`The namespace's name is empty.` };
  if (name === 'host') {
    return { code: 'name-reserved', message: l10n.t`\`host\` means the host itself and cannot name a namespace.` };
  }
  if (byteLength(name) > longestNamespaceName) {
    return {
      code: 'name-too-long',
      message: l10n.t`A namespace's name has at most ${longestNamespaceName} bytes; this one has ${byteLength(name)}.`,
    };
  }
  const bad = /[/:\p{Cc}\p{Cs}\ufffd]/u.exec(name)?.[0];
  if (bad !== undefined) {
    const why = bad === ':' ? l10n.t`, which separates namespace and interface in an endpoint` : '';
    const message = l10n.t`${quoted} cannot name a namespace: it contains ${describeCharacter(bad)}${why}.`;
    const suggestion = name.replaceAll(/[/:\p{Cc}\p{Cs}\ufffd]+/gu, '-').replace(/^-+/, '');
    return { code: 'name-invalid', message, ...(suggestion === '' ? {} : { suggestion }) };
  }
  if (name.startsWith('-')) return startsWithDash(name);
  if (name === '.' || name === '..') {
    return { code: 'name-invalid', message: l10n.t`\`ip netns\` does not take ${quoted} as a namespace's name.` };
  }
  return undefined;
}

function startsWithDash(name: string): Objection {
  const suggestion = name.replace(/^-+/, '');
  const message = l10n.t`${quote(name)} starts with \`-\`, which commands take for an option.`;
  return { code: 'name-invalid', message, ...(suggestion === '' ? {} : { suggestion }) };
}

/** Cuts a name so that it fits an interface, from its end, never inside a character. */
export function shortenName(name: string, bytes: number = longestInterfaceName): string {
  let short = '';
  let length = 0;
  for (const character of name) {
    length += byteLength(character);
    if (length > bytes) break;
    short += character;
  }
  return short.replace(/[-_.]+$/, '') || short;
}

/** The length of a text in UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** A value as it is shown in a message: on one line, and not too long. */
export function quote(value: string): string {
  const line = value.replaceAll(/[\p{Cc}\u2028\u2029`]/gu, '·');
  return `\`${line.length > 60 ? `${line.slice(0, 57)}…` : line}\``;
}

function articleFree(what: NamedThing): string {
  return what === 'interface' ? things[what] : l10n.t`interface such as a ${things[what]}`;
}

function describeCharacter(character: string): string {
  if (character === ' ') return l10n.t`a space`;
  if (/\s/u.test(character)) return l10n.t`white space`;
  return /[\p{Cc}\p{Cs}\ufffd]/u.test(character) ? l10n.t`a control character` : `\`${character}\``;
}
