import { parseTopology, type ParsedTopology } from '../../../topology/parse';
import type { FromDesk, ToDesk } from './messages';
import { answer, type FileVersion } from './questions';

type Asked = Extract<ToDesk, { type: 'ask' }>;

/**
 * Answers questions about files, one after the other. Between two answers it hears what has come meanwhile: what was cancelled,
 * or is about a version that has been replaced, is dropped before any work is done for it.
 */
export class Desk {
  private readonly files = new Map<string, KnownFile>();
  private readonly waiting: Asked[] = [];
  private isScheduled = false;

  /** @param later calls back when the messages that wait have been handed to `receive` */
  constructor(
    private readonly send: (message: FromDesk) => void,
    private readonly later: (work: () => void) => void,
  ) {}

  receive(message: ToDesk): void {
    switch (message.type) {
      case 'text':
        this.files.set(message.file, new KnownFile(message.version, message.text, this.files.get(message.file)));
        this.drop(({ file, version }) => file === message.file && version !== message.version);
        break;
      case 'forget':
        this.files.delete(message.file);
        this.drop(({ file }) => file === message.file);
        break;
      case 'cancel':
        this.drop(({ id }) => id === message.id);
        break;
      case 'ask':
        this.waiting.push(message);
        this.schedule();
        break;
    }
  }

  private drop(matches: (asked: Asked) => boolean): void {
    for (let index = this.waiting.length - 1; index >= 0; index--) {
      const asked = this.waiting[index];
      if (asked === undefined || !matches(asked)) continue;
      this.waiting.splice(index, 1);
      this.send({ type: 'dropped', id: asked.id });
    }
  }

  private schedule(): void {
    if (this.isScheduled || this.waiting.length === 0) return;
    this.isScheduled = true;
    this.later(() => {
      this.isScheduled = false;
      this.answerNext();
      this.schedule();
    });
  }

  private answerNext(): void {
    const asked = this.waiting.shift();
    if (asked === undefined) return;
    const { id, version, question, args } = asked;
    const file = this.files.get(asked.file);
    if (file?.version !== version) {
      this.send({ type: 'dropped', id });
      return;
    }
    try {
      this.send({ type: 'answer', id, value: answer(file, question, args) });
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.send({ type: 'failed', id, message });
    }
  }
}

class KnownFile implements FileVersion {
  private known: ParsedTopology | undefined;
  /** The last version before that was parsed: what has not changed since is not read again. */
  private before: ParsedTopology | undefined;

  constructor(
    readonly version: number,
    readonly text: string,
    earlier?: KnownFile,
  ) {
    this.before = earlier?.known ?? earlier?.before;
  }

  get parsed(): ParsedTopology {
    this.known ??= parseTopology(this.text, this.before);
    this.before = undefined;
    return this.known;
  }
}
