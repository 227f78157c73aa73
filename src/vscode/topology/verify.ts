import type { Uri } from 'vscode';
import { verifyTopology } from '../../lab/verify';
import type { CheckResult } from '../../lab/model';
import { plainLine } from '../host-data';
import { showInformation, showLogChoice, showWarning } from '../notify';
import { withCancellableProgress } from '../progress';
import { counted, runExclusively, type ActionParts, type ActionResult } from './action';
import { readySubject } from './apply';
import { logCheckResult } from './run-log';

/** Runs the file's checks on its host, marks those that do not hold, and says how many do. */
export async function verifyOnHost(parts: ActionParts, uri: Uri | undefined): Promise<ActionResult> {
  const ready = await readySubject(parts, uri);
  if (ready === undefined) return { outcome: 'refused' };
  const { subject, host } = ready;
  const { topology, document, version, parsed } = subject;
  const lab = topology.name;
  const total = topology.checks.length;
  if (total === 0) {
    showInformation(parts.log, `${lab} declares no checks.`);
    return { outcome: 'unchanged', lab, hostId: host.id, checks: { passed: 0, total: 0 } };
  }
  const doing = `Verifying ${lab} on ${host.label}`;
  const result = await runExclusively(parts, host, doing, async () => {
    parts.log.info(doing);
    const results = await withCancellableProgress(doing, async (signal, report) => {
      let done = 0;
      const onResult = (one: CheckResult): void => {
        done++;
        logCheckResult(parts.log, one);
        report({ message: `${done}/${total} ${one.title}`, increment: 100 / total });
      };
      return await verifyTopology(host.transport(), topology, { signal, onResult });
    });
    parts.results.set(document, parsed, version, results);
    const failed = results.filter((one) => !one.passed);
    const passed = results.length - failed.length;
    if (failed.length === 0) {
      showInformation(parts.log, `${lab} on ${host.label}: ${allHold(results.length)}.`);
    } else {
      const names = failed
        .slice(0, 3)
        .map((one) => plainLine(one.title))
        .join('; ');
      const more = failed.length > 3 ? `; and ${failed.length - 3} more` : '';
      showWarning(
        parts.log,
        `${lab} on ${host.label}: ${failed.length} of ${counted(results.length, 'check')} ` +
          `${failed.length === 1 ? 'does' : 'do'} not hold: ${names}${more}.`,
        [showLogChoice],
      );
    }
    return { outcome: failed.length === 0 ? 'done' : 'failed', checks: { passed, total: results.length } };
  });
  return { lab, hostId: host.id, ...result };
}

function allHold(count: number): string {
  return count === 1 ? 'its check holds' : `all ${count} checks hold`;
}
