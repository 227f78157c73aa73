import type { HostSnapshot } from '../../host/model';
import type { Topology } from '../../topology/model';
import type { PlanProblem, Step } from '../model';
import { effectsOf, type Effect } from './effects';
import { judgeLinks } from './judge-links';
import { judgeNat } from './judge-nat';
import { judgeNetworks } from './judge-networks';
import { judgeRouting } from './judge-routing';
import { judgeSysctls } from './judge-sysctls';
import { sshPathOf } from './ssh-path';

/** A step with what its commands do. */
export interface JudgedStep {
  readonly step: Step;
  readonly effects: readonly Effect[];
}

/**
 * Finds the steps that would touch or take over what carries the SSH connection of the reading: its interface and what that
 * stands on, its addresses and networks, the way of its answers, and NAT that would catch it. Such a plan must not run, or
 * nobody could reach the host to mend it.
 *
 * What cannot be seen beforehand is for the dead-man's switch: see `risksOf`.
 */
export function judgeSafety(snapshot: HostSnapshot, topology: Topology, steps: readonly Step[]): PlanProblem[] {
  const path = sshPathOf(snapshot);
  if (path === undefined) return [];
  const judged = steps.map((step) => ({ step, effects: step.run.flatMap((command) => effectsOf(command)) }));
  const problems = [
    ...judgeLinks(path, judged),
    ...judgeNetworks(path, snapshot, judged),
    ...judgeSysctls(path, snapshot, topology, judged),
    ...judgeNat(path, snapshot, topology, judged),
  ];
  // A step that was refused for what it is need not be refused again for what comes of it.
  return problems.length > 0 ? problems : judgeRouting(path, judged);
}
