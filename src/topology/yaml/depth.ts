import type { CST } from 'yaml';

/**
 * Whether collections are nested more than `limit` levels deep in a token of the concrete syntax tree. Asked before the
 * tree is composed, because composing is recursive: on a text such as 20,000 `[` it runs out of stack over and over.
 * This walk is a loop.
 */
export function isDeeperThan(token: CST.Token, limit: number): boolean {
  const waiting: { token: CST.Token; depth: number }[] = [{ token, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.depth > limit) return true;
    const depth = next.depth + 1;
    if (next.token.type === 'document') {
      if (next.token.value !== undefined) waiting.push({ token: next.token.value, depth });
    } else if ('items' in next.token) {
      for (const { key, value } of next.token.items) {
        if (key !== undefined && key !== null) waiting.push({ token: key, depth });
        if (value !== undefined) waiting.push({ token: value, depth });
      }
    }
  }
  return false;
}
