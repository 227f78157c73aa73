/** Collects an output, up to a limit. */
export class OutputText {
  private readonly parts: string[] = [];
  private bytes = 0;

  /**
   * @param limit Most bytes (in UTF-8) that are kept.
   * @param onTooMuch Called when more come; they are thrown away.
   */
  constructor(
    private readonly limit: number,
    private readonly onTooMuch: () => void,
  ) {}

  get text(): string {
    return this.parts.join('');
  }

  add(part: string): void {
    if (this.bytes > this.limit) return;
    this.bytes += Buffer.byteLength(part);
    if (this.bytes > this.limit) this.onTooMuch();
    else this.parts.push(part);
  }
}
