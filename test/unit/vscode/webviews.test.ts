import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { graphHtml } from '../../../src/protocol/graph-html';

const source = path.resolve(__dirname, '../../../src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const textOf = (file: string): string => readFileSync(path.join(source, file), 'utf8');

describe('every webview', () => {
  it('has a policy: nothing by default, scripts by nonce alone, nothing unsafe, no network', () => {
    const pages = files.filter((file) => textOf(file).includes('<!DOCTYPE html>'));
    assert.ok(pages.length >= 2, pages.join());
    for (const file of pages) {
      const text = textOf(file);
      assert.match(text, /Content-Security-Policy/, file);
      assert.match(text, /default-src 'none'/, file);
      assert.doesNotMatch(text, /unsafe-|connect-src|https?:|\*:|script-src (?!'nonce-)/, file);
      assert.doesNotMatch(text, /\son\w+=/, `${file} has handlers in its markup`);
    }
  });

  it('escapes what it puts into its markup', () => {
    const sly = '"><script>alert(1)</script>';
    const html = graphHtml({ cspSource: sly, nonce: 'n', scriptUri: sly, styleUri: sly, codiconUri: sly, title: sly });
    assert.ok(!html.includes('<script>alert'), html);
  });

  it('says which files it may read', () => {
    const making = files.filter((file) => textOf(file).includes('createWebviewPanel('));
    assert.ok(making.length >= 3, making.join());
    for (const file of making) {
      const text = textOf(file);
      const calls = text.split('createWebviewPanel(').length - 1;
      assert.equal(text.split('localResourceRoots').length - 1, calls, file);
    }
  });

  it('is not trusted Markdown either: no hover, tooltip or report is trusted as a whole', () => {
    for (const file of files) {
      assert.doesNotMatch(textOf(file), /isTrusted\s*[=:]\s*true|supportHtml\s*[=:]\s*true/, file);
    }
  });
});

describe('settings that name programs or hosts', () => {
  it('are no workspace’s to set before it is trusted', () => {
    const manifest = JSON.parse(readFileSync(path.join(source, '../package.json'), 'utf8')) as {
      readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
      readonly contributes: {
        readonly configuration: readonly {
          readonly properties: Record<string, { scope: string; type: string; enum?: unknown }>;
        }[];
      };
    };
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    const free = ['machine', 'application'];
    for (const { properties } of [manifest.contributes.configuration].flat()) {
      for (const [id, { scope, type, enum: choices }] of Object.entries(properties)) {
        assert.ok(['application', 'machine', 'window', 'resource'].includes(scope), id);
        // Free text and lists can name things; numbers and choices cannot.
        const canName = (type === 'string' && choices === undefined) || type === 'array' || type === 'object';
        if (canName && !free.includes(scope)) assert.ok(restrictedConfigurations.includes(id), id);
      }
    }
    assert.ok(restrictedConfigurations.includes('netns.hosts'));
  });
});
