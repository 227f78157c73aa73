import * as l10n from '@vscode/l10n';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Disposable } from '../../base/disposable';
import { NetnsError } from '../../base/errors';
import { PcapngWriter, type CaptureFacts } from '../../capture/pcapng-writer';
import type { Packet } from '../../capture/packet';

/** Bytes that may wait for a Wireshark that does not keep up. */
const mostWaiting = 128 * 1024 * 1024;

export interface WiresharkEvents {
  /** Its window was closed, or it failed. */
  onEnd(error: NetnsError | undefined): void;
}

/** A Wireshark on the computer where the extension runs, which reads packets as they come. */
export class Wireshark implements Disposable {
  private readonly writer: PcapngWriter;
  private isOver = false;
  private said = '';

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    facts: CaptureFacts,
    private readonly events: WiresharkEvents,
  ) {
    this.writer = new PcapngWriter(facts);
    child.stdin.on('error', () => undefined);
    child.stdout.resume();
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.said = (this.said + text).slice(-2000)));
    child.on('error', () => undefined);
    child.once('close', (code) => this.end(code));
    child.stdin.write(this.writer.begin());
  }

  /**
   * Starts it.
   *
   * @param program a name on the PATH, or a path
   * @throws NetnsError `missingTool` where it does not start.
   */
  static start(program: string, facts: CaptureFacts, events: WiresharkEvents): Promise<Wireshark> {
    return new Promise((resolve, reject) => {
      // Begin at once (-k), from the standard input (-i -).
      const child = spawn(program, ['-k', '-i', '-'], { stdio: 'pipe' });
      child.once('error', (error) => {
        reject(
          new NetnsError('missingTool', l10n.t`“${program}” does not start on the computer where the extension runs.`, {
            hostSaid: error.message,
            advice: l10n.t`Install Wireshark there, or name its program in the setting “netns.capture.wireshark”.`,
          }),
        );
      });
      child.once('spawn', () => resolve(new Wireshark(child, facts, events)));
    });
  }

  /** Hands packets over. */
  add(packets: readonly Packet[]): void {
    if (this.isOver) return;
    const blocks = packets.flatMap((packet) => this.writer.packet(packet));
    if (blocks.length > 0) this.child.stdin.write(Buffer.concat(blocks));
    if (this.child.stdin.writableLength <= mostWaiting) return;
    this.finish(
      new NetnsError('busy', l10n.t`Wireshark does not keep up, and gets no more packets.`, {
        advice: l10n.t`Capture with a filter, or save the packets and open the file.`,
      }),
    );
  }

  /** No more packets come; its window stays. */
  dispose(): void {
    this.finish(undefined);
  }

  private end(code: number | null): void {
    const failed = code !== 0 && code !== null && !this.isOver;
    this.finish(
      failed
        ? new NetnsError('commandFailed', l10n.t`Wireshark ended with ${code}.`, { hostSaid: this.said })
        : undefined,
    );
  }

  private finish(error: NetnsError | undefined): void {
    if (this.isOver) return;
    this.isOver = true;
    this.child.stdin.end();
    // Whoever closes VS Code does not wait for it.
    this.child.unref();
    this.events.onEnd(error);
  }
}
