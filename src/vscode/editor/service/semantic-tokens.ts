import { occurrencesIn, type NamedThing } from '../../../language/symbols/occurrences';
import type { ParsedTopology } from '../../../topology/parse';

/** VS Code's standard names, which themes colour; their places in these lists are what the encoding holds. */
export const tokenTypes = ['namespace', 'class', 'interface'] as const;
export const tokenModifiers = ['declaration'] as const;

const typeOf: Readonly<Record<NamedThing['kind'], number>> = { namespace: 0, bridge: 1, interface: 2 };
const declaration = 1 << 0;

/**
 * The names in a file in VS Code's encoding (vscode.d.ts, `DocumentSemanticTokensProvider`): five numbers for each, its line and
 * character counted from the one before, its length, type and modifiers.
 */
export function encodeTokens(parsed: ParsedTopology): Uint32Array {
  const { lineStarts } = parsed;
  const data: number[] = [];
  let line = 0;
  let [lineBefore, characterBefore] = [0, 0];
  for (const { thing, range, role, isEscaped } of occurrencesIn(parsed)) {
    if (isEscaped) continue;
    while ((lineStarts[line + 1] ?? Infinity) <= range.start) line++;
    const character = range.start - (lineStarts[line] ?? 0);
    const fromCharacter = line === lineBefore ? characterBefore : 0;
    data.push(line - lineBefore, character - fromCharacter, range.end - range.start, typeOf[thing.kind]);
    data.push(role === 'definition' ? declaration : 0);
    [lineBefore, characterBefore] = [line, character];
  }
  return Uint32Array.from(data);
}
