import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { runPlan, type RunPlanOptions } from '../../src/lab/apply';
import { observe } from '../../src/lab/observe';
import type { Plan } from '../../src/plan/model';
import { planApply } from '../../src/plan/plan-apply';
import { planDestroy } from '../../src/plan/plan-destroy';
import type { Topology } from '../../src/topology/model';
import { parseTopology } from '../../src/topology/parse';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { captureHostState } from '../lab-host/host-state';

/** Plans and their runs, for host tests that look at one thing. */

export function exampleText(name: string): Promise<string> {
  return readFile(path.resolve(__dirname, '../../examples', `${name}.netns.yaml`), 'utf8');
}

export async function example(name: string): Promise<Topology> {
  return topologyOf(await exampleText(name));
}

/** The meaning of a topology file's text. @throws Error where it has errors. */
export function topologyOf(text: string): Topology {
  const { topology, problems } = parseTopology(text);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (topology === undefined || errors.length > 0) {
    throw new Error(`Not a topology: ${errors.map(({ message }) => message).join('; ')}`);
  }
  return topology;
}

export async function applyPlan(transport: Transport, topology: Topology): Promise<Plan> {
  return planApply(topology, await observe(transport));
}

export async function destroyPlan(transport: Transport, lab: string): Promise<Plan> {
  return planDestroy(lab, await observe(transport));
}

export async function apply(transport: Transport, topology: Topology, options?: RunPlanOptions): Promise<Plan> {
  const plan = await applyPlan(transport, topology);
  await runPlan(transport, plan, options);
  return plan;
}

export async function destroy(transport: Transport, lab: string, options?: RunPlanOptions): Promise<Plan> {
  const plan = await destroyPlan(transport, lab);
  await runPlan(transport, plan, options);
  return plan;
}

/** The commands of a plan's steps, as a person would type them. */
export function commandsOf(plan: Plan): string[] {
  return plan.steps.flatMap(({ run }) => run.map(({ argv }) => argv.join(' ')));
}

/**
 * The host's state without what a thing that was taken away and brought back gets anew: the numbers of processes (a service's
 * stands in its pid file), the numbers of a bridge's
 * ports and its link-local address (from a MAC that it no longer has), and the order of interfaces and of files. An interface
 * that was up once keeps the queue that it got then.
 */
export async function stateOf(lab: LabHost): Promise<string> {
  const sections = (await captureHostState(lab))
    .replaceAll(/^ {2}\d+$/gm, '  (a process number)')
    .replaceAll(/^ {2}started \d+ \d+$/gm, '  started (a time, a process number)')
    .replaceAll(/"fe80::[\da-f:]+"/g, '"fe80::"')
    .replaceAll('"qdisc":"noop"', '"qdisc":"noqueue"')
    .replaceAll(/"(id|no|designated_port)":("0x\w+"|\d+),/g, '')
    .split(/\n(?=\S)/);
  return sections
    .map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      const isUnordered = heading === 'files' || lines[0]?.startsWith('  {"') === true;
      return [heading, ...(isUnordered ? lines.sort() : lines)].join('\n');
    })
    .join('\n');
}

/** The host's state once IPv6 has tried all addresses (RFC 4862, 5.4), and two looks in a row are the same. */
export async function settledState(lab: LabHost): Promise<string> {
  const tentative = 'for ns in $(ip netns list | cut -d" " -f1); do ip -n "$ns" -6 addr show tentative; done';
  for (let before = ''; ;) {
    if ((await lab.run(tentative)).stdout !== '') continue;
    const now = await stateOf(lab);
    if (now === before) return now;
    before = now;
  }
}

/** Waits until the host's state is as it was; fails with the lines that differ. */
export async function untilStateIs(lab: LabHost, before: string, what: string): Promise<void> {
  const deadline = Date.now() + 40_000;
  for (;;) {
    const now = await stateOf(lab);
    if (now === before) return;
    if (Date.now() < deadline) continue;
    const [were, are] = [before.split('\n'), now.split('\n')];
    const first = were.findIndex((line, index) => line !== are[index]);
    const lines = [
      ...were.filter((line) => !are.includes(line)).map((line) => `-${line}`),
      ...are.filter((line) => !were.includes(line)).map((line) => `+${line}`),
      `(the first difference: "${were[first] ?? ''}" became "${are[first] ?? ''}")`,
    ];
    throw new Error(`${what}: the host is not as it was:\n${lines.slice(0, 60).join('\n')}`);
  }
}
