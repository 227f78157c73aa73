import type { Duplex } from 'node:stream';
import type { Disposable } from '../base/disposable';
import type { NetnsError } from '../base/errors';
import type { Event } from '../base/events';
import type { Secret } from '../base/secret';

/** Where a host is and how to log in. Holds no secret. */
export type HostTarget =
  | { readonly type: 'local' }
  | {
      readonly type: 'ssh';
      readonly host: string;
      /** Default 22. */
      readonly port?: number;
      readonly user: string;
      /** A private key file; without it the agent (SSH_AUTH_SOCK) and the usual files in ~/.ssh are tried. */
      readonly identityFile?: string;
      /** Default: ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts. */
      readonly knownHostsFiles?: readonly string[];
    }
  /** A host of the user's SSH configuration, with all that it says of it: jump hosts, keys, known_hosts. */
  | {
      readonly type: 'alias';
      /** As it stands after `ssh`: `lab1`, `ops@lab1`. */
      readonly alias: string;
      /** Default: the files that ssh(1) reads. */
      readonly configFile?: string;
    };

export interface HostKeyQuestion {
  /** `host` or `[host]:port`, as known_hosts writes it. */
  readonly host: string;
  /** `ssh-ed25519` … */
  readonly keyType: string;
  /** `SHA256:…`, as ssh-keygen prints it. */
  readonly fingerprint: string;
  /** Something else the person should know before answering. */
  readonly note?: string;
}

/** A secret that something on the way to a host asks for. */
export interface SecretQuestion {
  /** `passphrase` of a key file, `password` of a login, or the one that `sudo` or `doas` asks for. */
  readonly type: 'passphrase' | 'password' | 'sudo' | 'doas';
  /** What it opens, for people and to know it again by: the key file's path, or `root@198.18.0.2:22`. */
  readonly subject: string;
  /** The one given before was wrong. */
  readonly isAgain: boolean;
}

/** What a host asks at a keyboard-interactive login (RFC 4256), a one-time code for instance. All its words are data. */
export interface LoginChallenge {
  /** `root@198.18.0.2:22`. */
  readonly subject: string;
  readonly name: string;
  readonly instructions: string;
  readonly prompts: readonly { readonly text: string; readonly echo: boolean }[];
}

/** What a transport must ask a person. Nothing is ever answered by default. */
export interface ConnectPrompts {
  /** An unknown host key: true accepts it and writes it to the first known_hosts file. A changed key is never asked about. */
  acceptHostKey(question: HostKeyQuestion): Promise<boolean>;
  /**
   * A secret; undefined stops connecting (for `sudo` and `doas`: goes on without root). Absent where nobody can be asked.
   *
   * @param signal The answer is not wanted any more.
   */
  readonly askSecret?: ((question: SecretQuestion, signal: AbortSignal) => Promise<Secret | undefined>) | undefined;
  /** An answer to each prompt; undefined stops connecting. Absent where nobody can be asked. */
  readonly answerChallenge?:
    ((challenge: LoginChallenge, signal: AbortSignal) => Promise<readonly Secret[] | undefined>) | undefined;
  /** The secret that was given opened what it was asked for: the person may want to have it remembered. */
  onSecretAccepted?(question: SecretQuestion, secret: Secret): void;
}

export interface RunOptions {
  /** Sent to standard input, then the input is closed. */
  readonly stdin?: string;
  /** Ends the remote process; the promise then rejects with `cancelled`. */
  readonly signal?: AbortSignal;
  /** Run as root: as it is for root, through sudo or doas otherwise. Default true. */
  readonly asRoot?: boolean;
  /** Most bytes kept of each output; more rejects with `unexpectedOutput`. Default 64 MiB. */
  readonly maxOutput?: number;
  /** After so many milliseconds without a word it is ended; the promise then rejects with `unexpectedOutput`. Default: never. */
  readonly longestSilence?: number;
}

