// Lets the scripts use the tests' TypeScript, once node_modules is there.
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from './paths.mjs';

const require = createRequire(import.meta.url);

/** Loads a TypeScript module of the repository. As CommonJS: our package.json has no `"type"`, so that is what it is. */
export function requireTypeScript(file) {
  require('tsx/cjs/api').register();
  return require(path.join(root, file));
}
