/** What YAML 1.2's core schema would read as something else than text (https://yaml.org/spec/1.2.2/, 10.3.2). */
const notText =
  /^(?:~|null|true|false|[-+]?(?:\.inf|\.nan|[0-9]+|0o[0-7]+|0x[0-9a-f]+|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:e[-+]?[0-9]+)?))$/i;
/** Plain text that means itself everywhere in YAML, also inside brackets. */
const plain = /^[\p{L}\p{N}_./][\p{L}\p{N}_./@+%:-]*$/u;

/**
 * Text as a YAML scalar that is read as exactly this text, in a block and inside brackets: as it is where that works, else
 * in quotes.
 */
export function writeScalar(text: string): string {
  return plain.test(text) && !text.endsWith(':') && !notText.test(text) ? text : writeQuoted(text);
}

/** Text between double quotes (JSON's string, which YAML 1.2 includes). */
export function writeQuoted(text: string): string {
  return JSON.stringify(text);
}

/** Text as the inside of quotes that stand already. */
export function writeInside(text: string, quote: '"' | "'"): string {
  return quote === "'" ? text.replaceAll("'", "''") : JSON.stringify(text).slice(1, -1);
}
