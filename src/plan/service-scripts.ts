import type { Command } from '../base/command';
import { quoteArgument } from '../base/shell-quote';
import { shell } from './commands';
import { hereDocument } from './here-document';
import type { ServiceRecord } from './manifest';
import { amongGroups, joinGroup } from './service-groups';
import { keeperScript, serviceFile, serviceFiles, serviceHash } from './service-keeper';

/**
 * A service runs in its namespace, in a session of its own. Its processes are found again by what they cannot leave: their
 * control group, of version 2 or 1 (cgroups(7)). Where the kernel has none, by the mark in their environment, and by their
 * session; so a process number that was given to someone else is never killed.
 */
const markVariable = 'NETNS_TOPOLOGY_SERVICE';

/** How long a service may take until it listens, in seconds. */
const readyLimit = 30;

/**
 * Starts the service and waits until it is ready: until it listens on its port, for its seconds, or, where the file does
 * not say, long enough to see that it does not end at once. Fails with the last lines of the service's output.
 */
export function startService(lab: string, service: ServiceRecord): Command[] {
  return [launchService(lab, service), shell(waitScript(lab, service))];
}

/** What tells in a step how long starting one of these services may wait without doing anything (`Step.waits`). */
export function waitsFor(...services: readonly (ServiceRecord | undefined)[]): { readonly waits?: number } {
  const seconds = services.map((service) => {
    const ready = service?.ready;
    return ready !== undefined && 'seconds' in ready ? ready.seconds : 0;
  });
  const waits = Math.max(0, ...seconds);
  return waits === 0 ? {} : { waits };
}

/** Starts the service, and does not wait. Of one that was there before it goes on with the log, and counts that. */
export function launchService(lab: string, service: ServiceRecord): Command {
  const { namespace } = service;
  return shell(
    [
      ...heading(lab, service),
      'mkdir -p "${file%/*}"',
      '# The declaration may hold passwords in its environment.',
      'umask 077',
      hereDocument('cat >"$file.sh"', 0, keeperScript(lab, service)),
      `restarts=$(sed -n 's/^restarts //p' "$file.status" 2>/dev/null | tail -n 1) || restarts=`,
      'if [ -z "$restarts" ]; then restarts=0; else restarts=$((restarts + 1)); fi',
      'echo "restarts $restarts" >"$file.status"',
      '(',
      '  # A control group of its own, where the host lets us: nothing that it starts can leave that.',
      ...joinGroup(lab, service).map((line) => `  ${line}`),
      `  exec ip netns exec ${quoteArgument(namespace)} env ${mark(lab, service)} setsid sh "$file.sh" ${serviceHash(service)}`,
      ') </dev/null >/dev/null 2>&1 &',
      'echo $! >"$file.pid"',
    ].join('\n'),
  );
}

function heading(lab: string, service: ServiceRecord): string[] {
  return [`file=${quoteArgument(serviceFile(lab, service))}`];
}

function mark(lab: string, { namespace, name }: ServiceRecord): string {
  return quoteArgument(`${markVariable}=${lab}/${namespace}/${name}`);
}

function waitScript(lab: string, service: ServiceRecord): string {
  const { name, namespace, ready } = service;
  const fail = [
    'fail() {',
    `  echo ${quoteArgument(`Service ${name} in namespace ${namespace}`)} "$1. The end of its output:"`,
    '  tail -n 20 "$file.log"',
    '  exit 1',
    '}',
    `alive() { ! grep -q '^ended' "$file.status" && kill -0 "$(cat "$file.pid")"; }`,
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

/** Ends the service with all its descendants: SIGTERM, three seconds, SIGKILL. Harmless if it is not running; its log stays. */
export function endService(lab: string, service: ServiceRecord): Command {
  const stopped = '[ ! -e "$file.status" ] || echo stopped >>"$file.status"';
  return shell([...heading(lab, service), ...endScript(lab, service), stopped].join('\n'));
}

/** Ends the service, and leaves nothing of it. */
export function stopService(lab: string, service: ServiceRecord): Command {
  return shell(
    [
      ...heading(lab, service),
      ...endScript(lab, service),
      `rm -f ${serviceFiles.map((ending) => `"$file.${ending}"`).join(' ')}`,
      'rmdir -p "${file%/*}" 2>/dev/null || :',
    ].join('\n'),
  );
}

function endScript(lab: string, service: ServiceRecord): string[] {
  const { namespace, name } = service;
  return amongGroups(lab, service, [
    ...heading(lab, service),
    'living() {',
    `  grep -lszxF ${mark(lab, service)} /proc/[0-9]*/environ | sed 's,^/proc/,,; s,/environ$,,' || :`,
    '  groups | while IFS= read -r one; do cat "$one/cgroup.procs" 2>/dev/null || :; done',
    '}',
    `session=$(cat "$file.pid" 2>/dev/null) || session=`,
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
    '  [ "$tries" -lt 60 ] || end KILL',
    '  if [ "$tries" -eq 100 ]; then',
    '    # What is left of the session may be dead and only wait for its parent.',
    '    [ -n "$(living)" ] || break',
    `    echo ${quoteArgument(`Service ${name} in namespace ${namespace} does not end:`)} $(living)`,
    '    exit 1',
    '  fi',
    '  sleep 0.05',
    '  tries=$((tries + 1))',
    'done',
    'remove_groups',
  ]);
}
