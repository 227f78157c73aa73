import type { Command } from '../../base/command';
import type { HostSnapshot } from '../../host/model';
import type { Topology } from '../../topology/model';
import { planCheck, type CheckPlan } from '../checks';
import { inNamespace } from '../commands';
import { comment, word } from './script-text';

/** The file's checks as commands to try by hand, in comments. */
export function checkLines(topology: Topology, snapshot: HostSnapshot): string[] {
  return topology.checks.flatMap((check) => {
    const plan = planCheck(check, topology, snapshot);
    const command = commandOf(plan);
    if (command === undefined) return [];
    return [
      ...comment(`${plan.title}:`),
      ...comment(`  ${inNamespace(plan.namespace, command).argv.map(word).join(' ')}`),
    ];
  });
}

/** The one that a person would type: one line, and no program in another language. */
function commandOf({ alternatives }: CheckPlan): Command | undefined {
  const plain = alternatives.filter(({ stdin, argv }) => stdin === undefined && argv[1] !== '-c');
  return plain[0] ?? alternatives.find(({ stdin }) => stdin === undefined);
}
