/** How a lab's own rules of the packet filter are known: by their table's name, or by a mark in their comment. */

/** Tables of ours are called so, with the lab's name behind it. */
const ownTablePrefix = 'netns-topology-';

/** A rule of ours in a table that is not: its comment begins so, with the lab's name behind it. */
const commentPrefix = 'netns-topology:';

/** The lab that owns an nftables table, by its name. */
export function labOfTable(table: string): string | undefined {
  return table.startsWith(ownTablePrefix) ? table.slice(ownTablePrefix.length) || undefined : undefined;
}

/** The comment that marks a rule as a lab's. */
export function markComment(lab: string, label: string): string {
  return `${commentPrefix}${lab} ${label}`;
}

/** The lab that a rule's comment names as its owner, and the rest of the comment. */
export function readMark(comment: string | undefined): { readonly lab: string; readonly label: string } | undefined {
  if (comment?.startsWith(commentPrefix) !== true) return undefined;
  const match = /^([a-z0-9][a-z0-9-]{0,30})(?: (.*))?$/.exec(comment.slice(commentPrefix.length));
  return match?.[1] === undefined ? undefined : { lab: match[1], label: match[2] ?? '' };
}

/** The names of the nftables tables by which a trace watches packets begin so, as no lab's do; they end with it. */
export const traceTablePrefix = 'netns-topology.trace-';
