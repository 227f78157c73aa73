// Makes TypeScript types and a validator of schemas/netns-topology.schema.json, the one source of the language's shape,
// into src/topology/generated/ (not committed). Does nothing while what it made is newer than the schema and this script.
import Ajv2020 from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { compile } from 'json-schema-to-typescript';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
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
  const types = await compile(structuredClone(schema), 'TopologyFile', {
    bannerComment: '// Made by scripts/generate.mjs from schemas/netns-topology.schema.json. Do not edit.',
    additionalProperties: false,
    style: { singleQuote: true, printWidth: 120 },
  });
  // allErrors: the editor shows every mistake, not the first. verbose: errors carry the schema they come from.
  const ajv = new Ajv2020.default({ code: { source: true, esm: true }, allErrors: true, verbose: true, strict: false });
  const validate = standaloneCode.default(ajv, ajv.compile(schema));
  await mkdir(outFolder, { recursive: true });
  await writeFile(made[0], types);
  await writeFile(made[1], validate);
  await writeFile(
    made[2],
    `import type { ValidateFunction } from 'ajv';\ndeclare const validate: ValidateFunction;\nexport default validate;\n`,
  );
}

/** When a file was last changed, in milliseconds; 0 where there is none. */
async function changed(file) {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generate();
