import { isDeepStrictEqual } from 'node:util';
import type { Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/events';
import { Host, type HostChange, type HostServices } from './host';
import type { HostConfiguration } from './host-settings';

export type RegistryChange = { readonly type: 'list' } | { readonly type: HostChange; readonly host: Host };

/** The configured hosts in the order of the settings, and everything that happens to them. */
export class HostRegistry implements Disposable {
  private entries: { readonly host: Host; readonly subscription: Disposable }[] = [];
  private readonly changes = new Emitter<RegistryChange>();

  readonly onDidChange: Event<RegistryChange> = this.changes.event;

  constructor(private readonly services: HostServices) {}

  get hosts(): readonly Host[] {
    return this.entries.map((entry) => entry.host);
  }

  find(id: string): Host | undefined {
    return this.entries.find((entry) => entry.host.id === id)?.host;
  }

  /**
   * Takes over new settings. A host whose entry leads where it did keeps its connection, also under another label; one that
   * leads elsewhere or went loses it.
   */
  update(configurations: readonly HostConfiguration[]): void {
    const before = this.entries;
    if (
      isDeepStrictEqual(
        before.map((entry) => entry.host.configuration),
        configurations,
      )
    ) {
      return;
    }
    this.entries = configurations.map((configuration) => {
      const kept = before.find(({ host }) => leadsToSame(host.configuration, configuration));
      if (kept === undefined) return this.createEntry(configuration);
      kept.host.rename(configuration.label);
      return kept;
    });
    for (const entry of before) if (!this.entries.includes(entry)) disposeEntry(entry);
    this.changes.fire({ type: 'list' });
  }

  dispose(): void {
    for (const entry of this.entries) disposeEntry(entry);
    this.entries = [];
    this.changes.dispose();
  }

  private createEntry(configuration: HostConfiguration): { host: Host; subscription: Disposable } {
    const host = new Host(configuration, this.services);
    return { host, subscription: host.onDidChange((type) => this.changes.fire({ type, host })) };
  }
}

function leadsToSame(one: HostConfiguration, other: HostConfiguration): boolean {
  return isDeepStrictEqual({ ...one, label: '' }, { ...other, label: '' });
}

function disposeEntry(entry: { readonly host: Host; readonly subscription: Disposable }): void {
  entry.subscription.dispose();
  entry.host.dispose();
}
