/**
 * What a NAT rule that was made by hand brought with it, said in its comment: it goes with the last rule that says so, and what
 * somebody else had set stays.
 *
 * - `way`: a way through a FORWARD chain that drops (see `nat-way`)
 * - `localnet`: `route_localnet` of an interface, and the guard that keeps others from 127.0.0.1 (see `nat-rules`)
 * - `guard`: the rule is that guard
 * - `hairpin`: a bridge's port lets out again what came in by it (see `nat-hairpin`)
 */
export type Brought = 'way' | 'localnet' | 'guard' | 'hairpin';

/** The word of a comment that says what came with the rule, and for which interface. */
export function broughtWord(what: Brought, device: string): string {
  return `netns-nat-${what}:${device}`;
}

/** The interface for which a rule brought that, by the rule's text; undefined: it did not. */
export function broughtBy(text: string, what: Brought): string | undefined {
  const [, device] = new RegExp(`netns-nat-${what}:([^"\\s]+)`).exec(text) ?? [];
  return device;
}

/** The interfaces for which the rules brought that, and none of those that stay did. */
export function broughtOnlyBy(
  what: Brought,
  going: readonly { readonly text: string }[],
  staying: readonly { readonly text: string }[],
): string[] {
  const devices = (rules: readonly { readonly text: string }[]): Set<string> =>
    new Set(rules.flatMap(({ text }) => broughtBy(text, what) ?? []));
  const kept = devices(staying);
  return [...devices(going)].filter((device) => !kept.has(device));
}
