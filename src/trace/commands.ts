import { command, type Command } from '../base/command';
import type { ObservedNamespace } from '../host/model';
import { placed, placeOfNamespace } from '../plan/actions/place';

/** A command for a namespace, as a person would type it. */
export function commandIn(namespace: ObservedNamespace, ...argv: string[]): Command {
  const hasRoad = namespace.isRoot || namespace.name !== undefined || namespace.processes.length > 0;
  // Without any road into it the command says at least what it would be.
  return hasRoad ? placed(placeOfNamespace(namespace), command(...argv)) : command(...argv);
}
