import { quoteArgument, quoteText } from '../base/shell-quote';
import type { ServiceRecord } from './manifest';
import { ownerMark, shortHash } from './names';

/**
 * The files of one service on the host, and the script that stays beside it:
 *
 * - `NAME.sh` runs the program in the service's namespace and notes how it ended. It stands in the process list as
 *   `sh …/NAME.sh HASH`, by which one sees whose the service is, and whether it still is the one that the file declares.
 * - `NAME.status` is what it notes, a fact a line (see `read-services.ts`).
 * - `NAME.log` and `NAME.log.1` are what the service said, the newest and what was before.
 * - `NAME.pid` is the number of its session.
 */
export const serviceFiles = ['sh', 'status', 'log', 'log.1', 'pid', 'pipe'] as const;

/** Where the files of a service are, without their endings. */
export function serviceFile(lab: string, { namespace, name }: Pick<ServiceRecord, 'namespace' | 'name'>): string {
  return `/run/netns-topology/labs/${lab}/services/${namespace}/${name}`;
}

/** Where a service's output goes, on the host. */
export function serviceLog(lab: string, service: Pick<ServiceRecord, 'namespace' | 'name'>): string {
  return `${serviceFile(lab, service)}.log`;
}

/** The script that stays beside the service, as it stands in a process list. */
export function serviceCommandLine(lab: string, service: ServiceRecord): string {
  return `sh ${serviceFile(lab, service)}.sh ${serviceHash(service)}`;
}

/** Changes when anything of the declaration that matters to the running service does. */
export function serviceHash({ command, env, user, directory }: ServiceRecord): string {
  return shortHash(JSON.stringify([command, Object.entries(env).sort(), user ?? '', directory ?? '']));
}

/** The first of the arguments of the process that writes a service's log. */
const logWriter = 'netns-topology-log';

/** True for a process that is ours and not the service's: what stays beside it, and what writes its log. */
export function isKeeping(command: string): boolean {
  return (
    command.includes(` ${logWriter} `) ||
    /(^|\/)sh \/run\/netns-topology\/labs\/\S+\.sh [0-9a-f]{8}$/.test(command) ||
    /^dd bs=512 count=2048 of=\/run\/netns-topology\/labs\/\S+\.log$/.test(command)
  );
}

/**
 * Writes what it reads to the log, as it comes. dd(1) takes at most so many pieces of at most so many bytes, so each of the two
 * files has at most 1 MiB; nothing polls. It stays until the last process that holds the output has ended. With a full
 * disk it goes on reading, so that the service does not stand still.
 */
const keepLog = `trap "" HUP INT TERM
[ ! -s "$1.log" ] || mv -f "$1.log" "$1.log.1"
while :; do
  said=$(LC_ALL=C dd bs=512 count=2048 of="$1.log" 2>&1)
  case $said in [0-9]*) ;; *) exec cat >/dev/null ;; esac
  [ "$((\${said%% *}))" -eq 2048 ] || break
  mv -f "$1.log" "$1.log.1"
done`;

/** The script that stays beside the service: runs it, keeps what it says, and notes how it ended. */
export function keeperScript(lab: string, service: ServiceRecord): string {
  const { namespace, name, command, env, user, directory } = service;
  const program = typeof command === 'string' ? ['sh', '-c', command] : [...command];
  const account = user === undefined ? '' : quote(user);
  const dropRoot =
    user === undefined ? '' : `setpriv --reuid ${account} --regid "$(id -g ${account})" --init-groups -- `;
  return [
    `# Service ${name} of lab ${lab} in namespace ${namespace}, kept by Netns Topology.`,
    `file=${quoteArgument(serviceFile(lab, service))}`,
    'rm -f "$file.pipe"',
    'mkfifo "$file.pipe" || exit',
    `sh -c ${quoteText(keepLog)} ${logWriter} "$file" <"$file.pipe" >/dev/null 2>&1 &`,
    '# Both ends are open once this is.',
    'exec 3>"$file.pipe"',
    'rm -f "$file.pipe"',
    '(',
    ...Object.entries(env).map(([key, value]) => `  export ${key}=${quote(value)}`),
    `  cd ${quote(directory ?? '/')} || exit`,
    `  exec ${dropRoot}${program.map(quote).join(' ')}`,
    ') >&3 2>&1 3>&- &',
    'program=$!',
    'exec 3>&-',
    `trap 'kill -TERM "$program" 2>/dev/null' HUP INT TERM`,
    'echo "started $(date +%s) $program" >>"$file.status"',
    'wait "$program"',
    'code=$?',
    '# A signal ends the waiting, not yet the program.',
    'while kill -0 "$program" 2>/dev/null; do',
    '  wait "$program"',
    '  code=$?',
    'done',
    'echo "ended $(date +%s) $code" >>"$file.status"',
    '# Processes send no events. The same alias once more changes nothing, and whoever watches the host looks again.',
    'PATH=$PATH:/usr/sbin:/sbin',
    `mark=${ownerMark(lab)}`,
    'ip -o link show dev lo 2>/dev/null | grep -qw "alias $mark" && ip link set dev lo alias "$mark"',
    'exit "$code"',
  ].join('\n');
}

/** Quotes a word that may hold line breaks. */
function quote(text: string): string {
  return /[\n\r]/.test(text) ? quoteText(text) : quoteArgument(text);
}
