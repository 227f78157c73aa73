import { l10n, commands, Uri, type LogOutputChannel } from 'vscode';
import type { Disposable } from '../../base/disposable';
import { isCancelled } from '../../base/errors';
import { reportFindings, summarizeFindings } from '../../host/check/report';
import { runHostCheck } from '../../lab/check-host';
import { hostCheckScheme } from '../ids';
import { showError } from '../notify';
import { withCancellableProgress } from '../progress';
import { VirtualDocuments } from '../virtual-documents';
import type { Host } from './host';
import type { HostConnector } from './host-connector';

/** Looks at what hosts have and lack, and shows it as a document. */
export class HostChecks implements Disposable {
  private readonly reports = new VirtualDocuments<{ readonly text: string }>(
    hostCheckScheme,
    ({ text }) => text,
    l10n.t('This report is not kept any more. Check the host again.'),
  );

  constructor(
    private readonly connector: HostConnector,
    private readonly log: LogOutputChannel,
  ) {}

  /** @returns the findings in one line; undefined where the person stopped, or was told why it failed. */
  async check(host: Host): Promise<string | undefined> {
    if (!(await this.connector.ensureLive(host))) return undefined;
    try {
      const { facts, findings } = await withCancellableProgress(l10n.t('Checking {0}', host.label), (signal) =>
        runHostCheck(host.transport(), signal),
      );
      const uri = Uri.from({ scheme: hostCheckScheme, path: `/${host.label.replace(/[/\\]/g, '-')}.md` });
      this.reports.put(uri, { text: reportFindings(host.label, facts, findings) });
      await commands.executeCommand('markdown.showPreview', uri);
      return summarizeFindings(findings);
    } catch (error) {
      if (!isCancelled(error)) showError(this.log, l10n.t('Cannot check {0}', host.label), error);
      return undefined;
    }
  }

  dispose(): void {
    this.reports.dispose();
  }
}
