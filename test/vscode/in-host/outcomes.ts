import * as vscode from 'vscode';

/** By command, how the actions ended that this run's tests called. */
export const outcomesSeen = new Map<string, Set<string>>();

/** Remembers how each command ends whose answer says so. */
export function recordOutcomes(): void {
  const { commands } = vscode;
  const execute = commands.executeCommand.bind(commands);
  const recording = async (id: string, ...args: unknown[]): Promise<unknown> => {
    const result: unknown = await execute(id, ...args);
    const outcome =
      typeof result === 'object' && result !== null ? (result as { outcome?: unknown }).outcome : undefined;
    if (typeof outcome === 'string') outcomesSeen.set(id, (outcomesSeen.get(id) ?? new Set()).add(outcome));
    return result;
  };
  commands.executeCommand = recording as typeof commands.executeCommand;
}
