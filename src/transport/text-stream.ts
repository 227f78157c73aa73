import { StringDecoder } from 'node:string_decoder';
import { Emitter, type Event } from '../base/events';

/** Most characters kept for a listener that has not come yet. */
const keptLimit = 1024 * 1024;

/** Most characters looked through for the start marker. */
const noiseLimit = 64 * 1024;

/**
 * One output of a process as text: what a login shell said before the start marker is cut off, characters are never
 * split, and what comes before the first listener is kept for it.
 */
export class TextStream {
  private readonly decoder = new StringDecoder('utf8');
  private readonly emitter = new Emitter<string>((count) => this.onListenersChanged(count));
  private noise = '';
  private kept: string | undefined = '';
  private isFlushing = false;

  /** @param marker The line that the output begins after; without it, it begins at once. */
  constructor(private marker: string | undefined) {}

  readonly onText: Event<string> = this.emitter.event;

  /** Whether the marker was seen. */
  get hasStarted(): boolean {
    return this.marker === undefined;
  }

  /** What came before the marker (the newest part of it). */
  get before(): string {
    return this.noise;
  }

  /** Takes bytes as they came. */
  feed(chunk: Buffer): void {
    this.deliver(this.afterMarker(this.decoder.write(chunk)));
  }

  /** The output is over: half a character at its end is shown as such, and whatever was kept is delivered. */
  end(): void {
    this.deliver(this.afterMarker(this.decoder.end()));
    if (this.isFlushing) this.flush();
  }

  private afterMarker(text: string): string {
    if (this.marker === undefined) return text;
    const line = `${this.marker}\n`;
    this.noise = (this.noise + text).slice(-noiseLimit);
    const at = this.noise.indexOf(line);
    if (at < 0) return '';
    const rest = this.noise.slice(at + line.length);
    this.noise = this.noise.slice(0, at);
    this.marker = undefined;
    return rest;
  }

  private deliver(text: string): void {
    if (text === '') return;
    if (this.kept === undefined) this.emitter.fire(text);
    else this.kept = (this.kept + text).slice(-keptLimit);
  }

  /** A listener hears of what was kept only after it was added, never while it is being added. */
  private onListenersChanged(count: number): void {
    if (count === 0 || this.kept === undefined || this.isFlushing) return;
    this.isFlushing = true;
    queueMicrotask(() => this.flush());
  }

  private flush(): void {
    if (this.kept === undefined) return;
    const text = this.kept;
    this.kept = undefined;
    if (text !== '') this.emitter.fire(text);
  }
}
