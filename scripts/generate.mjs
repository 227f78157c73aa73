// Makes TypeScript types and a validator of schemas/netns-topology.schema.json, the one source of the language's shape,
// into src/topology/generated/ (not committed). Does nothing while what it made is newer than the schema and this script.
import Ajv2020 from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { compile } from 'json-schema-to-typescript';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const schemaFile = path.join(root, 'schemas/netns-topology.schema.json');
const outFolder = path.join(root, 'src/topology/generated');

/** Writes the generated files where they are missing or older than their sources. */
export async function generate() {
  const made = ['topology-file.ts', 'validate.js', 'validate.d.ts'].map((name) => path.join(outFolder, name));
  const newestSource = Math.max(await changed(schemaFile), await changed(fileURLToPath(import.meta.url)));
  const oldestMade = Math.min(...(await Promise.all(made.map(changed))));
  if (oldestMade >= newestSource) return;

  const schema = JSON.parse(await readFile(schemaFile, 'utf8'));
  const types = await compile(withoutChoices(schema), 'TopologyFile', {
    bannerComment: '// Made by scripts/generate.mjs from schemas/netns-topology.schema.json. Do not edit.',
    additionalProperties: false,
    style: { singleQuote: true, printWidth: 120 },
  });
  // allErrors: the editor shows every mistake, not the first. verbose: errors carry the schema they come from, which is
  // where our own wording takes its words, so ajv's are left out.
  const ajv = new Ajv2020.default({
    code: { source: true, esm: true },
    allErrors: true,
    verbose: true,
    messages: false,
    unevaluated: false,
    allowUnionTypes: true,
  });
  const validate = await selfContained(inLinearTime(standaloneCode.default(ajv, ajv.compile(schema))));
  await mkdir(outFolder, { recursive: true });
  await put(made[0], types);
  await put(made[1], validate);
  await put(
    made[2],
    `import type { ValidateFunction } from 'ajv';\ndeclare const validate: ValidateFunction;\nexport default validate;\n`,
  );
}

/** The schema without "one of these keys, not those", which makes types unreadable and says nothing to who reads a file key by key. */
function withoutChoices(schema) {
  return JSON.parse(JSON.stringify(schema), (key, value) => (key === 'oneOf' || key === 'not' ? undefined : value));
}

/**
 * ajv's code copies all errors so far whenever one more part of the file is wrong: seconds, then minutes, for a long list
 * of mistakes. Appending does the same in time that grows with the number of errors.
 */
function inLinearTime(code) {
  const copying = /vErrors = vErrors === null \? (\w+)\.errors : vErrors\.concat\(\1\.errors\);/g;
  if (!copying.test(code)) throw new Error("ajv's generated code has changed: look again at how it collects errors.");
  const appending = code.replace(copying, 'vErrors = appendErrors(vErrors, $1.errors);');
  return `${appending}
function appendErrors(all, more) {
  if (all === null) return more;
  for (const error of more) all.push(error);
  return all;
}`;
}

/** ajv's code with the few helpers that it requires from ajv's own package put into it: ajv is needed to build only. */
async function selfContained(contents) {
  const result = await build({
    stdin: { contents, resolveDir: root, loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  });
  return result.outputFiles[0].text;
}

/** Writes a file in one go: builds, tests and editors of the same tree may read it at any moment. */
async function put(file, text) {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text);
  await rename(draft, file);
}

/** When a file was last changed, in milliseconds; 0 where there is none. */
async function changed(file) {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generate();
