import { randomBytes } from 'node:crypto';
import { printCommand } from '../base/command';
import { NetnsError } from '../base/errors';
import { optional } from '../host/json';
import type { HostSnapshot } from '../host/model';
import { compileChecks } from '../plan/check-script';
import { planCheck, type CheckPlan } from '../plan/checks';
import { inNamespace } from '../plan/commands';
import type { CheckDeclaration, Topology } from '../topology/model';
import type { Transport } from '../transport/transport';
import type { CheckResult } from './model';
import { observe } from './observe';
import { runLines } from './script-output';

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
  const { signal, onResult } = options;
  const plans = await planChecks(transport, topology, options);
  if (plans.length === 0) return [];
  const token = randomBytes(16).toString('hex');
  const reader = new CheckOutput(plans, token);
  const onLine = (line: string): void => {
    const result = reader.take(line.replace(/\r$/, ''));
    if (result !== undefined) onResult?.(result);
  };
  const stderr = await runLines(transport, compileChecks(plans, token), onLine, optional('signal', signal));
  if (signal?.aborted === true) throw new NetnsError('cancelled', 'The checks were stopped.');
  return reader.results(stderr);
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

/** Reads what the script of the checks says; lines of different checks may be mixed. */
class CheckOutput {
  private readonly said = new Map<number, string[]>();
  private readonly done = new Map<number, CheckResult>();

  constructor(
    private readonly plans: readonly CheckPlan[],
    private readonly token: string,
  ) {}

  /** A line that the script said. @returns the result that it makes known */
  take(line: string): CheckResult | undefined {
    const prefix = `@${this.token} `;
    if (!line.startsWith(prefix)) return undefined;
    const [, number = '', word = '', rest = ''] = /^(\d+) (\S+) ?(.*)$/s.exec(line.slice(prefix.length)) ?? [];
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
    this.done.set(index, result);
    return result;
  }

  results(stderr: string): CheckResult[] {
    return this.plans.map(({ title }, index) => {
      const result = this.done.get(index);
      if (result !== undefined) return result;
      throw new NetnsError('unexpectedOutput', `The host broke off before it had tried: ${title}.`, {
        hostSaid: stderr,
      });
    });
  }
}
