// The texts of package.json that people read stand in package.nls.json, under keys that say where they are shown.

/** Properties of the manifest whose texts people read. */
const shown = new Set([
  'title',
  'category',
  'displayName',
  'description',
  'markdownDescription',
  'enumDescriptions',
  'contents',
  'name',
  'label',
]);

/** Where a `name` or `label` is no text but an id. */
const ids = /\.(?:problemMatchers|grammars|languages|languageModelTools)\b/;

/**
 * Moves each plain text to the table; what is a `%key%` already stays.
 *
 * @param {any} manifest package.json, which is changed
 * @param {Record<string, string>} table package.nls.json, which is added to
 * @returns {string[]} the keys that were added
 */
export function moveTexts(manifest, table) {
  const added = [];
  const move = (key, text) => {
    let free = key;
    for (let n = 2; Object.hasOwn(table, free) && table[free] !== text; n++) free = `${key}.${n}`;
    if (!Object.hasOwn(table, free)) added.push(free);
    table[free] = text;
    return `%${free}%`;
  };
  visitTexts(manifest, move);
  return added;
}

/** The keys that a manifest names. */
export function keysOf(manifest) {
  const text = JSON.stringify(manifest);
  return [...new Set([...text.matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key))];
}

/** The texts of a manifest that are no keys, as `where: text`. */
export function plainTexts(manifest) {
  const found = [];
  visitTexts(structuredClone(manifest), (key, text) => {
    found.push(`${key}: ${text}`);
    return text;
  });
  return found;
}

function visitTexts(manifest, replace) {
  for (const key of ['displayName', 'description']) {
    if (isPlain(manifest[key])) manifest[key] = replace(`extension.${key}`, manifest[key]);
  }
  const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities ?? {};
  for (const [name, capability] of Object.entries({ untrustedWorkspaces, virtualWorkspaces })) {
    if (isPlain(capability?.description))
      capability.description = replace(`capabilities.${name}`, capability.description);
  }
  visit(manifest.contributes ?? {}, '', replace);
}

function visit(value, where, replace) {
  if (Array.isArray(value)) {
    value.forEach((item, index) => visit(item, `${where}.${nameOf(item) ?? index}`, replace));
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    const place = `${where}.${key}`;
    if (shown.has(key) && !ids.test(place) && isPlain(child)) {
      value[key] = replace(keyFor(where, key), child);
    } else if (key === 'enumDescriptions' && Array.isArray(child)) {
      value[key] = child.map((text, index) =>
        isPlain(text) ? replace(keyFor(where, value.enum?.[index] ?? index), text) : text,
      );
    } else if (!['properties', 'defaultSnippets'].includes(key) || typeof child === 'object') {
      // What a snippet inserts is the user's file, not our words.
      if (key !== 'defaultSnippets' && key !== 'when' && key !== 'icon') visit(child, place, replace);
    }
  }
}

function isPlain(value) {
  return typeof value === 'string' && !/^%[\w.-]+%$/.test(value) && /\p{L}/u.test(value);
}

/** What names an entry of a list: a command's id, a view's. */
function nameOf(item) {
  if (typeof item !== 'object' || item === null) return undefined;
  return item.command ?? item.id ?? item.view ?? item.type;
}

/** `commands.netns.topology.apply.title`: short where it can be. */
function keyFor(where, property) {
  return `${where}.${property}`
    .replace(/^\./, '')
    .replace(/^commands\.(.*)\.title$/, 'command.$1')
    .replace(/^commands\..*\.category$/, 'category')
    .replace(/^configuration\.properties\.(.*?)\.(?:markdownDescription|description)$/, 'setting.$1')
    .replace(/^configuration\.properties\./, 'setting.')
    .replace(/[^\w.-]/g, '-');
}
