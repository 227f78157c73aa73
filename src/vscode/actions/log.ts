import type { LogOutputChannel } from 'vscode';
import { printCommand, type Command } from '../../base/command';
import { plainLines } from '../host-data';

/** Writes commands to the log as they are typed by hand, a here-document below its command. */
export function logCommands(log: LogOutputChannel, commands: readonly Command[]): void {
  for (const one of commands) {
    const [first, ...hereDocument] = plainLines(printCommand(one));
    log.info(`    $ ${first ?? ''}`);
    for (const line of hereDocument) log.info(`      ${line}`);
  }
}
