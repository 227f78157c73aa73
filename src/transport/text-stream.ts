import { StringDecoder } from 'node:string_decoder';
import { Emitter, type Event } from '../base/events';

/** Most characters kept for a listener that has not come yet. */
const keptLimit = 1024 * 1024;

/** Most characters looked through for the start marker. */
const noiseLimit = 64 * 1024;

/**
 * One output of a process as text: only what stands between the markers, if there are any; characters are never split, and
 * what comes before the first listener is kept for it.
 */
export class TextStream {
  private readonly decoder: StringDecoder;
  private readonly emitter = new Emitter<string>((count) => this.onListenersChanged(count));
  private noise = '';
  private kept: string | undefined = '';
  private isFlushing = false;
  private marker: string | undefined;
  private readonly endMarker: string | undefined;
  /** What may be the beginning of the end marker. */
  private held = '';
  private isOver = false;

  /**
   * @param markers The line that the output begins after, and the text that it ends before.
   * @param encoding `latin1`: a character of the same number for each byte
   */
  constructor(
    markers?: { readonly startMarker: string; readonly endMarker: string },
    encoding: 'utf8' | 'latin1' = 'utf8',
  ) {
    this.decoder = new StringDecoder(encoding);
    this.marker = markers?.startMarker;
    this.endMarker = markers?.endMarker;
  }

  readonly onText: Event<string> = this.emitter.event;

  /** Whether the marker was seen. */
  get hasStarted(): boolean {
    return this.marker === undefined;
  }

  /** Whether the end marker was seen: nothing is missing. */
  get isComplete(): boolean {
    return this.isOver;
  }

  /** What came before the start marker (the newest part of it). */
  get before(): string {
    return this.noise;
  }

  /** Takes bytes as they came. */
  feed(chunk: Buffer): void {
    this.deliver(this.beforeEnd(this.afterMarker(this.decoder.write(chunk))));
  }

  /** The output is over: half a character at its end is shown as such, and whatever was kept is delivered. */
  end(): void {
    this.deliver(this.beforeEnd(this.afterMarker(this.decoder.end())) + this.held);
    this.held = '';
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

  private beforeEnd(text: string): string {
    if (this.endMarker === undefined) return text;
    if (this.isOver) return '';
    const all = this.held + text;
    this.held = '';
    const at = all.indexOf(this.endMarker);
    if (at >= 0) {
      this.isOver = true;
      return all.slice(0, at);
    }
    const beginning = all.lastIndexOf(this.endMarker.charAt(0));
    if (beginning < 0 || !this.endMarker.startsWith(all.slice(beginning))) return all;
    this.held = all.slice(beginning);
    return all.slice(0, beginning);
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
