// A lint rule of our own: what people read is given to `l10n`, so that it is there in each language. It knows the places where
// texts get to people, and sentences that are put together around a value wherever they stand.

/** Properties of what VS Code and our pages show. */
const shownProperties = new Set([
  ...['label', 'description', 'tooltip', 'title', 'detail', 'advice', 'accessibleLabel', 'ariaLabel', 'textContent'],
  ...['placeHolder', 'prompt', 'validationMessage', 'heading', 'saveLabel', 'openLabel'],
]);

/** Functions that show what they are given: the first and the last of those arguments. */
const shownArguments = new Map([
  ...['showInformationMessage', 'showWarningMessage', 'showErrorMessage', 'facts'].map((name) => [name, [0]]),
  ...['showInformation', 'showError', 'tellFailure', 'linkButton'].map((name) => [name, [1, 1]]),
  ['setStatusBarMessage', [0, 0]],
  ['element', [2]],
]);

/** Words of commands, keys and units, which are the same in every language. */
const technical = new Set(
  'dev via metric table priority lladdr mtu ssh netns host ms sysctl nat Linux static default operstate'.split(' '),
);

const word = /(?<![\w$`'"./:-])[A-Za-z][a-z]+(?![\w`'"/:=@-]|\.\w)/g;

/** Words that a language would have its own for. A code in backquotes is none. */
function wordsIn(text) {
  if (/^(<svg|data:)/.test(text)) return [];
  return (text.replace(/\$\([a-z~-]+\)/g, '').match(word) ?? []).filter((one) => !technical.has(one));
}

/** Texts that an expression may come to: the branches of a choice, the parts of a sum, the items of a list. */
function* textsIn(node) {
  switch (node?.type) {
    case 'Literal':
      if (typeof node.value === 'string') yield [node, node.value];
      break;
    case 'TemplateLiteral':
      yield [node, node.quasis.map(({ value }) => value.cooked).join('0')];
      break;
    case 'ConditionalExpression':
      yield* textsIn(node.consequent);
      yield* textsIn(node.alternate);
      break;
    case 'LogicalExpression':
      yield* textsIn(node.right);
      break;
    case 'BinaryExpression':
      if (node.operator === '+') for (const part of [node.left, node.right]) yield* textsIn(part);
      break;
    case 'ArrayExpression':
      for (const item of node.elements) yield* textsIn(item);
      break;
    case 'SpreadElement':
      yield* textsIn(node.argument);
      break;
  }
}

/** Whether it is for the log, or for an error that is a mistake of ours: both are in English. */
function isLogged(node) {
  for (let above = node.parent; above !== null && above.type !== 'ExpressionStatement'; above = above.parent) {
    if (above.type === 'NewExpression' && above.callee.name === 'Error') return true;
    if (above.type !== 'CallExpression') continue;
    const { callee } = above;
    if (['logError', 'onTrouble'].includes(nameOf(callee)) || nameOf(callee.object ?? {}) === 'log') return true;
  }
  return false;
}

const nameOf = (node) => (node.type === 'MemberExpression' ? node.property.name : node.name);

/** @type {import('eslint').Rule.RuleModule} */
export const textsForPeople = {
  meta: {
    type: 'problem',
    // `properties`: objects are made for people to see. `sentences`: so are all texts of a value and words, wherever they stand.
    schema: [
      {
        type: 'object',
        properties: { properties: { type: 'boolean' }, sentences: { type: 'boolean' } },
        additionalProperties: false,
      },
    ],
    messages: { plain: 'People read “{{text}}”: give it to l10n.t, and run npm run l10n.' },
  },
  create(context) {
    const told = new Set();
    const look = (value) => {
      for (const [node, text] of textsIn(value)) {
        if (wordsIn(text).length === 0 || told.has(node)) continue;
        told.add(node);
        context.report({ node, messageId: 'plain', data: { text: text.slice(0, 60) } });
      }
    };
    const { sentences = false, properties = false } = context.options[0] ?? {};
    return {
      TemplateLiteral(node) {
        if (!sentences || node.expressions.length === 0 || node.parent.type === 'TaggedTemplateExpression') return;
        if (!isLogged(node)) look(node);
      },
      NewExpression({ callee, arguments: [, message, more] }) {
        if (callee.name !== 'NetnsError') return;
        look(message);
        for (const { key, value } of more?.properties ?? []) if (key?.name === 'advice') look(value);
      },
      CallExpression({ callee, arguments: given }) {
        const name = nameOf(callee);
        if (name === 'setAttribute' && /^(aria-label|title)$/.test(given[0]?.value)) look(given[1]);
        const [first, last = given.length - 1] = shownArguments.get(name) ?? [given.length];
        given.slice(first, last + 1).forEach(look);
      },
      Property({ key, value, parent }) {
        if (properties && parent.type === 'ObjectExpression' && shownProperties.has(key.name)) look(value);
      },
      AssignmentExpression({ left, right }) {
        if (properties && left.type === 'MemberExpression' && shownProperties.has(nameOf(left))) look(right);
      },
    };
  },
};
