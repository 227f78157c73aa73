import { Uri, workspace, type TaskDefinition, type WorkspaceFolder } from 'vscode';

/** As package.json's `taskDefinitions` names it. */
export const taskType = 'netns';

export const taskActions = ['plan', 'apply', 'verify', 'destroy'] as const;
export type TaskAction = (typeof taskActions)[number];

/** `{ "type": "netns", "action": "apply", "file": "planets.netns.yaml", "host": "lab1" }` in a tasks.json. */
export interface NetnsTaskDefinition extends TaskDefinition {
  readonly type: typeof taskType;
  readonly action: TaskAction;
  /** Relative to the task's workspace folder, or absolute. */
  readonly file: string;
  /** The id of a configured host; without it the file's target, or the workspace's choice. */
  readonly host?: string;
}

/** The definition, if it is one of ours; a tasks.json may hold anything. */
export function asNetnsTask(definition: TaskDefinition): NetnsTaskDefinition | undefined {
  const { type, action, file, host } = definition as Partial<Record<keyof NetnsTaskDefinition, unknown>>;
  const isOurs = type === taskType && taskActions.some((known) => known === action) && typeof file === 'string';
  return isOurs && (host === undefined || typeof host === 'string') ? (definition as NetnsTaskDefinition) : undefined;
}

/** Where a task's file is. */
export function fileOfTask({ file }: NetnsTaskDefinition, folder: WorkspaceFolder | undefined): Uri {
  if (/^([a-z]:)?[\\/]/i.test(file)) return Uri.file(file);
  const base = folder ?? workspace.workspaceFolders?.[0];
  return base === undefined ? Uri.file(file) : Uri.joinPath(base.uri, file);
}
