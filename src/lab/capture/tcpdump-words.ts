/** What a running tcpdump says of itself on its standard error, line by line. */
export class TcpdumpWords {
  private rest = '';
  private lines: string[] = [];
  /** It has opened its interface. */
  isListening = false;
  /** Packets that the kernel could not hand over, as it said the last time. */
  dropped = 0;

  add(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = (lines.pop() ?? '').slice(-2000);
    for (const line of lines) this.read(line.trim());
  }

  /** What it said besides that: why it ended. */
  get complaint(): string {
    return [...this.lines, this.rest.trim()].filter((line) => line !== '').join('\n');
  }

  private read(line: string): void {
    const [, dropped] = /(\d+) packets? dropped by kernel/.exec(line) ?? [];
    if (dropped !== undefined) this.dropped = Number(dropped);
    if (/listening on /.test(line)) this.isListening = true;
    if (line === '' || /packets? (captured|received|dropped)|listening on |verbose output|data link type/.test(line))
      return;
    this.lines = [...this.lines, line.replace(/^tcpdump: /, '').slice(0, 500)].slice(-5);
  }
}
