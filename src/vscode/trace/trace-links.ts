import { l10n, type ViewColumn } from 'vscode';
import { printCommand } from '../../base/command';
import { NetnsError } from '../../base/errors';
import { writePcapng } from '../../capture/pcapng-writer';
import { capturedPackets, searchOfStop } from '../../lab/trace/captured';
import { deciderOf, subjectOfDecider, subjectOfStop } from '../../lab/trace/deciders';
import { stopsOf, type TraceStop } from '../../lab/trace/stops';
import { labOfStop } from '../../lab/trace/trace-view';
import type { Subject } from '../../protocol/subject';
import type { DecisionCommand, StopCommand } from '../../protocol/trace';
import { commandIn } from '../../trace/commands';
import { lineOfRule, listingCommand } from '../../trace/rule-listing';
import type { TracedHop } from '../../trace/report';
import { fileContent } from '../capture/capture-content';
import { captureFacts } from '../capture/capture-facts';
import { saveCapture } from '../capture/save-capture';
import { plainLine } from '../host-data';
import type { FoundTrace, TraceParts } from './trace-parts';

/** Whose links they are. */
export interface LinkedTrace {
  readonly hostId: string;
  /** The host's name for people. */
  readonly host: string;
  /** `earth → 8.8.8.8`. */
  readonly title: string;
  /** Names its packets: they have one tab. */
  readonly packetsId: string;
  /** Where its tab stands, so that its packets do not hide the graph. */
  readonly viewColumn?: ViewColumn | undefined;
}

/** Leads from a report to what it speaks of: the graph, the tree, the topology file, the rule, the packets. */
export class TraceLinks {
  constructor(
    private readonly parts: TraceParts,
    private readonly trace: LinkedTrace,
    private readonly found: FoundTrace,
  ) {}

  /** Follows a link of a stop, by the stop's number. @throws NetnsError where it leads nowhere any more */
  async ofStop(command: StopCommand, number: number): Promise<void> {
    const { snapshot, files } = this.found;
    const stop = this.stop(number);
    if (stop === undefined) return;
    switch (command) {
      case 'graph':
        if (stop.nodeId !== undefined) this.parts.graphs.reveal(this.trace.hostId, this.trace.host, stop.nodeId);
        break;
      case 'tree':
        await this.reveal(subjectOfStop(this.trace.hostId, snapshot, stop));
        break;
      case 'file': {
        const lab = labOfStop(stop, snapshot);
        if (lab !== undefined && stop.nodeId !== undefined) await files.showNode(lab, stop.nodeId);
        break;
      }
      case 'packets':
        this.showPackets(stop);
        break;
    }
  }

  /** Follows a link of what decided at a stop. @throws NetnsError where it leads nowhere any more */
  async ofDecision(command: DecisionCommand, number: number, decision: number): Promise<void> {
    const hop = this.stop(number)?.hops[decision];
    if (hop === undefined) return;
    const { snapshot, files } = this.found;
    const decider = deciderOf(hop, snapshot);
    switch (command) {
      case 'tree':
        await this.reveal(decider && subjectOfDecider(this.trace.hostId, snapshot, decider));
        break;
      case 'rule':
        await this.showRule(hop);
        break;
      case 'file':
        await files.showDecider(hop);
        break;
    }
  }

  /** Opens the merged capture in the packets' view: a stop's packets, or all. */
  showPackets(stop?: TraceStop): void {
    const { report, snapshot } = this.found;
    const search = stop && searchOfStop(stop, report, snapshot);
    const content = fileContent(capturedPackets(report, snapshot));
    this.parts.captures.present(this.captured, content, search ?? '', this.trace.viewColumn);
  }

  /** Asks where to, and writes the merged capture there. @returns whether it did */
  async savePackets(): Promise<boolean> {
    const { report, snapshot } = this.found;
    const content = fileContent(capturedPackets(report, snapshot));
    const facts = captureFacts({ ...this.captured, subjects: [], filter: '' }, content, undefined);
    return await saveCapture(this.parts.log, this.captured.title, content.ring, () =>
      writePcapng(content.ring.all(), facts),
    );
  }

  private get captured(): { readonly id: string; readonly hostId: string; readonly title: string } {
    const { packetsId: id, hostId, title, host } = this.trace;
    return { id, hostId, title: `${title} @ ${host}` };
  }

  private stop(number: number): TraceStop | undefined {
    return stopsOf(this.found.report, this.found.snapshot)[number - 1];
  }

  private async reveal(subject: Subject | undefined): Promise<void> {
    if (subject !== undefined && (await this.parts.revealInTree(subject))) return;
    throw new NetnsError('unsupported', l10n.t('The tree has no row for it any more.'));
  }

  /** Lists the chain as it is now, with the rule selected. */
  private async showRule({ rule, namespaceId, place }: TracedHop): Promise<void> {
    const { snapshot } = this.found;
    const host = this.parts.registry.find(this.trace.hostId);
    const namespace = snapshot.namespaces.find(({ id }) => id === namespaceId);
    if (rule === undefined || namespace === undefined || host === undefined) return;
    const listing = commandIn(namespace, ...listingCommand(rule, snapshot));
    const { code, stdout, stderr } = await host.transport().run(printCommand(listing));
    if (code !== 0) {
      throw new NetnsError('commandFailed', l10n.t('The rules of {0} cannot be listed.', plainLine(place)), {
        hostSaid: stderr,
      });
    }
    const title = plainLine(l10n.t('{0} of {1}', `${rule.table} ${rule.chain}`, `${place} @ ${this.trace.host}`));
    await this.parts.outputs.show(title, stdout, lineOfRule(rule, stdout));
  }
}
