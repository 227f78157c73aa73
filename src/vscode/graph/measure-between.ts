import { commands, l10n, window } from 'vscode';
import { subjectLabel, type Subject } from '../../protocol/subject';
import { plainLine, withoutIcons } from '../host-data';
import { CommandId } from '../ids';

/** Asks what to measure between two nodes of a graph, and begins. Outside of the host the target is typed. */
export async function measureBetween(
  things: { subjectOf(nodeId: string): Subject | undefined },
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const [start, goal] = [things.subjectOf(from), things.subjectOf(to)];
  if (start === undefined) return;
  const name = (subject: Subject | undefined): string =>
    subject === undefined ? l10n.t('the outside') : withoutIcons(subjectLabel(subject));
  const items = [
    { label: l10n.t('Ping'), description: l10n.t('round-trip times, each second'), command: CommandId.ping },
    { label: l10n.t('Trace Route'), description: l10n.t('the way, router by router'), command: CommandId.traceRoute },
    {
      label: l10n.t('Measure Throughput'),
      description: l10n.t('iperf3, for ten seconds'),
      command: CommandId.measureThroughput,
    },
    { label: l10n.t('Fetch HTTP'), description: l10n.t('a page, each second'), command: CommandId.fetchHttp },
  ];
  const picked = await window.showQuickPick(items, {
    title: plainLine(l10n.t('From {0} to {1}', name(start), name(goal))),
    placeHolder: l10n.t('What is to be measured?'),
  });
  if (picked !== undefined) await commands.executeCommand(picked.command, goal === undefined ? [start] : [start, goal]);
}
