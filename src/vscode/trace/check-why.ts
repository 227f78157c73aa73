import { l10n, commands, Uri, workspace, type Range, type TestItem } from 'vscode';
import type { Disposable } from '../../base/disposable';
import { NetnsError } from '../../base/errors';
import { questionOfCheck } from '../../lab/trace/asked';
import { checkTitle } from '../../plan/checks';
import type { ActionOutcome } from '../actions/action';
import { plainLine } from '../host-data';
import { CommandId } from '../ids';
import { openSubject } from '../testing/open-subject';
import type { ActionParts } from '../topology/action';
import { told } from './trace-commands';
import type { TraceParts } from './trace-parts';
import type { TracePanels } from './trace-panels';

/**
 * “Why?” of a check: traces the packet that it sends. The command takes the file's Uri and the check's number in it (a code
 * lens, a notification), a test of the Test Explorer, or a test's message.
 */
export function registerCheckWhy(parts: TraceParts, topologyParts: ActionParts, panels: TracePanels): Disposable {
  return commands.registerCommand(CommandId.checkWhy, (first: unknown, second: unknown) =>
    told(parts, async (): Promise<ActionOutcome> => {
      const check = await checkOf(topologyParts, first, second);
      return check === undefined ? { outcome: 'refused' } : await traceCheck(topologyParts, panels, check);
    }),
  );
}

interface CheckInFile {
  readonly uri: Uri;
  readonly index: number;
}

async function traceCheck(
  parts: ActionParts,
  panels: TracePanels,
  { uri, index }: CheckInFile,
): Promise<ActionOutcome> {
  const { subject, host } = await openSubject(parts, uri);
  const check = subject.topology.checks[index];
  if (check === undefined) return { outcome: 'refused' };
  await host.ensureCurrent();
  const { snapshot } = host;
  if (snapshot === undefined) throw new NetnsError('connectionLost', l10n.t('{0} is not connected.', host.label));
  const asked = questionOfCheck(check, snapshot);
  if (asked === undefined) {
    throw new NetnsError(
      'unsupported',
      l10n.t('“{0}” sends no packet that could be followed.', plainLine(checkTitle(check))),
      {
        advice: l10n.t('Run it with Show Result, and read what it printed.'),
      },
    );
  }
  return await panels.start({ hostId: host.id, asked, file: uri.toString() });
}

async function checkOf({ documents }: ActionParts, first: unknown, second: unknown): Promise<CheckInFile | undefined> {
  const uri = typeof first === 'string' ? Uri.parse(first) : first;
  if (uri instanceof Uri) return typeof second === 'number' ? { uri, index: second } : undefined;
  const item = testOf(first);
  if (item?.uri === undefined || item.range === undefined) return undefined;
  // A test is there without its file being open.
  const document = await workspace.openTextDocument(item.uri);
  const outline = await documents.ask(document, 'checks', []);
  const line = (item.range satisfies Range).start.line;
  const index = outline?.checks.findIndex(({ range }) => document.positionAt(range.start).line === line) ?? -1;
  return index < 0 ? undefined : { uri: item.uri, index };
}

/** A menu of the Test Explorer hands over the test, or the message with its test. */
function testOf(value: unknown): Partial<TestItem> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { test } = value as { readonly test?: unknown };
  return typeof test === 'object' && test !== null ? test : value;
}
