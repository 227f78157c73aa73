import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import { printCommand, type Command } from '../../base/command';
import { runText } from '../../plan/check-commands';
import { planCheck } from '../../plan/checks';
import { inNamespace } from '../../plan/commands';
import type { Step } from '../../plan/model';
import { planApply } from '../../plan/plan-apply';
import type { Topology, YamlPath } from '../../topology/model';
import type { ParsedTopology } from '../../topology/parse';
import { freshHost } from '../../plan/fresh-host';
import { codeBlock, paragraphs } from './markdown';
import { partAround, startsWith } from './part-of-topology';

/** More lines than these are no help in a hover. */
const mostLines = 16;

/**
 * The commands that an entry stands for, as somebody would type them on a host that has nothing of the lab: those that Apply
 * would run there. undefined for what stands for none.
 */
export function describeCommands(parsed: ParsedTopology, path: YamlPath): string | undefined {
  const { topology } = parsed;
  if (topology === undefined) return undefined;
  const lines = printed(commandsOf(topology, path));
  if (lines.length === 0) return undefined;
  const more = lines.length - mostLines;
  const shown = more > 1 ? [...lines.slice(0, mostLines), `# … and ${more} more lines`] : lines;
  return paragraphs(l10n.t`As commands:`, codeBlock('sh', shown));
}

/** None where one cannot be typed: a word of the file holds a NUL or a line break. */
function printed(commands: readonly Command[]): string[] {
  try {
    return commands.flatMap((command) => printCommand(command).split('\n'));
  } catch (error) {
    if (error instanceof NetnsError) return [];
    throw error;
  }
}

function commandsOf(topology: Topology, path: YamlPath): readonly Command[] {
  const check = path[0] === 'checks' ? topology.checks.find((one) => one.path[1] === path[1]) : undefined;
  if (check !== undefined) {
    const { namespace, alternatives } = planCheck(check, topology);
    return alternatives.slice(0, 1).map((command) => inNamespace(namespace, command));
  }
  const service = serviceAt(topology, path);
  if (service !== undefined) return [service];
  const about = unitOf(path);
  const part = partAround(topology, path);
  const { steps } = about === undefined ? { steps: [] } : planApply(part, freshHost(part));
  return steps.filter((step) => isAbout(step, about ?? [])).flatMap((step) => step.run);
}

/** Of a rule also its table, which the plan makes for the whole namespace: of its rules only this one is in the plan. */
function isAbout({ path, object }: Step, about: YamlPath): boolean {
  if (path === undefined) return false;
  const isRule = about.includes('nat') || about.includes('port-forwards');
  return startsWith(path, about) || (isRule && object.type === 'nat');
}

/** A service alone, without what keeps it running and waits for it: of that only the plan is the place. */
function serviceAt({ namespaces }: Topology, [first, name, group, entry]: YamlPath): Command | undefined {
  if (first !== 'namespaces' || group !== 'services') return undefined;
  const service = namespaces.find((one) => one.name === name)?.services.find((one) => one.name === entry);
  if (service === undefined) return undefined;
  const { command } = service;
  return inNamespace(String(name), typeof command === 'string' ? runText(command) : { argv: command });
}

/** The part of a path whose commands belong to it as a whole; undefined for what is only a part of something. */
function unitOf(path: YamlPath): YamlPath | undefined {
  const [first, second, third] = path;
  if (first === 'links') return path.slice(0, 2);
  if (first === 'bridges') return third === 'addresses' ? path : path.slice(0, 2);
  const inScope = first === 'namespaces' ? path.slice(2) : first === 'host' ? path.slice(1) : path;
  const depth = path.length - inScope.length;
  if (first === 'namespaces' && inScope.length === 0) return second === undefined ? undefined : path;
  const [group, entry, part] = inScope;
  if (group === 'forwarding' || group === 'nameservers') return path.slice(0, depth + 1);
  if (entry === undefined) return undefined;
  if (group === 'interfaces') return part === undefined || part === 'addresses' ? path : undefined;
  return ['routes', 'rules', 'sysctls', 'nat', 'port-forwards'].includes(String(group))
    ? path.slice(0, depth + 2)
    : undefined;
}
