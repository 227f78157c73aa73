import * as l10n from '@vscode/l10n';
import type { ImpairmentDeclaration, YamlPath } from '../model';
import type { Rule } from './rule';

/** Packets that vary in their delay, or overtake each other, are held back to begin with (tc-netem(8)). */
export const impairmentsHaveTheirDelay: Rule = function* ({ links }) {
  for (const { impair, path } of links) {
    if (impair === undefined) continue;
    const lacking = [impair.toA, impair.toB].flatMap((each) => keyWithoutDelay(each) ?? []);
    const [key] = lacking;
    if (key === undefined) continue;
    const place: YamlPath = [...path, 'impair'];
    const message = l10n.t`\`${key}\` needs a \`delay\`: only packets that wait can ${key === 'jitter' ? l10n.t`vary in it` : l10n.t`be overtaken`}.`;
    yield { code: 'missing-key', message, path: place, data: { key: 'delay', value: '10ms' } };
  }
};

function keyWithoutDelay({ delay, jitter, reorder }: ImpairmentDeclaration): 'jitter' | 'reorder' | undefined {
  if (isSome(delay)) return undefined;
  if (isSome(jitter)) return 'jitter';
  return isSome(reorder) ? 'reorder' : undefined;
}

/** `0ms` and `0%` are none. */
function isSome(text: string | undefined): boolean {
  return text !== undefined && Number.parseFloat(text) > 0;
}
