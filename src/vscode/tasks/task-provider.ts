import {
  CustomExecution,
  l10n,
  Task,
  tasks,
  TaskScope,
  workspace,
  type TaskProvider,
  type Uri,
  type WorkspaceFolder,
} from 'vscode';
import type { Disposable } from '../../base/disposable';
import type { HostRegistry } from '../hosts/host-registry';
import type { ActionParts } from '../topology/action';
import { asNetnsTask, fileOfTask, taskActions, taskType, type NetnsTaskDefinition } from './task-definition';
import { taskTerminal } from './task-terminal';
import { runTask } from './task-work';

/** The problem matcher that package.json contributes. */
const problemMatcher = '$netns';
/** More files than a list of tasks can be read with. */
const mostFiles = 50;

/** Plan, apply, verify and destroy as tasks: for “Run Task”, tasks.json and compound tasks. */
export function registerTasks(parts: ActionParts, registry: HostRegistry): Disposable {
  const provider: TaskProvider = {
    provideTasks: async () => {
      const files = await workspace.findFiles('**/*.netns.{yaml,yml}', '**/node_modules/**', mostFiles);
      return files.sort((a, b) => a.path.localeCompare(b.path)).flatMap((uri) => tasksOf(parts, registry, uri));
    },
    resolveTask: (task) => {
      const definition = asNetnsTask(task.definition);
      if (definition === undefined) return undefined;
      const folder = typeof task.scope === 'object' ? task.scope : undefined;
      return makeTask(parts, registry, definition, folder);
    },
  };
  return tasks.registerTaskProvider(taskType, provider);
}

function tasksOf(parts: ActionParts, registry: HostRegistry, uri: Uri): Task[] {
  const folder = workspace.getWorkspaceFolder(uri);
  if (folder === undefined) return [];
  const file = workspace.asRelativePath(uri, false);
  return taskActions.map((action) => makeTask(parts, registry, { type: taskType, action, file }, folder));
}

/** VS Code knows a task again by its definition, which is therefore handed back as it came. */
function makeTask(
  parts: ActionParts,
  registry: HostRegistry,
  definition: NetnsTaskDefinition,
  folder: WorkspaceFolder | undefined,
): Task {
  const { action, file, host: hostId } = definition;
  const uri = fileOfTask(definition, folder);
  const execution = new CustomExecution(() =>
    Promise.resolve(
      taskTerminal((output, signal) => runTask(parts, registry, { action, uri, hostId }, output, signal)),
    ),
  );
  const name = hostId === undefined ? `${action} ${file}` : l10n.t('{0} on {1}', `${action} ${file}`, hostId);
  const task = new Task(definition, folder ?? TaskScope.Workspace, name, taskType, execution, problemMatcher);
  task.presentationOptions = { clear: true };
  return task;
}