export interface StartOptions extends Pick<RunOptions, 'asRoot' | 'signal'> {
  /**
   * Who sees to it that the process ends when its input does: when the handle is disposed, the connection is lost, or we die.
   *
   * - `transport` (default): its process group is ended, SIGTERM first and SIGKILL after three seconds.
   * - `script`: nobody touches it. The script has its standard input to itself, sees the end of it, and ends by itself when it
   *   has cleaned up. Its outputs may be closed by then: it has to ignore SIGPIPE.
   */
  readonly lifeline?: 'transport' | 'script';
  /**
   * What the standard output is: text in UTF-8 (default), or bytes, which come as a string with a character of the same number
   * for each byte (`latin1`). What comes before the first listener is cut at 1 MiB: listen at once.
   */
  readonly output?: 'text' | 'bytes';
}

/** Whether `asRoot` works on this connection, as it was found when connecting. */
export type Privilege =
  | { readonly type: 'root' }
  /** Through sudo or doas, with the password that was given when connecting where it wants one. */
  | { readonly type: 'sudo' }
  /** Everything with `asRoot` rejects with this error. */
  | { readonly type: 'none'; readonly error: NetnsError };

export interface RunResult {
  /** The exit code; a process that a signal ended has 128 + the signal's number, as in a shell. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process on the host that runs while its output is read. It never outlives its handle or the connection. */
export interface RemoteProcess extends Disposable {
  /**
   * Output as text, never split inside a UTF-8 character. What comes before the first listener is kept for it (the newest
   * 1 MiB).
   */
  readonly onStdout: Event<string>;
  readonly onStderr: Event<string>;
  /**
   * Settles once, after all output: with the exit code, or rejects with `connectionLost`, or with `cancelled` when the signal
   * given to `start` or the transport's `dispose` ended it.
   */
  readonly exited: Promise<number>;
  /** Sends text to standard input; ignored once the process has ended. */
  write(text: string): void;
  closeInput(): void;
  /** Ends the process, as `lifeline` says; `exited` settles when it has. */
  dispose(): void;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A process on a pseudoterminal. */
export interface RemoteTerminal extends Disposable {
  readonly onData: Event<string>;
  readonly exited: Promise<number>;
  write(text: string): void;
  resize(size: TerminalSize): void;
}

/**
 * One way of running things on one machine. `script` is text for `sh` (POSIX); every argument in it went through
 * `quoteArgument`. The user's login shell never interprets it.
 */
export interface Transport extends Disposable {
  /** For people: `root@198.18.0.2:22`, `local`. */
  readonly description: string;
  /** Absent where it is not known before something has run. */
  readonly privilege?: Privilege;
  /**
   * A connection of its own to the same machine, made and logged in to anew; whoever gets it disposes it. Absent where nothing
   * is known of how this one was made. Rejects as connecting does.
   */
  readonly connectAnew?: (signal?: AbortSignal) => Promise<Transport>;
  /** Runs a script to its end. Does not reject for a non-zero exit code. Rejects with NetnsError. */
  run(script: string, options?: RunOptions): Promise<RunResult>;
  /**
   * Starts a script whose output is read as it comes and whose input stays open; it ends when the input does, see `lifeline`.
   * Resolves when the script runs.
   */
  start(script: string, options?: StartOptions): Promise<RemoteProcess>;
  /** Starts an interactive script on a pseudoterminal. */
  openTerminal(script: string, size: TerminalSize, options?: Pick<RunOptions, 'asRoot'>): Promise<RemoteTerminal>;
  /**
   * Opens a TCP connection from the machine itself to an address that it reaches, carried by this connection; whoever gets it
   * destroys it. Rejects with NetnsError: `unreachable`, `unsupported` where the server forwards nothing. Absent where the
   * machine is this one.
   */
  readonly connectTcp?: ((address: string, port: number) => Promise<Duplex>) | undefined;
  /** Fires once when the connection has ended, with the reason unless `dispose` ended it. What runs on it has been rejected by then. */
  readonly onDidClose: Event<Error | undefined>;
}
