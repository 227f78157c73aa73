import * as l10n from '@vscode/l10n';
import type { EdgeSingular } from 'cytoscape';
import type { GraphCable, GraphView } from '../src/protocol/graph';
import type { GraphRate } from '../src/protocol/rates';
import type { Picture } from './picture';
import { flowLines, nothing, sum, trafficLabel, widthFor, type Traffic } from './rate-words';
import { nameOf, nodeOf } from './words';

/** Below this zoom nobody reads a number on a cable: its width alone tells. */
const readableZoom = 0.6;
/** Of a picture with more namespaces nobody asks a host for all counters without being asked to. */
const mostByItself = 100;

/** Whether rates are shown where a person has not said. */
export function showsRatesByItself(view: GraphView): boolean {
  return view.nodes.filter(({ kind }) => kind === 'namespace').length <= mostByItself;
}

/** What passes the cables, drawn on them as a number and a width. */
export class Rates {
  private byId: ReadonlyMap<string, GraphRate> = new Map();
  private isReadable = true;
  private labels = true;

  constructor(private readonly picture: Picture) {
    picture.drawing.cy.on('zoom', () => {
      if (this.isReadable !== this.canBeRead) this.apply();
    });
  }

  set(rates: readonly GraphRate[]): void {
    this.byId = new Map(rates.map((rate) => [rate.id, rate]));
    this.apply();
  }

  /** Whether addresses stand on the cables too. */
  setLabels(labels: boolean): void {
    this.labels = labels;
    this.apply();
  }

  /** Takes the rates off the picture until `apply`: for a picture that is to last. */
  clear(): void {
    this.picture.drawing.cy.edges('.flowing').removeClass('flowing losing');
  }

  /** To be called after each drawing too: new cables know nothing yet. */
  apply(): void {
    const { cy } = this.picture.drawing;
    this.isReadable = this.canBeRead;
    cy.batch(() => {
      const idle = new Set(cy.edges('.flowing').map((edge) => edge.id()));
      for (const [id, traffic] of this.byId.size === 0 ? [] : this.trafficOnCables()) {
        const edge = cy.getElementById(id);
        if (edge.empty()) continue;
        idle.delete(id);
        this.mark(edge, traffic);
      }
      for (const id of idle) cy.getElementById(id).removeClass('flowing losing');
    });
  }

  /** What passes something, in words, a direction a line; none where nothing does, or that is not known. */
  linesOf(id: string): string[] {
    const { view, drawn } = this.picture;
    const rate = this.byId.get(id);
    if (rate !== undefined) return flowLines([l10n.t`sends`, l10n.t`receives`], rate.sent, rate.received);
    const cable = drawn?.cables.find((each) => each.id === id);
    if (view === undefined || drawn === undefined || cable === undefined) return [];
    const traffic = this.trafficOnCables().get(id);
    if (traffic === undefined) return [];
    const to = (end: string): string => {
      const node = nodeOf(drawn, end);
      if (node === undefined) return l10n.t`one way:`;
      const home = node.kind === 'interface' ? nodeOf(drawn, node.parent) : undefined;
      return l10n.t`to ${nameOf(home ?? node, drawn)}:`;
    };
    return flowLines([to(cable.to), to(cable.from)], traffic.forth, traffic.back);
  }

  private get canBeRead(): boolean {
    return this.picture.drawing.cy.zoom() >= readableZoom;
  }

  /** By the cable that is drawn: that of a collapsed group carries what its members' do. */
  private trafficOnCables(): Map<string, Traffic> {
    const traffic = new Map<string, Traffic>();
    for (const cable of this.picture.view?.cables ?? []) {
      const own = this.trafficOf(cable);
      if (own === undefined) continue;
      const card = this.picture.drawnFor(cable.id);
      const id = card === cable.id ? card : `cable:${card}`;
      const known = traffic.get(id);
      traffic.set(
        id,
        known === undefined ? own : { forth: sum(known.forth, own.forth), back: sum(known.back, own.back) },
      );
    }
    return traffic;
  }

  /** Both ends of a cable count the same packets; what is lost, each counts for itself. */
  private trafficOf({ from, to, kind }: GraphCable): Traffic | undefined {
    const near = this.byId.get(from);
    // What something else stands on counts also what is not its.
    const far = kind === 'stacked' ? undefined : this.byId.get(to);
    if (near === undefined && far === undefined) return undefined;
    const forth = near?.sent ?? far?.received ?? nothing;
    const back = near?.received ?? far?.sent ?? nothing;
    if (near === undefined || far === undefined) return { forth, back };
    return {
      forth: { ...forth, lost: forth.lost + far.received.lost },
      back: { ...back, lost: back.lost + far.sent.lost },
    };
  }

  private mark(edge: EdgeSingular, traffic: Traffic): void {
    const text = this.isReadable ? trafficLabel(traffic, arrows(edge)) : '';
    const address = this.labels ? String(edge.data('fromLabel')) : '';
    // An uplink has no address beside its end: there the number stands in its middle.
    const isMiddle = edge.hasClass('kind-uplink');
    const lines = [address, isMiddle ? '' : text].filter((line) => line !== '');
    const offset = Number(edge.data('fromOffset'));
    edge.data({
      fromRate: lines.join('\n'),
      fromRateOffset: lines.length > 1 ? offset + 8 : offset,
      midRate: isMiddle ? text : String(edge.data('name')),
      rateWidth: widthFor(traffic) + (isMiddle ? 1 : 0),
    });
    edge.addClass('flowing');
    edge.toggleClass('losing', traffic.forth.lost + traffic.back.lost > 0);
  }
}

/** The arrows for the way along a cable and the way back, as it lies in the picture. */
function arrows(edge: EdgeSingular): readonly [string, string] {
  const from = edge.source().position();
  const to = edge.target().position();
  if (to.y - from.y > 12) return ['↓', '↑'];
  if (from.y - to.y > 12) return ['↑', '↓'];
  return to.x >= from.x ? ['→', '←'] : ['←', '→'];
}
