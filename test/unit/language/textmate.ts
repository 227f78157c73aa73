import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createOnigScanner, createOnigString, loadWASM } from 'vscode-oniguruma';
import { INITIAL, parseRawGrammar, Registry, type IGrammar, type RegistryOptions } from 'vscode-textmate';

/**
 * A grammar as VS Code would read it.
 *
 * @param grammars by their scopes; what another extension would bring may lack
 */
export async function loadGrammar(
  scope: string,
  grammars: Readonly<Record<string, object>>,
  options: Pick<RegistryOptions, 'getInjections'> = {},
): Promise<IGrammar> {
  const wasm = readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'));
  // Another test file may have loaded it in this process already.
  await loadWASM(new Uint8Array(wasm).buffer).catch(() => undefined);
  const registry = new Registry({
    ...options,
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: (name) => {
      const found = grammars[name];
      return Promise.resolve(found === undefined ? null : parseRawGrammar(JSON.stringify(found), 'grammar.json'));
    },
  });
  const grammar = await registry.loadGrammar(scope);
  assert.ok(grammar);
  return grammar;
}

/** Each piece of the text with its innermost scope, spaces left out. */
export function tokens(grammar: IGrammar, text: string): [piece: string, scope: string][] {
  let state = INITIAL;
  return text.split('\n').flatMap((line) => {
    const result = grammar.tokenizeLine(line, state);
    state = result.ruleStack;
    return result.tokens
      .map(({ startIndex, endIndex, scopes }): [string, string] => [
        line.slice(startIndex, endIndex).trim(),
        scopes.at(-1) ?? '',
      ])
      .filter(([piece]) => piece !== '');
  });
}
