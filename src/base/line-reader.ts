/** The longest line that counts: what a host says without end must not fill our memory. */
const longestLine = 64 * 1024;

/** Takes text apart into lines, as it comes in pieces of any size. Of a line that goes on and on, only the beginning is kept. */
export class LineReader {
  private rest = '';

  /** The next piece. @returns the lines that it completes, without their ends */
  feed(text: string): string[] {
    const lines = (this.rest + text).split('\n');
    this.rest = (lines.pop() ?? '').slice(0, longestLine);
    return lines;
  }
}
