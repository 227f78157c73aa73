import type { Services } from '../generated/topology-file';
import type { ServiceDeclaration } from '../model';
import type { Cursor } from './cursor';
import { defined } from './defined';
import { readEach } from './values';

export function readServices(services: Cursor<Services>): ServiceDeclaration[] {
  return readEach(services.entries(), ([name, service]) => {
    const command = readCommand(service.at('command'));
    if (command === undefined) return undefined;
    return defined({
      path: service.path,
      name,
      command,
      env: readEnvironment(service.at('env')),
      user: service.at('user').text,
      directory: service.at('directory').text,
      ready: readReady(service.at('ready')),
    });
  });
}

function readCommand(command: Cursor<string | string[]>): ServiceDeclaration['command'] | undefined {
  if (!command.isList) return command.text || undefined;
  const words = readEach(command.as<string[]>().items(), (word) => word.text);
  return words.length > 0 ? words : undefined;
}

function readEnvironment(env: Cursor<Record<string, string | number | boolean>>): Record<string, string> {
  const variables = readEach(env.entries(), ([name, variable]): [string, string] | undefined => {
    const value = variable.textOrNumber ?? variable.flag?.toString();
    return value === undefined ? undefined : [name, value];
  });
  return Object.fromEntries(variables);
}

function readReady(ready: Cursor<{ tcp?: number; seconds?: number }>): ServiceDeclaration['ready'] {
  const tcp = ready.at('tcp').integer;
  if (tcp !== undefined) return { tcp };
  const seconds = ready.at('seconds').number;
  return seconds === undefined ? undefined : { seconds };
}
