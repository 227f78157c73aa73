import { Linter, type Rule } from 'eslint';
import assert from 'node:assert/strict';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import tseslint from 'typescript-eslint';

describe('the lint rule for texts that people read', () => {
  let complaints: (code: string) => number;

  before(async () => {
    const file = pathToFileURL(path.resolve(__dirname, '../../../scripts/lint/texts-for-people.mjs')).href;
    const { textsForPeople } = (await import(file)) as { textsForPeople: Rule.RuleModule };
    complaints = (code) => {
      const messages = new Linter().verify(code, {
        languageOptions: { parser: tseslint.parser },
        plugins: { netns: { rules: { texts: textsForPeople } } },
        rules: { 'netns/texts': ['error', { properties: true, sentences: true }] },
      });
      assert.ok(!messages.some(({ fatal }) => fatal === true), JSON.stringify(messages));
      return messages.length;
    };
  });

  it('finds each text that was not given to l10n', () => {
    for (const code of [
      `throw new NetnsError('internal', 'There is no host.')`,
      `throw new NetnsError('internal', l10n.t('No.'), { advice: isHere ? l10n.t('Go on.') : 'Try again.' })`,
      `window.showErrorMessage('It failed')`,
      `showError(log, \`\${doing} failed\`, error)`,
      `const item = { label: name, description: count + ' ports' }`,
      `const item = { tooltip: [name, ...(isOld ? ['old and gone'] : [])] }`,
      `item.tooltip = 'A cable'`,
      `element('span', 'badge', 'here it ended')`,
      `button.setAttribute('aria-label', 'Close')`,
      `facts(target, up ?? 'running')`,
      `const words = \`\${count} ports\``,
    ])
      assert.equal(complaints(code), 1, code);
  });

  it('lets pass what is translated, what nobody reads, and what is the same in every language', () => {
    for (const code of [
      `throw new NetnsError('internal', l10n.t\`There is no host called \${name}.\`)`,
      `window.showErrorMessage(l10n.t('{0} failed', \`\${title}\`))`,
      `const item = { label: name, description: \`via \${gateway} dev \${device}\`, context: 'host live' }`,
      `const item = { label: '$(play)', title: 'NAT', tooltip: \`\${mac} · MTU \${mtu} · \${time} ms\` }`,
      `element('span', 'here it ended', name)`,
      `log.info(\`\${host} is live\`)`,
      `const code = \`command:netns.host.add?\${id}\``,
      `throw new Error(\`a mistake of ours: \${what}\`)`,
      `run('ip link show')`,
    ])
      assert.equal(complaints(code), 0, code);
  });
});
