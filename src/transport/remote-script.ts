import * as l10n from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import { NetnsError } from '../base/errors';
import { quoteText } from '../base/shell-quote';
import { withTerminal } from './doas-terminal';
import type { SudoQuestion } from './sudo-channel';

/**
 * How a script gets onto a machine and runs there, as text. Nothing here touches a machine.
 *
 * A script never travels as an argument: Linux caps one argument at 128 KiB (execve(2), MAX_ARG_STRLEN), arguments are
 * readable by every user of the host, and sudo writes them to the system log. Instead the command line holds a short
 * loader; what the loader runs, the script, and the script's own input follow on standard input, each with a known length.
 *
 * The host's login shell may be fish or csh, which differ from sh inside single quotes (fish: `\\` and `\'`; csh: `!` and line
 * breaks). The loader has none of these characters, so all of them read it alike.
 *
 * Everything sent is one brace group. A shell runs none of it before it has read the closing brace, so a connection that
 * breaks in the middle of a script runs nothing, never the first half.
 */
export interface Invocation {
  /** The program and its arguments, for a machine where we start processes ourselves. */
  readonly argv: readonly string[];
  /** The same as one line that sh, fish and csh read alike, for a login shell. */
  readonly commandLine: string;
  /** What to write to standard input first. */
  readonly preamble: string;
  /**
   * The first line of the standard output and of the standard error that belongs to the script. Whatever came before was
   * said by the login shell's start-up files or by sudo; if it never comes, the script did not start.
   */
  readonly startMarker: string;
  /** What follows the script's last word on each output. Without it something is missing, whatever the exit code says. */
  readonly endMarker: string;
}

/**
 * What the standard input is for.
 *
 * - `fixed`: the script reads exactly `stdin`, text without NUL; the rest of the channel is the lifeline
 * - `live`: what is written goes to the script; the end of it is the lifeline's end
 * - `script`: the script has the channel to itself and sees to its own end
 */
export type Input =
  { readonly type: 'fixed'; readonly stdin: string } | { readonly type: 'live' } | { readonly type: 'script' };

/** How root is reached where we are not root: by a program that asks nothing, or by one that asks for a password. */
export type Become = 'sudo' | 'doas' | SudoQuestion;

export interface InvocationOptions {
  readonly input: Input;
  /** Absent: as whoever we are. */
  readonly become?: Become | undefined;
}

/** Reads exactly `count` bytes, never one more: what follows on the pipe belongs to the next reader. `head -c` of busybox reads ahead. */
const readExactly = (count: number): string => `dd bs=${count} count=1 iflag=fullblock 2>/dev/null`;

/**
 * Hands input on as it comes. Not `cat`: busybox's calls sendfile(2), which keeps the pipe locked while it waits for more, so
 * that its reader waits as well (seen on Linux 6.18).
 */
const relay = 'dd bs=65536 2>/dev/null';

/** Debian gives users without root no sbin, where ip, nft and sysctl live. Messages are read by programs, so in English. */
const environment = 'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin LC_ALL=C\nexport PATH LC_ALL';

/** Seconds between asking a process to end (SIGTERM) and ending it (SIGKILL). */
export const killGraceSeconds = 3;

/** Builds what starts `script` on a machine, without a terminal. */
export function invoke(script: string, { input, become }: InvocationOptions): Invocation {
  const nonce = randomBytes(9).toString('base64url');
  const startMarker = `netns-topology ${nonce}`;
  // A record separator stands in hardly any output, so that hardly ever a last character must be held back for it.
  const endMarker = `\x1e${nonce}`;
  const body = braceGroup(script);
  const bodyLength = Buffer.byteLength(body);
  const runner = braceGroup(
    [
      environment,
      `printf '%s\\n' '${startMarker}'`,
      `printf '%s\\n' '${startMarker}' >&2`,
      input.type === 'script' ? runOwner(bodyLength) : runWatched(bodyLength, input),
      // Whoever held the other end of an output may be gone by now.
      `code=$?\ntrap '' PIPE`,
      `printf %s '${endMarker}'`,
      `printf %s '${endMarker}' >&2`,
      'exit "$code"',
    ].join('\n'),
  );
  const stdin = input.type === 'fixed' ? withoutNul(input.stdin) : '';
  return { ...loader(Buffer.byteLength(runner), become), preamble: runner + body + stdin, startMarker, endMarker };
}

/** The script with the channel itself as its input. */
function runOwner(bodyLength: number): string {
  return `sh -c 'eval "$(${readExactly(bodyLength)})"'`;
}

/**
 * The script in a process group of its own, with a watchdog that ends the group when the channel's input ends: when the client
 * closes it, dies, or its connection is lost. sshd sends no signal to a process without a terminal.
 *
 * - The script's standard input is a pipe that the watchdog feeds. sh can only make a pipe between two commands, and then
 *   dash's `wait` also waits for the feeding side, which reads until the channel ends. So the pipe is taken from `: |`,
 *   and its other end opened again through /proc/self/fd (proc(5)).
 * - Fixed input is held whole before it is handed on, by a process of its own: whoever writes to a script that does not read
 *   stands still once the pipe is full (pipe(7): 64 KiB), and would not see the channel end.
 * - The watchdog acts only while the runner is its parent: afterwards the group's number may belong to someone else.
 * - `kill -TERM "-$group"` is the one spelling that dash, bash and busybox all take (no `-s`, no `--`).
 * - In the moment before setsid(1) has made the group, there is only the process to end.
 * - What a script leaves running in the background after its own end is left alone, as by any shell.
 */
