import { Composer, Parser, type Document } from 'yaml';
import { isDeeperThan } from './depth';

/** The language itself nests seven levels; a text that nests deeper is a mistake or an attack on the parser's stack. */
export const deepestNesting = 100;

/** The documents of a YAML text, as far as the first two; undefined where it nests too deeply to be read. Never throws. */
export function composeDocuments(text: string): Document.Parsed[] | undefined {
  const tokens = [...new Parser().parse(text)];
  if (tokens.some((token) => isDeeperThan(token, deepestNesting))) return undefined;
  const composer = new Composer({
    merge: true,
    // We look for duplicate keys ourselves: the package compares each key with each, which a large map makes slow.
    uniqueKeys: false,
    // No `!!set`, `!!omap` and the like: a topology is made of maps, lists and scalars.
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const documents: Document.Parsed[] = [];
  for (const document of composer.compose(tokens, true, text.length) as Iterable<Document.Parsed>) {
    documents.push(document);
    if (documents.length === 2) break;
  }
  return documents;
}
