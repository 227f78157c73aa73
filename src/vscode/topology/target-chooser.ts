import { l10n, window, type Memento } from 'vscode';
import { NetnsError } from '../../base/errors';
import { Emitter, type Event } from '../../base/events';
import type { Topology } from '../../topology/model';
import type { Host } from '../hosts/host';
import type { HostConnector } from '../hosts/host-connector';
import type { HostRegistry } from '../hosts/host-registry';
import { rememberedTargetKey } from '../ids';

/** Which host a topology is for: the file's `target`, else the workspace's choice, else the only host there is. */
export class TargetChooser {
  private readonly changes = new Emitter<void>();
  readonly onDidChange: Event<void> = this.changes.event;

  constructor(
    private readonly registry: HostRegistry,
    private readonly connector: HostConnector,
    private readonly memento: Memento,
  ) {}

  /** The host that would be worked on without asking; undefined if the person must choose, or the host is not configured. */
  knownTarget(topology: Pick<Topology, 'target'> | undefined): Host | undefined {
    if (topology?.target !== undefined) return this.registry.find(topology.target);
    const remembered = this.memento.get<string>(rememberedTargetKey);
    const known = remembered === undefined ? undefined : this.registry.find(remembered);
    return known ?? (this.registry.hosts.length === 1 ? this.registry.hosts[0] : undefined);
  }

  /**
   * The host to work on; asks where it is not known, and remembers the answer for the workspace.
   *
   * @returns undefined if the person did not choose.
   * @throws NetnsError `invalidTopology` if the file names a host that is not configured; `unsupported` if none is.
   */
  async choose(topology: Topology): Promise<Host | undefined> {
    const known = this.knownTarget(topology);
    if (known !== undefined) return known;
    if (topology.target !== undefined) {
      throw new NetnsError(
        'invalidTopology',
        l10n.t('The file’s target “{0}” is not among your hosts.', topology.target),
        {
          advice: l10n.t('Add a host of that id to the setting netns.hosts, or change “target” in the file.'),
        },
      );
    }
    if (this.registry.hosts.length === 0) {
      throw new NetnsError('unsupported', l10n.t('There is no host to work on yet.'), {
        advice: l10n.t('Add a host first.'),
      });
    }
    return await this.ask();
  }

  /** Asks for the host that files without `target` are for, and remembers it. */
  async ask(): Promise<Host | undefined> {
    const host = await this.connector.pick(l10n.t('Which host are this workspace’s topologies for?'));
    if (host === undefined) {
      if (this.registry.hosts.length === 0)
        void window.showInformationMessage(l10n.t('There is no host yet. Add a host first.'));
      return undefined;
    }
    await this.remember(host.id);
    return host;
  }

  async remember(hostId: string): Promise<void> {
    await this.memento.update(rememberedTargetKey, hostId);
    this.changes.fire();
  }
}
