import { quoteCommand } from './shell-quote';

/** One command as data: the planner and the observers build these, a transport runs them, a log or a script prints them. */
export interface Command {
  /** The program and its arguments, unquoted. */
  readonly argv: readonly string[];
  /** Text for the command's standard input; without it the input is empty. */
  readonly stdin?: string;
}

/** Builds a command from words. */
export function command(...argv: string[]): Command {
  return { argv };
}

/** The command as a person would type it, on one line except for its standard input, which becomes a here-document. */
export function printCommand({ argv, stdin }: Command): string {
  const line = quoteCommand(argv);
  if (stdin === undefined) return line;
  const marker = hereDocumentMarker(stdin);
  return `${line} <<'${marker}'\n${stdin.endsWith('\n') ? stdin : `${stdin}\n`}${marker}`;
}

/** A here-document marker that stands on no line of `text`. */
function hereDocumentMarker(text: string): string {
  const lines = new Set(text.split('\n'));
  let marker = 'EOF';
  for (let n = 1; lines.has(marker); n++) marker = `EOF${n}`;
  return marker;
}
