import * as l10n from '@vscode/l10n';
import { printCommand } from '../base/command';
import type { HostSnapshot } from '../host/model';
import { compileChecks } from '../plan/check-script';
import { planCheck, type CheckPlan } from '../plan/checks';
import { inNamespace } from '../plan/commands';
import type { CheckDeclaration, Topology } from '../topology/model';
import type { Transport } from '../transport/transport';
import type { CheckResult } from './model';
import { observe } from './observe';
import { tryAll, type Trials } from './try-all';

export interface VerifyOptions {
  /** Stops the checks; the promise rejects with `cancelled`. */
  readonly signal?: AbortSignal;
  /** Each result as soon as it is known, in the order in which the checks end. */
  readonly onResult?: (result: CheckResult) => void;
  /** Those of the file's checks that are to run; without it all do. */
  readonly checks?: readonly CheckDeclaration[];
  /** Says the addresses that the file does not; without it the host is read where one is needed. */
  readonly snapshot?: HostSnapshot;
}

/**
 * Runs the file's checks, or some of them, on the host, several at a time, over one channel.
 *
 * @returns one result for each check, in their order. A check that could not be run has not passed.
 * @throws NetnsError `cancelled`, `connectionLost`, or `unexpectedOutput` when the host broke off.
 */
export async function verifyTopology(
  transport: Transport,
  topology: Topology,
  options: VerifyOptions = {},
): Promise<CheckResult[]> {
  const plans = await planChecks(transport, topology, options);
  return await tryAll(transport, new CheckTrials(plans), options);
}

/** A target such as `host:eth0` has its address only on the host: then the host is read, unless the caller has done so. */
async function planChecks(
  transport: Transport,
  topology: Topology,
  { signal, snapshot, checks = topology.checks }: VerifyOptions,
): Promise<CheckPlan[]> {
  const planWith = (seen: HostSnapshot | undefined): CheckPlan[] =>
    checks.map((check) => planCheck(check, topology, seen));
  const plans = planWith(snapshot);
  if (snapshot !== undefined || plans.every(({ impossible }) => impossible === undefined)) return plans;
  return planWith(await observe(transport, signal));
}

/** The checks as a script, and what it says of them; lines of different checks may be mixed. */
class CheckTrials implements Trials<CheckResult> {
  readonly stopped = l10n.t`The checks were stopped.`;
  private readonly said = new Map<number, string[]>();

  constructor(private readonly plans: readonly CheckPlan[]) {}

  get count(): number {
    return this.plans.length;
  }

  script(token: string): string {
    return compileChecks(this.plans, token);
  }

  describe(index: number): string {
    return l10n.t`it had tried: ${this.plans[index]?.title ?? ''}`;
  }

  take(line: string): readonly [number, CheckResult] | undefined {
    const [, number = '', word = '', rest = ''] = /^(\d+) (\S+) ?(.*)$/s.exec(line) ?? [];
    const index = Number(number);
    const plan = number === '' ? undefined : this.plans[index];
    if (plan === undefined) return undefined;
    if (word === 'said') {
      const lines = this.said.get(index) ?? [];
      lines.push(rest);
      this.said.set(index, lines);
      return undefined;
    }
    const [tool = 0, milliseconds = 0] = rest.split(' ').map(Number);
    const command = plan.alternatives[tool];
    const result: CheckResult = {
      check: plan.check,
      title: plan.title,
      passed: word === 'passed',
      ...(word === 'not-run' ? { notRun: true } : {}),
      command: command === undefined ? '' : printCommand(inNamespace(plan.namespace, command)),
      output: (this.said.get(index) ?? []).join('\n').trim(),
      milliseconds,
    };
    return [index, result];
  }
}
