import type { Command } from '../base/command';
import { quoteArgument, quoteText } from '../base/shell-quote';
import { hereDocument } from './here-document';
import type { CheckPlan } from './checks';
import { endingFunctions, programMark } from './script-ending';
import { requirePlainToken } from './script-token';
import { inNamespace } from './commands';

/** Checks that run at the same time on one host. */
const workers = 16;

/**
 * All checks as one POSIX shell script: they run side by side, several at a time, and each says on standard output when it
 * is done. A check that is to pass is tried again until it does or its time is over; one that is to fail is tried once.
 *
 * Every program that is started carries a mark in its environment, by which all of them are ended when the script is.
 *
 * @param token unguessable text of letters and digits that marks our own lines among those of the host
 */
export function compileChecks(checks: readonly CheckPlan[], token: string): string {
  requirePlainToken(token);
  return [
    `token=${token}`,
    `count=${checks.length}`,
    `workers=${Math.min(workers, checks.length)}`,
    functions,
    endingFunctions,
    ...checks.map(compileCheck),
    'main',
    '',
  ].join('\n');
}

function compileCheck(plan: CheckPlan, index: number): string {
  const { check, namespace, alternatives, judge, patience, impossible } = plan;
  const lines = [`settings_${index}() {`, `  expect=${check.expect}`, `  within=${Math.round(check.within * 100)}`];
  lines.push(`  patience=${patience}`, `  judge=${judge.type}`);
  lines.push(`  command=${check.action.type === 'command' ? 'yes' : ''}`);
  lines.push(`  status=${judge.type === 'http' ? (judge.status ?? '') : ''}`);
  lines.push(`  body=${judge.type === 'http' && judge.body !== undefined ? quoteText(judge.body) : ''}`);
  lines.push(`  namespace=${namespace === undefined ? '' : quoteArgument(namespace)}`);
  lines.push(`  impossible=${impossible === undefined ? '' : quoteText(impossible)}`);
  lines.push(`  tools=${quoteText(alternatives.map(({ argv }) => argv[0] ?? '').join(' '))}`, '}');
  lines.push(`try_${index}() {`, '  case $tool in');
  for (const [number, command] of alternatives.entries()) {
    lines.push(`  ${number})`, limited(inNamespace(namespace, command), command.argv[0]), '  ;;');
  }
  lines.push('  esac', '}');
  return lines.join('\n');
}

/** Programs with a time limit of their own get a second more, so that they can say themselves that it is over. */
const limitThemselves: readonly (string | undefined)[] = ['curl', 'nc', 'ping', 'python3', 'wget'];

function limited({ argv, stdin }: Command, program: string | undefined): string {
  const limit = limitThemselves.includes(program) ? '$((left + 1))' : '$left';
  const words = `timeout -k 1 "${limit}" ${argv.map(quoteWord).join(' ')}`;
  return stdin === undefined ? `${words} </dev/null` : hereDocument(words, 0, stdin);
}

function quoteWord(word: string): string {
  return /[\n\r]/.test(word) ? quoteText(word) : quoteArgument(word);
}

const functions = `
export LC_ALL=C ${programMark}=$token

# Each line in one write, so that checks that end together do not mix their words.
say() { printf '@%s %s\\n' "$token" "$*"; }

say_output() {
  # Of an HTTP answer the beginning matters, of other output the end.
  excerpt=tail
  [ "$judge" != http ] || excerpt=head
  printf '%s\\n' "$output" | "$excerpt" -n 100 | cut -c 1-2000 | while IFS= read -r line; do say "$1 said $line"; done
}

# Hundredths of a second since the machine began.
read_clock() {
  read -r clock rest </proc/uptime
  clock=\${clock%.*}\${clock#*.}
}

choose_tool() {
  tool=0
  for program in $tools; do
    command -v "$program" >/dev/null 2>&1 && return
    tool=$((tool + 1))
  done
  return 1
}

# The last line is our own: the exit code. An endless answer is read to its end, and only its beginning kept.
try_once() {
  output=$({ "try_$1" 2>&1; printf '\\n@%s code %s\\n' "$token" "$?"; } | { head -c 65536; tail -c 256 | tail -n 1; })
  code=\${output##*"@$token code "}
  output=\${output%"@$token code "*}
  # 124: timeout(1) ended it.
  [ "$code" -ne 124 ] || output="$output(no answer within $left s)"
  # What a command of the file prints may say nothing of why it fails.
  case $command/$code in yes/0 | yes/124) ;; yes/*) output=$(printf '%s\\n(exit code %s)' "$(printf %s "$output")" "$code") ;; esac
}

held() {
  if [ "$judge" = exitCode ]; then
    [ "$code" -eq 0 ]
    return
  fi
  answer=$(printf '%s\\n' "$output" | sed -n 's,^ *HTTP/[0-9.]* \\([0-9][0-9][0-9]\\).*,\\1,p' | tail -n 1)
  case $status/$answer in
    */) return 1 ;;
    "$answer/$answer" | /[23]??) ;;
    *) return 1 ;;
  esac
  [ -n "$body" ] || return 0
  case $output in
    *"$body"*) ;;
    *) return 1 ;;
  esac
}

check() {
  "settings_$1"
  tool=0
  if [ -z "$impossible" ] && [ -n "$namespace" ] && [ ! -e "/run/netns/$namespace" ]; then
    impossible="There is no namespace $namespace on the host."
  fi
  [ -n "$impossible" ] || choose_tool || impossible="The host has none of: $tools."
  if [ -n "$impossible" ]; then
    output=$impossible
    say_output "$1"
    say "$1 not-run $tool 0"
    return
  fi
  read_clock
  begin=$clock
  end=$((clock + within))
  result=failed
  while :; do
    left=$(((end - clock + 99) / 100))
    [ "$expect" = pass ] || left=$((patience + 1))
    [ "$left" -ge 1 ] || left=1
    try_once "$1"
    read_clock
    # 126 and 127: the program could not be started, so nothing was tried.
    case $code in
      126 | 127) result=not-run; break ;;
    esac
    if [ "$expect" = fail ]; then
      held || result=passed
      break
    fi
    if held; then
      result=passed
      break
    fi
    [ "$clock" -lt "$end" ] || break
    sleep 0.2
    read_clock
  done
  say_output "$1"
  say "$1 $result $tool $(((clock - begin) * 10))"
}

work() {
  next=$1
  while [ "$next" -lt "$count" ]; do
    check "$next"
    next=$((next + workers))
  done
}

main() {
  trap end_all HUP INT TERM
  worker=0
  while [ "$worker" -lt "$workers" ]; do
    work "$worker" &
    worker=$((worker + 1))
  done
  wait
  say end
}
`;
