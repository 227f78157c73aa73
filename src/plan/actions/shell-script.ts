import { command, type Command } from '../../base/command';
import { plainLine } from '../../base/plain-text';
import { quoteArgument, quoteCommand, quoteText } from '../../base/shell-quote';
import { inside, type Place } from './place';

/**
 * The script of a terminal with a shell in a namespace, for any POSIX sh. It runs as root, for nobody else may enter a
 * namespace; then it becomes the user who logged in again (sudo's SUDO_USER), with their own login shell, home and files.
 *
 * @param label what the prompt shows in front of the user's own; empty leaves the prompt as it is
 */
export function shellScript(place: Place, label: string): string {
  const enter = inside(place, command('sh', '-c'));
  return inSession(
    `${quoteCommand(enter.argv)} ${quoteText(becomeUser)} sh ${quoteText(startShell)} ${quoteArgument(plainLine(label))}`,
  );
}

/** The script of a terminal with the login shell on the host itself, to be run as the user who logged in. */
export function hostShellScript(): string {
  return `${readAccount}\n${inSession(`sh -c ${quoteText(startShell)} sh ''`)}`;
}

/** The same by hand. */
export function shellCommand(place: Place): Command {
  return place.type === 'root' ? command('bash', '-l') : inside(place, command('bash', '-l'));
}

/**
 * Becomes a shell, and has somebody wait for its end who then tells all that is left of its session that the terminal has gone
 * (SIGHUP). An interactive bash does that for its background jobs when it gets SIGHUP, but not when it sees the end of its input
 * first (bash(1), huponexit), and which of the two comes first is chance. The shell stays the leader of its session: the
 * kernel tells no other of a terminal's end. Who ignores SIGHUP (nohup(1)) stays, as on any terminal.
 */
function inSession(shell: string): string {
  return `sessionOf() {
  # After the name, which may hold anything but ends with the last bracket: state, parent, group, session (proc(5)).
  read -r stat <"/proc/$1/stat" && set -- \${stat##*) } && session=$4
}
(
  (
    trap '' HUP INT QUIT TSTP
    read -r self rest </proc/self/stat
    sessionOf $$ || exit
    own=$session
    # GNU's tail waits without starting anything; busybox's cannot.
    tail --pid=$$ -s 1 -f /dev/null || while kill -0 $$; do sleep 5; done
    for pid in /proc/[0-9]*; do
      pid=\${pid#/proc/}
      [ "$pid" != "$self" ] && sessionOf "$pid" && [ "$session" = "$own" ] && kill -HUP "$pid" && kill -CONT "$pid"
    done
  ) </dev/null >/dev/null 2>&1 &
)
exec ${shell}`;
}

/** Sets user, home and SHELL from the user database; `getent` is missing on small systems. */
const readAccount = `
user=\${SUDO_USER:-$(id -un)}
entry=$(getent passwd "$user" 2>/dev/null || grep "^$user:" /etc/passwd)
home=\${entry%:*}
home=\${home##*:}
SHELL=\${entry##*:}
[ -x "$SHELL" ] || SHELL=/bin/sh
export SHELL`;

/** "$1" is the script that starts the shell, "$2" the label. sudo's environment is root's: the user gets their own. */
const becomeUser = `${readAccount}
if [ "$(id -u)" = 0 ] && [ -n "\${SUDO_USER:-}" ] && [ "$user" != root ]; then
  HOME=$home USER=$user LOGNAME=$user
  export HOME USER LOGNAME
  unset MAIL SUDO_COMMAND SUDO_USER SUDO_UID SUDO_GID
  if setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups true 2>/dev/null; then
    exec setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups sh -c "$1" sh "$2"
  fi
  exec sudo -n -E -u "$user" -- sh -c "$1" sh "$2"
fi
exec sh -c "$1" sh "$2"`;

/**
 * Starts $SHELL as a login would, its prompt preceded by the label ($1). The user's own files are read and not touched: what
 * is to be said after them reaches the shell by an open file (bash, sh), an argument (fish) or a directory that is gone before
 * the first prompt (zsh). The label is expanded as a variable each time, never taken as a part of the prompt's own language.
 */
const startShell = `
cd "$HOME" 2>/dev/null || cd /
COLORTERM=truecolor NETNS_NAMESPACE=$1
export COLORTERM
[ -n "\${LC_ALL:-}\${LC_CTYPE:-}\${LANG:-}" ] || { LANG=C.UTF-8; export LANG; }
name=\${SHELL##*/}
if [ -z "$NETNS_NAMESPACE" ]; then
  unset NETNS_NAMESPACE
  case $name in
    bash | zsh | fish | dash | ash | ksh | tcsh | csh) exec "$SHELL" -l ;;
    *) exec "$SHELL" ;;
  esac
fi
export NETNS_NAMESPACE
case $name in
  bash)
    exec "$SHELL" --rcfile /dev/fd/9 -i 9<<'RC'
exec 9<&-
[ ! -r /etc/profile ] || . /etc/profile
for __netns_file in ~/.bash_profile ~/.bash_login ~/.profile; do
  if [ -r "$__netns_file" ]; then . "$__netns_file"; break; fi
done
unset __netns_file
__netns_prompt() {
  case $PS1 in *'\${NETNS_NAMESPACE}'*) ;; *) PS1='(\${NETNS_NAMESPACE}) '$PS1 ;; esac
}
PROMPT_COMMAND="\${PROMPT_COMMAND-}
__netns_prompt"
RC
    ;;
  zsh)
    files=$(mktemp -d) && cat >"$files/.zshenv" <<'RC'
command rm -rf -- "$ZDOTDIR"
if [[ -n $NETNS_ZDOTDIR ]]; then ZDOTDIR=$NETNS_ZDOTDIR; else unset ZDOTDIR; fi
unset NETNS_ZDOTDIR
__netns_prompt() {
  psvar[9]=$NETNS_NAMESPACE
  [[ $PROMPT == *'%9v'* ]] || PROMPT="(%9v) $PROMPT"
}
precmd_functions+=(__netns_prompt)
[[ ! -r \${ZDOTDIR:-$HOME}/.zshenv ]] || source \${ZDOTDIR:-$HOME}/.zshenv
RC
    NETNS_ZDOTDIR=\${ZDOTDIR:-} ZDOTDIR=$files
    export NETNS_ZDOTDIR ZDOTDIR
    exec "$SHELL" -l -i
    ;;
  fish)
    exec "$SHELL" -l -C '
      functions -q fish_prompt; and functions -c fish_prompt __netns_prompt
      function fish_prompt
        printf "(%s) " $NETNS_NAMESPACE
        functions -q __netns_prompt; and __netns_prompt
      end'
    ;;
  sh | dash | ash | ksh | mksh)
    ENV=/dev/fd/9
    export ENV
    exec "$SHELL" -i 9<<'RC'
exec 9<&-
unset ENV
[ ! -r /etc/profile ] || . /etc/profile
[ ! -r ~/.profile ] || . ~/.profile
PS1='(\${NETNS_NAMESPACE}) '\${PS1:-'$ '}
RC
    ;;
  tcsh | csh)
    printf 'In namespace %s\\r\\n' "$NETNS_NAMESPACE"
    exec "$SHELL" -l
    ;;
  *)
    printf 'In namespace %s\\r\\n' "$NETNS_NAMESPACE"
    exec "$SHELL"
    ;;
esac`;
