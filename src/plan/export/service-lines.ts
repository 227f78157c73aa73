import { quoteArgument } from '../../base/shell-quote';
import type { Topology } from '../../topology/model';
import type { ServiceRecord } from '../manifest';
import { comment, stateFile, word } from './script-text';

/** The functions that a script with services needs. */
export const serviceFunctions = [
  '# still_runs PID LOG: a service that ended at once says in its log why.',
  'still_runs() {',
  '  kill -0 "$1" 2>/dev/null || { echo "A service has ended:" >&2; tail -n 20 "$2" >&2; exit 1; }',
  '}',
  '',
  '# wait_for_port NAMESPACE PORT PID LOG: until something listens there, 30 seconds at most.',
  'wait_for_port() {',
  '  tries=0',
  '  until [ -n "$(ip netns exec "$1" ss -Hltn "sport = :$2")" ]; do',
  '    still_runs "$3" "$4"',
  '    tries=$((tries + 1))',
  '    [ "$tries" -le 300 ] || { echo "Nothing listens on TCP port $2 in $1." >&2; exit 1; }',
  '    sleep 0.1',
  '  done',
  '}',
];

/** Starts a service: a session of its own (`setsid`) goes on when the script and its terminal have ended. */
export function startLines(service: ServiceRecord): string[] {
  const { namespace, name, command, env, user, directory, ready } = service;
  const program = typeof command === 'string' ? ['sh', '-c', command] : [...command];
  const account = user === undefined ? '' : word(user);
  const asUser = user === undefined ? '' : `setpriv --reuid ${account} --regid "$(id -g ${account})" --init-groups -- `;
  const [pid, log] = [stateFile(`${namespace}.${name}.pid`), stateFile(`${namespace}.${name}.log`)];
  return [
    ...comment(`${name} in ${namespace}; what it says goes to $state/${namespace}.${name}.log`),
    '(',
    ...Object.entries(env).map(([key, value]) => `  export ${key}=${word(value)}`),
    `  cd ${word(directory ?? '/')}`,
    `  exec ip netns exec ${quoteArgument(namespace)} setsid ${asUser}${program.map(word).join(' ')}`,
    `) </dev/null >${log} 2>&1 &`,
    `echo $! >${pid}`,
    ...(ready !== undefined && 'tcp' in ready
      ? [`wait_for_port ${quoteArgument(namespace)} ${ready.tcp} "$(cat ${pid})" ${log}`]
      : [`sleep ${ready === undefined ? 1 : ready.seconds}`, `still_runs "$(cat ${pid})" ${log}`]),
  ];
}

/** Ends all that runs in the lab's namespaces. */
export function endLines({ namespaces }: Topology): string[] {
  const files = namespaces.flatMap(({ name: namespace, services }) =>
    services.flatMap(({ name }) => [stateFile(`${namespace}.${name}.pid`), stateFile(`${namespace}.${name}.log`)]),
  );
  return [
    '# end_all NAMESPACE: asks every process in it to end, and ends those that did not after three seconds.',
    'end_all() {',
    '  tries=0',
    '  signal=TERM',
    '  while pids=$(ip netns pids "$1") && [ -n "$pids" ] && [ "$tries" -lt 60 ]; do',
    '    case $tries in 0 | 30) kill "-$signal" $pids 2>/dev/null || : ;; esac',
    '    sleep 0.1',
    '    tries=$((tries + 1))',
    '    [ "$tries" -lt 30 ] || signal=KILL',
    '  done',
    '}',
    ...namespaces.map(({ name }) => `end_all ${quoteArgument(name)}`),
    ...(files.length === 0 ? [] : [`rm -f ${files.join(' ')}`]),
  ];
}
