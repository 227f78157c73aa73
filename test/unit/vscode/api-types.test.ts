import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { NetnsApi as Published } from '../../../docs/api';
import type { NetnsApi } from '../../../src/vscode/api';

const root = path.resolve(__dirname, '../../..');

/** Does not compile where the extension no longer gives what was published. */
export const published = (api: NetnsApi): Published => api;

describe('the published API', () => {
  it('is what the extension gives: each of its members is there', () => {
    const text = readFileSync(path.join(root, 'docs/api.d.ts'), 'utf8');
    const members =
      /interface NetnsApi \{([\s\S]*?)\n\}/.exec(text)?.[1]?.match(/^ {2}(?:readonly )?(\w+)[:(]/gm) ?? [];
    assert.equal(members.length, 8);
    const code = readFileSync(path.join(root, 'src/vscode/exported-api.ts'), 'utf8');
    for (const member of members) assert.ok(code.includes(member.replace(/readonly|[:(]/g, '').trim()), member);
  });
});
