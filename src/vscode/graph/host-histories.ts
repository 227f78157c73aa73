import { DisposableList, type Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/events';
import { HostHistory, type Moment } from '../../lab/host-history';
import type { HistoryMoment } from '../../protocol/messages';
import type { Host } from '../hosts/host';
import type { HostRegistry } from '../hosts/host-registry';

/** What happened on each host while this window looked at it. Gone with the window, and with the host's entry. */
export class HostHistories implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly histories = new Map<Host, HostHistory>();
  private readonly changes = new Emitter<Host>();

  /** Something happened on that host. */
  readonly onDidChange: Event<Host> = this.changes.event;

  constructor(registry: HostRegistry) {
    this.disposables.add(this.changes);
    this.disposables.add(
      registry.onDidChange((change) => {
        if (change.type === 'list') this.forgetAllBut(registry.hosts);
        else if (change.type === 'snapshot') this.take(change.host);
      }),
    );
  }

  of(host: Host): readonly HistoryMoment[] {
    return (this.histories.get(host)?.moments ?? []).map(({ id, time, events }) => ({ id, time, events }));
  }

  find(host: Host, id: number): Moment | undefined {
    return this.histories.get(host)?.find(id);
  }

  dispose(): void {
    this.disposables.dispose();
    this.histories.clear();
  }

  private take(host: Host): void {
    const { snapshot } = host;
    if (snapshot === undefined) return;
    const known = this.histories.get(host) ?? new HostHistory();
    this.histories.set(host, known);
    if (known.add(snapshot, Date.now())) this.changes.fire(host);
  }

  private forgetAllBut(hosts: readonly Host[]): void {
    for (const host of this.histories.keys()) if (!hosts.includes(host)) this.histories.delete(host);
  }
}
