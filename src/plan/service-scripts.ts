import type { Command } from '../base/command';
import { quoteArgument, quoteText } from '../base/shell-quote';
import { shell } from './commands';
import type { ServiceRecord } from './manifest';
import { shortHash } from './names';

/**
 * How a service runs on the host: in its namespace, in a session of its own, as the child of a small script
 * (`…/services/NAMESPACE/NAME.sh HASH`) that stays beside it. By that script's command line one sees in any process list
 * whose it is, and whether it still is the service that the file declares. The environment variable below marks the
 * service's descendants, wherever they went; so a process number that was given to someone else is never killed.
 */
const markVariable = 'NETNS_TOPOLOGY_SERVICE';

/** How long a service may take until it listens, in seconds. */
const readyLimit = 30;

/** The directory of a lab's services in one namespace, on the host. */
function directoryOf(lab: string, { namespace }: Pick<ServiceRecord, 'namespace'>): string {
  return `/run/netns-topology/labs/${lab}/services/${namespace}`;
}

/** The script that stays beside the service, as it stands in a process list. */
export function serviceCommandLine(lab: string, service: ServiceRecord): string {
  return `sh ${directoryOf(lab, service)}/${service.name}.sh ${serviceHash(service)}`;
}

/** Changes when anything of the declaration that matters to the running service does. */
function serviceHash({ command, env, user, directory }: ServiceRecord): string {
  return shortHash(JSON.stringify([command, Object.entries(env).sort(), user ?? '', directory ?? '']));
}

/** Where a service's output goes, on the host. */
export function serviceLog(lab: string, service: Pick<ServiceRecord, 'namespace' | 'name'>): string {
  return `${directoryOf(lab, service)}/${service.name}.log`;
}

/**
 * Starts the service and waits until it is ready: until it listens on its port, for its seconds, or, where the file does
 * not say, long enough to see that it does not end at once. Fails with the last lines of the service's output.
 */
export function startService(lab: string, service: ServiceRecord): Command[] {
  const { namespace, name } = service;
  const start = [
    ...heading(lab, service),
    'mkdir -p "$dir"',
    // The declaration may hold passwords in its environment.
    'umask 077',
    `cat >"$dir/${name}.sh" <<'KEEPER'`,
    keeperScript(lab, service),
    'KEEPER',
    `rm -f "$dir/${name}.ended"`,
    `ip netns exec ${quoteArgument(namespace)} env ${mark(lab, service)} setsid sh "$dir/${name}.sh" ${serviceHash(service)} \\`,
    `  </dev/null >"$dir/${name}.log" 2>&1 &`,
    `echo $! >"$dir/${name}.pid"`,
  ];
  return [shell(start.join('\n')), shell(waitScript(lab, service))];
}

function heading(lab: string, service: ServiceRecord): string[] {
  return [`dir=${quoteArgument(directoryOf(lab, service))}`];
}

function mark(lab: string, { namespace, name }: ServiceRecord): string {
  return quoteArgument(`${markVariable}=${lab}/${namespace}/${name}`);
}

/** What stays beside the service: it runs it, and says how it ended. */
function keeperScript(lab: string, service: ServiceRecord): string {
  const { namespace, name, command, env, user, directory } = service;
  const program = typeof command === 'string' ? ['sh', '-c', command] : [...command];
  const account = user === undefined ? '' : quote(user);
  const dropRoot =
    user === undefined ? '' : `setpriv --reuid ${account} --regid "$(id -g ${account})" --init-groups -- `;
  const lines = [
    `# Service ${name} of lab ${lab} in namespace ${namespace}, kept by Netns Topology.`,
    ...heading(lab, service),
    `trap 'echo $? >"$dir/${name}.ended"' EXIT`,
    ...Object.entries(env).map(([key, value]) => `export ${key}=${quote(value)}`),
    `cd ${quote(directory ?? '/')} || exit`,
    `${dropRoot}${program.map(quote).join(' ')}`,
  ];
  // It becomes the content of a here-document: a line of it must not end that.
  return lines.join('\n').replaceAll(/^KEEPER$/gm, "KEEP''ER");
}

