/**
 * A password, passphrase, one-time code or private key on its way from a person to what wants it. It is no text: the compiler keeps it
 * out of every log, message and argument, and whatever prints, inspects or serialises it anyway gets `(secret)`. Only `expose` lets
 * it out, and a lint rule names the few files that may call that.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The secret itself, for whoever hands it over to what it opens. */
  expose(): string {
    return this.#text;
  }

  equals(other: Secret | undefined): boolean {
    return other !== undefined && this.#text === other.#text;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  /** What Node.js shows in `util.inspect`, `console.log` and failed assertions. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return hidden;
  }
}

const hidden = '(secret)';
