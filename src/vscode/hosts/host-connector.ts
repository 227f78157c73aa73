import { l10n, window, workspace, type LogOutputChannel } from 'vscode';
import { NetnsError } from '../../base/errors';
import type { ConnectPrompts } from '../../transport/transport';
import { plainLine, withoutIcons } from '../host-data';
import { editHostsChoice, showError, type Choice } from '../notify';
import { manageTrust, restrictedMode } from '../restricted-mode';
import { withCancellableProgress } from '../progress';
import type { Host } from './host';
import type { HostRegistry } from './host-registry';

/** Connects hosts for a person: with progress, questions, and one notification where it fails. */
export class HostConnector {
  private readonly underWay = new Map<Host, Promise<boolean>>();

  constructor(
    private readonly registry: HostRegistry,
    private readonly log: LogOutputChannel,
    private readonly prompts: ConnectPrompts,
  ) {}

  /**
   * Connects `host` if it is not live. Callers who come while that is under way share it, and its one notification.
   *
   * @returns whether it is live now; where not, the person has been told why.
   */
  ensureLive(host: Host): Promise<boolean> {
    if (host.state.status === 'live') return Promise.resolve(true);
    const underWay = this.underWay.get(host);
    if (underWay !== undefined) return underWay;
    const done = this.connect(host).finally(() => this.underWay.delete(host));
    this.underWay.set(host, done);
    return done;
  }

  /**
   * The host with that id, or the one that the person picks; the only one is not asked about.
   *
   * @param accept leaves out hosts that the action has no use for.
   */
  async pick(placeHolder: string, accept: (host: Host) => boolean = () => true): Promise<Host | undefined> {
    const hosts = this.registry.hosts.filter(accept);
    if (hosts.length <= 1) return hosts[0];
    const picked = await window.showQuickPick(
      hosts.map((host) => ({ label: withoutIcons(host.label), description: describeTarget(host), host })),
      { placeHolder, matchOnDescription: true },
    );
    return picked?.host;
  }

  private async connect(host: Host): Promise<boolean> {
    try {
      if (!workspace.isTrusted) throw restrictedMode();
      await withCancellableProgress(l10n.t('Connecting to {0}', host.label), async (signal) => {
        const stop = (): void => host.disconnect();
        signal.addEventListener('abort', stop);
        try {
          this.log.info(l10n.t('Connecting to {0}', host.label));
          await host.connect(this.prompts);
        } finally {
          signal.removeEventListener('abort', stop);
        }
      });
      this.log.info(
        plainLine(`${host.label} is live: ${host.snapshot?.hostname ?? ''}, Linux ${host.snapshot?.kernel ?? ''}`),
      );
      return true;
    } catch (error) {
      const concernsSettings =
        error instanceof NetnsError && ['unreachable', 'login', 'hostKey'].includes(error.reason);
      showError(this.log, l10n.t('Cannot connect to {0}', host.label), error, [
        workspace.isTrusted ? this.retry(host) : manageTrust,
        ...(concernsSettings ? [editHostsChoice] : []),
      ]);
      return false;
    }
  }

  private retry(host: Host): Choice {
    return { title: l10n.t('Try Again'), run: () => this.ensureLive(host) };
  }
}

/** `root@198.18.0.2`, with the port where it is not SSH's own. */
export function describeTarget({ configuration: { target } }: Host): string {
  if (target.type === 'local') return l10n.t('this machine');
  if (target.type === 'alias') return `ssh ${target.alias}`;
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  return `${target.user}@${host}${target.port === undefined || target.port === 22 ? '' : `:${target.port}`}`;
}
