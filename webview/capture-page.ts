import type { CaptureCommand, CaptureKept, FromCapture, PacketDetails, ToCapture } from '../src/protocol/capture';
import type { Channel } from '../src/protocol/channel';
import { isCount, isObject, optional } from '../src/protocol/shape';
import { CaptureDetails } from './capture-details';
import { CaptureStatusLine } from './capture-status';
import { PacketGrid } from './capture-grid';
import { CaptureToolbar } from './capture-toolbar';

/** What the page keeps while its tab is hidden, and over a reload of the window. */
export interface CapturePageState {
  /** What the extension needs to know after a reload. */
  readonly kept?: CaptureKept;
  /** Pixels of the details' pane. */
  readonly height?: number;
}

interface KeptApi {
  getState(): unknown;
  setState(state: CapturePageState): void;
}

const isOwnState = isObject<Pick<CapturePageState, 'height'>>({ height: optional(isCount) });

/** The packets' page: its parts, and what each tells the others. */
export class CapturePage {
  private state: CapturePageState;
  private readonly toolbar: CaptureToolbar;
  private readonly grid: PacketGrid;
  private readonly details: CaptureDetails;
  private readonly statusLine: CaptureStatusLine;
  /** The packet whose details get the keyboard once they are there: Enter was pressed before. */
  private opening: number | undefined;

  constructor(
    app: HTMLElement,
    private readonly api: KeptApi,
    private readonly channel: Channel<FromCapture>,
  ) {
    const before = api.getState();
    this.state = isOwnState(before) ? before : {};
    this.toolbar = new CaptureToolbar(app, {
      command: (command) => this.command(command),
      search: (text) => {
        this.grid.startAnew();
        channel.post({ type: 'search', text });
      },
      follow: (follow) => this.grid.setFollow(follow),
      leaveSearch: () => this.grid.focus(),
    });
    this.statusLine = new CaptureStatusLine();
    app.append(this.statusLine.notes);
    this.grid = new PacketGrid(app, {
      view: (view) => channel.post({ type: 'view', ...view }),
      select: (number) => channel.post({ type: 'select', number }),
      open: () => void (this.opening = this.details.focus() ? undefined : this.grid.selected),
      following: (follow) => this.toolbar.setFollow(follow),
      search: () => this.toolbar.focusSearch(),
    });
    this.details = new CaptureDetails(app, this.state.height, {
      height: (height) => this.keep({ ...this.state, height }),
      leave: () => this.grid.focus(),
    });
    app.append(this.statusLine.element);
    // VS Code gives the keyboard to the page's body when the tab comes to the front.
    window.addEventListener('focus', () => {
      if (document.activeElement === document.body) this.grid.focus();
    });
  }

  receive(message: ToCapture): void {
    switch (message.type) {
      case 'status':
        this.toolbar.show(message.status);
        this.statusLine.show(message.status);
        this.grid.setPhase(message.status.phase);
        break;
      case 'rows':
        this.grid.show(message);
        this.statusLine.showTotal(message.total);
        break;
      case 'details':
        if (message.details.number === this.grid.selected) this.showDetails(message.details);
        break;
      case 'search':
        this.toolbar.setSearch(message.text);
        this.grid.startAnew();
        break;
      case 'keep':
        this.keep({ ...this.state, kept: message.state });
        break;
    }
  }

  private showDetails(details: PacketDetails): void {
    this.details.show(details);
    const opened = details.number === this.opening && this.grid.hasFocus();
    this.opening = undefined;
    if (opened) this.details.focus();
  }

  private command(command: CaptureCommand): void {
    if (command === 'clear') {
      this.grid.clear();
      this.details.hide();
    }
    this.channel.post({ type: 'command', command });
  }

  private keep(state: CapturePageState): void {
    this.state = state;
    this.api.setState(state);
  }
}
