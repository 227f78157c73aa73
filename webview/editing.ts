import * as l10n from '@vscode/l10n';
import type { Channel } from '../src/protocol/channel';
import type { GraphView } from '../src/protocol/graph';
import type { GraphEdit } from '../src/protocol/graph-edit';
import type { DrawnFile, FromGraph } from '../src/protocol/messages';
import { Banner } from './banner';
import type { RenderedBox } from './boxes';
import { CableDrag } from './cable-drag';
import { listenToEditKeys } from './edit-keys';
import { EditedMessage } from './edited-message';

export interface EditingParts {
  readonly app: HTMLElement;
  readonly stage: HTMLElement;
  readonly canvas: HTMLElement;
  readonly channel: Channel<FromGraph>;
  selected(): string | undefined;
  renderedBox(id: string): RenderedBox | undefined;
  markTarget(id: string | undefined): void;
  say(text: string): void;
}

/** Everything by which the drawn file is edited. The page only asks; the extension edits, and sends a new picture. */
export class Editing {
  private readonly banner: Banner;
  private readonly cable: CableDrag;
  private readonly message: EditedMessage;
  private file: DrawnFile | undefined;

  constructor(private readonly parts: EditingParts) {
    const { app, stage, canvas, channel } = parts;
    this.banner = new Banner(app, l10n.t`Show Problem`, () => channel.post({ type: 'showProblem' }));
    this.cable = new CableDrag(stage, {
      renderedBox: (id) => parts.renderedBox(id),
      mark: (id) => parts.markTarget(id),
      connect: (from, to) => this.ask({ type: 'connect', from, ...(to !== undefined && { to }) }),
    });
    this.message = new EditedMessage(stage, () => channel.post({ type: 'history', step: 'undo' }));
    listenToEditKeys(document, canvas, {
      selected: () => parts.selected(),
      edit: (edit) => this.ask(edit),
      history: (step) => {
        this.message.hide();
        channel.post({ type: 'history', step });
      },
      canEdit: () => this.file !== undefined,
    });
  }

  get isEditable(): boolean {
    return this.file !== undefined;
  }

  get isDragging(): boolean {
    return this.cable.isDragging;
  }

  /** Asks for an edit; the keys are the picture's from then on. */
  ask(edit: GraphEdit): void {
    this.message.hide();
    this.parts.canvas.focus();
    this.parts.channel.post({ type: 'edit', edit });
  }

  /** To be called with each picture; a notice in its place has none. */
  setView(view: GraphView | undefined, file: DrawnFile | undefined): void {
    this.file = file;
    this.banner.set(file?.note);
    this.cable.setView(file === undefined ? undefined : view);
  }

  select(id: string | undefined): void {
    this.cable.select(id);
  }

  hover(id: string | undefined): void {
    this.cable.hover(id);
  }

  /** To be called when the picture moves on the screen. */
  place(): void {
    this.cable.place();
  }

  /** The extension has edited the file. */
  edited(said: string): void {
    this.message.show(said);
    this.parts.say(said);
  }
}
