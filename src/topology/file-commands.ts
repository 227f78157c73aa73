import * as l10n from '@vscode/l10n';
import { quoteCommand } from '../base/shell-quote';
import type { CheckDeclaration, ServiceDeclaration, Topology } from './model';

/** A command that a file has run on a host: a service's or a check's. Whoever wrote the file decided what it does there. */
export interface FileCommand {
  /** `earth: web`, `check from earth`. */
  readonly where: string;
  /** As it is run, with whom, where and with which environment. */
  readonly text: string;
  /** The same for the same command at the same place; another where anything of it is another. */
  readonly identity: string;
}

/** What applying the file starts. */
export function serviceCommands({ namespaces }: Topology): FileCommand[] {
  return namespaces.flatMap(({ name, services }) => services.map((service) => ofService(name, service)));
}

/** What these checks run, beyond pings and connections that we word ourselves. */
export function checkCommands(checks: readonly CheckDeclaration[]): FileCommand[] {
  return checks.flatMap(({ from, action }) => {
    if (action.type !== 'command') return [];
    const { command } = action;
    return [{ where: l10n.t`check from ${from}`, text: command, identity: JSON.stringify(['check', from, command]) }];
  });
}

function ofService(namespace: string, { name, command, env, user, directory }: ServiceDeclaration): FileCommand {
  const variables = Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1));
  const line = typeof command === 'string' ? command : quoteCommand(command);
  const besides = [
    ...(user === undefined ? [] : [`as ${user}`]),
    ...(directory === undefined ? [] : [l10n.t`in ${directory}`]),
    ...variables.map(([key, value]) => `${key}=${value}`),
  ];
  return {
    where: `${namespace}: ${name}`,
    text: besides.length === 0 ? line : `${line} (${besides.join(', ')})`,
    identity: JSON.stringify(['service', namespace, name, command, user ?? null, directory ?? null, variables]),
  };
}

/** As a line that hides nothing: what stands behind a long gap would not be seen at the end of it. */
export function visibleCommand({ where, text }: FileCommand): string {
  return `${where} — ${text.replace(/\n+/g, ' ⏎ ').replace(/[^\S\n]{4,}/g, (gap) => ` [${gap.length} blanks] `)}`;
}
