// The texts of the source that people read: those given to `l10n.t`, and what the language's schema says of its keys.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from '../setup/paths.mjs';

/**
 * @returns {string[]} the keys of the bundle: each text of the source, with `{0}` … for what is filled in
 * @throws {Error} where a text is not written out, or could not be filled in
 */
export function sourceTexts() {
  const files = ['src', 'webview'].flatMap((folder) => filesIn(path.join(root, folder)));
  return [...new Set([...files.flatMap(textsOf), ...schemaTexts()])].sort();
}

/** `name`s and sentences of the schema, which hovers, completion and problems show. */
function schemaTexts() {
  const schema = JSON.parse(readFileSync(path.join(root, 'schemas/netns-topology.schema.json'), 'utf8'));
  const found = [];
  const visit = (value) => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of ['title', 'description']) if (typeof value[key] === 'string') found.push(value[key]);
    Object.values(value).forEach(visit);
  };
  visit(schema);
  return found;
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => path.join(folder, file));
}

function textsOf(file) {
  const contents = readFileSync(file, 'utf8');
  if (!contents.includes('l10n.t')) return [];
  const tree = ts.createSourceFile(file, contents, ts.ScriptTarget.Latest, true);
  const isTranslation = (node) => node.getText(tree) === 'l10n.t';
  const found = [];
  const visit = (node) => {
    if (ts.isTaggedTemplateExpression(node) && isTranslation(node.tag)) found.push(ofTemplate(node.template));
    if (ts.isCallExpression(node) && isTranslation(node.expression)) found.push(...ofCall(node.arguments[0]));
    ts.forEachChild(node, visit);
  };
  visit(tree);
  for (const text of found) {
    if (/\{\d+\}/.test(text) && /[{}]/.test(text.replace(/\{\d+\}/g, ''))) {
      throw new Error(`${file}: braces of its own, so it cannot be filled in: ${text}`);
    }
  }
  return found;
}

function ofTemplate(template) {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text;
  return template.head.text + template.templateSpans.map(({ literal }, index) => `{${index}}${literal.text}`).join('');
}

/** None for a text that comes from elsewhere: from the schema, or a word that is written out beside it. */
function ofCall(argument) {
  return argument !== undefined && ts.isStringLiteralLike(argument) ? [argument.text] : [];
}
