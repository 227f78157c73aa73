// The texts of the source that people read: those given to `vscode.l10n.t`, and the errors of the rooms that do not know VS Code.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';
import ts from 'typescript';
import { root } from '../setup/paths.mjs';

const source = path.join(root, 'src');

/** Rooms whose errors reach people through src/vscode/localized.ts. */
const pureRooms = ['base', 'capture', 'host', 'lab', 'plan', 'topology', 'trace', 'transport'];

/** @returns {Promise<Record<string, string>>} the texts of `l10n.t` in src/vscode, as the bundle's keys */
export async function vscodeTexts() {
  const texts = filesIn(path.join(source, 'vscode')).map((file) => readFileSync(file, 'utf8'));
  const translated = texts.filter((contents) => contents.includes('l10n.t('));
  const found = await getL10nJson(translated.map((contents) => ({ extension: '.ts', contents })));
  return Object.fromEntries(
    Object.entries(found).map(([key, value]) => [key, typeof value === 'string' ? value : value.message]),
  );
}

/** @returns {string[]} what errors of the pure rooms say and advise, with `{0}` … for what differs */
export function errorTexts() {
  return [...new Set(pureRooms.flatMap((room) => filesIn(path.join(source, room)).flatMap(errorsOf)))];
}

/** @returns {string[]} words of ours in the tree's rows, whose files do not know VS Code either */
export function treeTexts() {
  const files = [...filesIn(path.join(source, 'vscode/tree')), path.join(source, 'vscode/hosts/state-words.ts')];
  return [...new Set(files.flatMap(wordsOf))];
}

function wordsOf(file) {
  const tree = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) return;
    const isKey = ts.isPropertyAssignment(node.parent ?? node) && node.parent.name === node;
    const isTranslated = ts.isCallExpression(node.parent ?? node) && node.parent.expression.getText(tree) === 'l10n.t';
    if (ts.isStringLiteral(node) && !isKey && !isTranslated && /^(?:[A-Z]|[a-z]+ )[^/]*[a-z…]$/.test(node.text)) {
      found.push(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => path.join(folder, file));
}

function errorsOf(file) {
  const tree = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (ts.isNewExpression(node) && node.expression.getText(tree) === 'NetnsError') {
      const [, message, details] = node.arguments ?? [];
      found.push(...templatesOf(message));
      for (const property of details?.properties ?? []) {
        if (ts.isPropertyAssignment(property) && property.name.getText(tree) === 'advice') {
          found.push(...templatesOf(property.initializer));
        }
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found.filter((text) => /\p{L}{3}/u.test(text.replace(/\{\d+\}/g, '')));
}

/** The texts that an expression can be; none where it is not written out. */
function templatesOf(node) {
  if (node === undefined) return [];
  if (ts.isConditionalExpression(node)) return [...templatesOf(node.whenTrue), ...templatesOf(node.whenFalse)];
  if (ts.isParenthesizedExpression(node)) return templatesOf(node.expression);
  const parts = partsOf(node);
  if (parts === undefined) return [];
  let count = 0;
  return [parts.map((part) => (part === undefined ? `{${count++}}` : part)).join('')];
}

/** Text and, as undefined, what differs. */
function partsOf(node) {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node)) {
    return [node.head.text, ...node.templateSpans.flatMap(({ literal }) => [undefined, literal.text])];
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [partsOf(node.left), partsOf(node.right)];
    return left === undefined || right === undefined ? undefined : [...left, ...right];
  }
  return undefined;
}
