import type { Channel } from '../src/protocol/channel';
import type { GraphView } from '../src/protocol/graph';
import type { FromGraph, ToGraph } from '../src/protocol/messages';
import type { Details } from './details';
import type { AccessibleList } from './list';
import type { Picture } from './picture';
import { Rates, showsRatesByItself } from './rates';
import type { StateKeeper } from './state-keeper';
import type { Toolbar } from './toolbar';

export interface RateParts {
  readonly picture: Picture;
  readonly state: StateKeeper;
  readonly toolbar: Toolbar;
  readonly details: Details;
  readonly list: AccessibleList;
  readonly channel: Channel<FromGraph>;
}

/** Asks for rates while they are shown, and shows them: on the cables, in the details, in the tooltip. */
export class RateControl {
  readonly rates: Rates;
  private isWatching = false;

  constructor(private readonly parts: RateParts) {
    this.rates = new Rates(parts.picture);
  }

  /** To be called with each picture. Rates are shown by a person's word, else where there are few enough to ask for. */
  watch(view: GraphView): void {
    const { state, toolbar, channel } = this.parts;
    const on = state.rates ?? showsRatesByItself(view);
    toolbar.setRates(on);
    if (on === this.isWatching) return;
    this.isWatching = on;
    channel.post({ type: 'watchRates', on });
  }

  toggle(on: boolean): void {
    const { state, picture } = this.parts;
    state.setRates(on);
    if (picture.view !== undefined) this.watch(picture.view);
    state.keep(picture);
  }

  take({ rates, unavailable }: Extract<ToGraph, { type: 'rates' }>): void {
    const { list, toolbar } = this.parts;
    this.rates.set(rates);
    if (unavailable !== undefined) list.say(unavailable);
    toolbar.setRatesNote(unavailable);
    this.showInDetails();
  }

  showInDetails(): void {
    const { details } = this.parts;
    const id = details.openedFor;
    if (id !== undefined) details.setTraffic(this.rates.linesOf(id));
  }

  /** A description with what passes the thing, for its tooltip. */
  described(id: string | undefined, description: string): string {
    return [description, ...(id === undefined ? [] : this.rates.linesOf(id))].join('\n');
  }
}
