/** Longer is no file with name servers; what it holds is nobody's business here. */
const longest = 4096;

/** The texts of /etc/netns/NAME/resolv.conf by NAME; each ends with a line break. */
export function readResolvConfs(texts: readonly string[]): ReadonlyMap<string, string> {
  const found = texts.flatMap((text): [string, string][] => {
    const end = text.indexOf('\n');
    const [, name] = /^\/etc\/netns\/([^/\n]+)\/resolv\.conf$/.exec(text.slice(0, end)) ?? [];
    // The section that follows begins on a line of its own, with an empty one before.
    const content = `${text.slice(end + 1).trimEnd()}\n`;
    return name === undefined || content.length > longest ? [] : [[name, content]];
  });
  return new Map(found);
}