/** Quotes a word that may hold line breaks. */
function quote(text: string): string {
  return /[\n\r]/.test(text) ? quoteText(text) : quoteArgument(text);
}

function waitScript(lab: string, service: ServiceRecord): string {
  const { name, namespace, ready } = service;
  const fail = [
    'fail() {',
    `  echo "Service ${name} in namespace ${namespace} $1. The end of its output:"`,
    `  tail -n 20 "$dir/${name}.log"`,
    '  exit 1',
    '}',
    `alive() { [ ! -e "$dir/${name}.ended" ] && kill -0 "$(cat "$dir/${name}.pid")"; }`,
  ];
  if (ready !== undefined && 'tcp' in ready) {
    // Column 2 is the local address and port, column 4 the state, 0A is LISTEN (proc(5), /proc/net/tcp).
    const port = ready.tcp.toString(16).toUpperCase().padStart(4, '0');
    return [
      `# Wait until something listens on TCP port ${ready.tcp} in the namespace.`,
      `ip netns exec ${quoteArgument(namespace)} sh -eu <<'INSIDE'`,
      ...heading(lab, service),
      ...fail,
      'tries=0',
      `until cat /proc/net/tcp /proc/net/tcp6 | grep -q ':${port} [0-9A-F]*:[0-9A-F]* 0A '; do`,
      `  alive || fail 'ended before it listened on TCP port ${ready.tcp}'`,
      `  [ "$tries" -lt ${readyLimit * 20} ] || fail 'did not listen on TCP port ${ready.tcp} within ${readyLimit} seconds'`,
      '  sleep 0.05',
      '  tries=$((tries + 1))',
      'done',
      'INSIDE',
    ].join('\n');
  }
  return [
    ready === undefined
      ? '# Wait long enough to see that it does not end at once.'
      : '# Wait as long as the file says.',
    ...heading(lab, service),
    ...fail,
    `sleep ${ready === undefined ? 0.2 : ready.seconds}`,
    "alive || fail 'ended at once'",
  ].join('\n');
}

/**
 * Ends the service with all its descendants: SIGTERM, three seconds, SIGKILL. Harmless if it is not running.
 * The processes are found by the mark in their environment, and by the session that the service was started in.
 */
export function stopService(lab: string, service: ServiceRecord): Command {
  const { namespace, name } = service;
  return shell(
    [
      ...heading(lab, service),
      'living() {',
      `  grep -lszxF ${mark(lab, service)} /proc/[0-9]*/environ | sed 's,^/proc/,,; s,/environ$,,' || :`,
      '}',
      `session=$(cat "$dir/${name}.pid" 2>/dev/null) || session=`,
      '# Only while the first process is still ours is its number also the number of its session.',
      'living | grep -qx "$session" || session=',
      'end() {',
      '  for pid in $(living); do kill "-$1" "$pid" 2>/dev/null || :; done',
      '  [ -z "$session" ] || kill "-$1" "-$session" 2>/dev/null || :',
      '}',
      'remain() { [ -n "$(living)" ] || { [ -n "$session" ] && kill -0 "-$session" 2>/dev/null; }; }',
      'tries=0',
      'end TERM',
      'while remain; do',
      '  [ "$tries" -ne 60 ] || end KILL',
      '  if [ "$tries" -eq 100 ]; then',
      '    # What is left of the session may be dead and only wait for its parent.',
      '    [ -n "$(living)" ] || break',
      `    echo "Service ${name} in namespace ${namespace} does not end:" $(living)`,
      '    exit 1',
      '  fi',
      '  sleep 0.05',
      '  tries=$((tries + 1))',
      'done',
      `rm -f ${['sh', 'pid', 'ended', 'log'].map((suffix) => `"$dir/${name}.${suffix}"`).join(' ')}`,
      'rmdir -p "$dir" 2>/dev/null || :',
    ].join('\n'),
  );
}
