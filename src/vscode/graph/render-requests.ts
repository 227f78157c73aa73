import * as l10n from '@vscode/l10n';
import type { Disposable } from '../../base/disposable';
import { NetnsError } from '../../base/errors';
import type { ImageFormat, RenderedImage } from '../../protocol/image';

/** The page draws thousands of things in seconds; one that says nothing for this long, in milliseconds, never will. */
const patience = 30_000;

/** Asks the page for pictures, one after the other; every request is answered or fails. */
export class RenderRequests implements Disposable {
  private waiting: { settle: (image: RenderedImage) => void; fail: (error: Error) => void } | undefined;

  constructor(private readonly ask: (format: ImageFormat, forPrint: boolean) => boolean) {}

  /** @throws NetnsError if there is no page, or it does not answer. */
  request(format: ImageFormat, forPrint: boolean): Promise<RenderedImage> {
    this.giveUp(l10n.t`Another export was begun.`);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.giveUp(l10n.t`The graph did not answer.`), patience);
      this.waiting = {
        settle: (image) => {
          clearTimeout(timer);
          resolve(image);
        },
        fail: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      if (!this.ask(format, forPrint)) this.giveUp(l10n.t`The graph is not on the screen.`);
    });
  }

  /** The page has drawn. */
  answer(image: RenderedImage): void {
    this.waiting?.settle(image);
    this.waiting = undefined;
  }

  dispose(): void {
    this.giveUp(l10n.t`The graph was closed.`);
  }

  private giveUp(why: string): void {
    this.waiting?.fail(new NetnsError('unsupported', why));
    this.waiting = undefined;
  }
}