function runWatched(bodyLength: number, input: Exclude<Input, { type: 'script' }>): string {
  const feed =
    input.type === 'live'
      ? relay
      : // The letter at the end saves line breaks, which a command substitution drops there.
        `input=$(${readExactly(bodyLength + Buffer.byteLength(input.stdin))}; echo x)
    printf %s "\${input%x}" &`;
  return `exec 3<&0
: | {
  exec 4<&0 5>/proc/self/fd/4 </dev/null
  setsid sh -c 'eval "$(${readExactly(bodyLength)})"' <&4 3<&- 4<&- 5>&- &
  script=$!
  read -r runner rest </proc/self/stat
  {
    ${feed}
    exec >/dev/null
    cat
    read -r pid name state parent rest </proc/self/stat
    if [ "$parent" = "$runner" ]; then
      kill -TERM "-$script" || kill -TERM "$script"
      tries=0
      while [ "$tries" -lt ${killGraceSeconds * 10} ] && kill -0 "-$script"; do
        sleep 0.1
        tries=$((tries + 1))
      done
      kill -KILL "-$script"
    fi
  } <&3 3<&- 4<&- >&5 5>&- 2>/dev/null &
  exec 3<&- 4<&- 5>&- >/dev/null 2>&1
  wait "$script"
}`;
}

/** The largest script for a terminal: encoded, it travels as an argument, and one argument holds 128 KiB. */
const maxTerminalScript = 24 * 1024;

/**
 * Builds what starts `script` on a terminal. There the input belongs to the person, so the script is an argument after all,
 * written so that sh, fish and csh read it alike: the four characters they disagree on become octal escapes for `printf %b`.
 *
 * @throws NetnsError `internal` for a script of more than 24 KiB or with NUL.
 */
export function invokeOnTerminal(
  script: string,
  { become }: Pick<InvocationOptions, 'become'>,
): Pick<Invocation, 'argv' | 'commandLine'> {
  if (Buffer.byteLength(withoutNul(script)) > maxTerminalScript) {
    throw new NetnsError('internal', l10n.t`A script for a terminal is longer than ${maxTerminalScript / 1024} KiB.`);
  }
  const encoded = script.replace(/['\\!\n\r]/g, (c) => `\\0${c.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return commandOf('eval "$(printf %b "$1")"', ['sh', encoded], become, 'terminal');
}

function loader(runnerLength: number, become: Become | undefined): Pick<Invocation, 'argv' | 'commandLine'> {
  return commandOf(`eval "$(${readExactly(runnerLength)})"`, [], become, 'pipe');
}

/** @param inside what `sh -c` runs, without the characters that login shells read differently */
function commandOf(
  inside: string,
  rest: readonly string[],
  become: Become | undefined,
  input: 'pipe' | 'terminal',
): Pick<Invocation, 'argv' | 'commandLine'> {
  const argv = [...becoming(become, input), 'sh', '-c', `${announcement(become, input)}${inside}`, ...rest];
  const commandLine = `exec ${argv.map((word) => (/^[a-z-]+$/.test(word) ? word : quoteText(word))).join(' ')}`;
  return { argv, commandLine };
}

function becoming(become: Become | undefined, input: 'pipe' | 'terminal'): readonly string[] {
  if (become === undefined) return [];
  if (become === 'doas') return ['doas', '-n', '--'];
  if (become === 'sudo') return ['sudo', '-n', '--'];
  if (become.program === 'doas') {
    // At a terminal doas has all that it needs. What is printed before it says that the next question is its own.
    const way =
      input === 'pipe'
        ? withTerminal(become.prompt, become.ready[0])
        : ['sh', '-c', `printf %s%s ${become.begins.join(' ')}; exec "$@"`, 'sh'];
    return [...way, 'doas', '--'];
  }
  // On a terminal sudo asks there, with the echo off.
  return ['sudo', ...(input === 'pipe' ? ['-S'] : []), '-p', become.prompt, '--'];
}

function announcement(become: Become | undefined, input: 'pipe' | 'terminal'): string {
  if (typeof become !== 'object') return '';
  const { program, ready } = become;
  const toTerminal = program === 'doas' && input === 'pipe' ? `printf %s ${ready[0]} >/dev/tty; ` : '';
  return `${toTerminal}printf %s%s ${ready.join(' ')}; `;
}

/** @throws NetnsError `internal` for NUL. */
function braceGroup(script: string): string {
  // `:` because an empty group is a syntax error; the line breaks because the script may end in a comment or a here-document.
  return `{ :\n${withoutNul(script)}\n}\n`;
}

/** @throws NetnsError `internal` for NUL, which a shell drops without a word. */
function withoutNul(text: string): string {
  if (text.includes('\0')) throw new NetnsError('internal', l10n.t`A script for the host holds a NUL.`);
  return text;
}
