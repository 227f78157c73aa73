import { command, type Command } from '../../base/command';
import { quoteCommand } from '../../base/shell-quote';
import { inside, type Place } from './place';

/** A line of shell in a place on the host, as it is typed by hand. It runs as root: nobody else may enter a namespace. */
export function runLine(place: Place, line: string): Command {
  return inside(place, command('sh', '-c', line));
}

/** The same for sh, with both outputs as one, in the order in which they came. */
export function runLineScript(place: Place, line: string): string {
  return `exec ${quoteCommand(runLine(place, line).argv)} 2>&1`;
}
