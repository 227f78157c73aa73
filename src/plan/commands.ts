import type { Command } from '../base/command';

/**
 * `ip` on a namespace (undefined: the root namespace), written as a person would type it. Interface names always follow
 * a keyword (`dev`, `name`): in `ip link add a type veth`, iproute2 would read the `a` as short for `address`.
 */
export function ip(namespace: string | undefined, ...words: readonly string[]): Command {
  return { argv: namespace === undefined ? ['ip', ...words] : ['ip', '-n', namespace, ...words] };
}

/** `tc` on a namespace: queueing disciplines (tc(8)). */
export function tc(namespace: string | undefined, ...words: readonly string[]): Command {
  return { argv: namespace === undefined ? ['tc', ...words] : ['tc', '-n', namespace, ...words] };
}

/** `bridge` on a namespace: what ip(8) does not know of a bridge's ports (bridge(8)). */
export function bridgeTool(namespace: string | undefined, ...words: readonly string[]): Command {
  return { argv: namespace === undefined ? ['bridge', ...words] : ['bridge', '-n', namespace, ...words] };
}

/** Any program inside a namespace (undefined: the root namespace). */
export function inNamespace(namespace: string | undefined, command: Command): Command {
  if (namespace === undefined) return command;
  return { ...command, argv: ['ip', 'netns', 'exec', namespace, ...command.argv] };
}

/** Sets a kernel parameter. */
export function setSysctl(namespace: string | undefined, name: string, value: string): Command {
  return inNamespace(namespace, { argv: ['sysctl', '-w', `${name}=${value}`] });
}

/** Loads an nftables script as one transaction: all of it or nothing. */
export function nft(namespace: string | undefined, script: string): Command {
  return inNamespace(namespace, { argv: ['nft', '-f', '-'], stdin: script });
}

/** Runs a few lines of POSIX shell; shown as a here-document. Every word that is not ours went through `quoteArgument`. */
export function shell(script: string): Command {
  return { argv: ['sh', '-eu'], stdin: script };
}
