import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { textsForPeople } from './scripts/lint/texts-for-people.mjs';

/** What each room of src/ may import from its sisters. The arrows run downwards only (see README, "The map of the house"). */
const rooms = {
  base: [],
  topology: ['base'],
  host: ['base'],
  plan: ['base', 'host', 'topology'],
  trace: ['base', 'host', 'topology', 'plan'],
  language: ['base', 'host', 'topology', 'plan'],
  protocol: ['base'],
  capture: ['base', 'protocol'],
  measure: ['base'],
  transport: ['base'],
  lab: ['base', 'capture', 'host', 'language', 'measure', 'plan', 'protocol', 'topology', 'trace', 'transport'],
  cli: ['base', 'host', 'lab', 'plan', 'protocol', 'topology', 'trace', 'transport'],
  vscode: [
    'base',
    'capture',
    'host',
    'lab',
    'language',
    'measure',
    'plan',
    'protocol',
    'topology',
    'trace',
    'transport',
  ],
};
const pureRooms = ['base', 'topology', 'host', 'plan', 'trace', 'language', 'protocol', 'capture', 'measure'];

/** Where a secret may leave its wrapper: for what it opens, and for VS Code's secret storage. */
const mayExpose = [
  ...['key-files', 'ssh-agent', 'ssh-keys', 'ssh-methods', 'sudo-channel', 'sudo-password'].map(
    (name) => `src/transport/${name}.ts`,
  ),
  'src/vscode/hosts/secret-store.ts',
];

const importRules = Object.entries(rooms).map(([room, allowed]) => {
  const forbidden = Object.keys(rooms).filter((other) => other !== room && !allowed.includes(other));
  const patterns = [
    {
      regex: `^(\\.\\./)+(${forbidden.join('|')})(/|$)`,
      message: `src/${room} may import only ${allowed.length > 0 ? allowed.join(', ') : 'nothing'} of the other rooms.`,
    },
    {
      regex: '^(\\.\\./)+(webview|test|scripts)(/|$)',
      message: 'The source never imports the webview, tests or scripts.',
    },
  ];
  const paths = [];
  if (room !== 'vscode') paths.push({ name: 'vscode', message: 'Only src/vscode may import vscode.' });
  if (pureRooms.includes(room)) patterns.push({ regex: '^node:', message: `src/${room} is pure: no Node.js modules.` });
  return { files: [`src/${room}/**/*.ts`], rules: { 'no-restricted-imports': ['error', { patterns, paths }] } };
});

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'artifacts/', 'src/topology/generated/', 'node_modules/', '.vscode-test/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './tsconfig.webview.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  ...importRules,
  {
    files: ['src/**/*.ts'],
    ignores: mayExpose,
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[property.name='expose'], MemberExpression[property.value='expose']",
          message: 'A secret stays in its wrapper here: see src/base/secret.ts and mayExpose in eslint.config.mjs.',
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    ignores: ['src/cli/**', 'src/vscode/report/**'],
    plugins: { netns: { rules: { 'texts-for-people': textsForPeople } } },
    rules: { 'netns/texts-for-people': 'error' },
  },
  {
    files: ['src/language/**/*.ts', 'webview/**/*.ts'],
    ignores: ['webview/style.ts'],
    rules: { 'netns/texts-for-people': ['error', { properties: true }] },
  },
  {
    files: ['src/vscode/**/*.ts', 'src/lab/graph/**/*.ts'],
    ignores: ['src/vscode/report/**'],
    rules: { 'netns/texts-for-people': ['error', { properties: true, sentences: true }] },
  },
  {
    files: ['webview/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^(\\.\\./)+src/(?!protocol/)', message: 'The webview imports only src/protocol.' }] },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-console': 'off',
    },
  },
  { files: ['src/cli/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: globals.node },
  },
);
