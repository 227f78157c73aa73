import assert from 'node:assert/strict';
import path from 'node:path';
import { format, inspect } from 'node:util';
import { ESLint, type Linter } from 'eslint';
import fc from 'fast-check';
import { describeError, NetnsError } from '../../../src/base/errors';
import { Secret } from '../../../src/base/secret';
import { SessionSecrets } from '../../../src/transport/session-secrets';

const root = path.resolve(__dirname, '../../..');

describe('a secret', () => {
  const text = fc.string({ minLength: 12, unit: 'grapheme-ascii' });

  it('comes out only by its name', () => {
    fc.assert(fc.property(text, (hidden) => new Secret(hidden).expose() === hidden));
  });

  it('is not seen in anything that prints it, or that it is part of', () => {
    fc.assert(
      fc.property(text, (hidden) => {
        const secret = new Secret(hidden);
        const holder = { password: secret, list: [secret], deep: { map: new Map([['a', secret]]) } };
        const printed = [
          String(secret),
          // eslint-disable-next-line @typescript-eslint/restrict-template-expressions -- what the rule is there against
          `${secret}`,
          JSON.stringify(holder),
          inspect(holder, { depth: 10, showHidden: true }),
          format('%s %o %O %j', secret, secret, secret, secret),
          JSON.stringify(Object.entries(secret)),
          JSON.stringify(Object.assign({}, secret)),
          describeError(new Error('x', { cause: secret })),
          inspect(new NetnsError('login', 'x', { cause: holder })),
          inspect(structuredClone(secret)),
        ];
        for (const one of printed) assert.ok(!one.includes(hidden), one);
      }),
    );
  });

  it('is no text: what takes text does not take it', () => {
    const takeText = (line: string): string => line;
    // @ts-expect-error a secret handed to a log, a message or an argument does not compile
    takeText(new Secret('hidden'));
  });

  it('is not seen in the memory of a connection that is printed', async () => {
    const memory = new SessionSecrets({
      acceptHostKey: () => Promise.resolve(false),
      askSecret: () => Promise.resolve(new Secret('hidden')),
    });
    const question = { type: 'password', subject: 'root@198.51.100.7', isAgain: false } as const;
    const secret = await memory.askSecret?.(question, new AbortController().signal);
    assert.ok(secret !== undefined);
    memory.onSecretAccepted(question, secret);
    assert.equal(memory.recall(question)?.expose(), 'hidden');
    assert.ok(!inspect(memory, { depth: 10, showHidden: true }).includes('hidden'));
  });

  it('may leave its wrapper in a few files only, and a lint rule sees to it', async () => {
    const eslint = new ESLint({ cwd: root });
    const ruleFor = async (file: string): Promise<unknown> => {
      const config = (await eslint.calculateConfigForFile(path.join(root, file))) as { rules: Record<string, unknown> };
      return config.rules['no-restricted-syntax'];
    };
    assert.equal(await ruleFor('src/transport/ssh-methods.ts'), undefined);
    for (const file of ['src/vscode/notify.ts', 'src/transport/ssh-login.ts', 'src/cli/secret-prompt.ts']) {
      const rule = (await ruleFor(file)) as Linter.RuleEntry;
      const alone = new ESLint({
        cwd: root,
        overrideConfigFile: true,
        overrideConfig: { rules: { 'no-restricted-syntax': rule } },
      });
      const complaints = async (code: string): Promise<number> =>
        (await alone.lintText(code))[0]?.messages.length ?? -1;
      assert.equal(await complaints('log.info(secret.expose());'), 1, file);
      assert.equal(await complaints("log.info(secret['expose']());"), 1, file);
      assert.equal(await complaints('log.info(secret);'), 0, file);
    }
  });
});
