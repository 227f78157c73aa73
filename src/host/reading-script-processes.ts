/**
 * The parts of the reading script that look at /proc: namespaces without a name, what runs in all of them, who holds which socket;
 * and what else only the plain road asks programs for.
 */

/** Where Podman keeps the names of its containers, below /var/lib/containers/storage. */
const containerRecords = [
  'overlay-containers/containers.json',
  'vfs-containers/containers.json',
  'volatile-containers.json',
  'overlay-containers/volatile-containers.json',
];

/** In a namespace: what ip(8) does not print. */
export const readMore = `
read_fdb() {
  section fdb
  bridge -j fdb show 2>&1
}
# The names of devices are the kernel's own: letters, digits, dots, colons.
read_drivers() {
  section drivers
  printf '%s\\n' "$1" | grep -o '"parentbus":"[^"]*","parentdev":"[^"]*"' | while IFS='"' read -r _ _ _ bus _ _ _ device _; do
    driver=$(readlink "/sys/bus/$bus/devices/$device/driver") && printf '%s %s\\n' "$device" "\${driver##*/}"
  done
}`;

/**
 * Adds to \`found\` (lines \`INODE PATH\`) the namespaces without a name under /run/netns: those that processes or their threads live
 * in, that are mounted elsewhere, in any mount namespace, or that are held open. The first way that was found is the one taken.
 */
export const findNameless = `
threads=$(stat -L -c '%i %n' /proc/[0-9]*/task/[0-9]*/ns/net 2>/dev/null)
files=$(ls -ln /proc/[0-9]*/fd 2>/dev/null | grep -e '^/proc/' -e ' -> socket:\\[' -e ' -> net:\\[')
mounted() {
  own=$(readlink /proc/self/ns/mnt)
  stat -L -c '%i %n' /proc/[0-9]*/ns/mnt 2>/dev/null | sort -u -k1,1 | while read -r _ path; do
    path=\${path%/ns/mnt}
    is_own=
    [ "$(readlink "$path/ns/mnt")" = "$own" ] && is_own=yes
    grep ' net:\\[' "$path/mountinfo" 2>/dev/null | while read -r _ _ _ root point _; do
      case $root in 'net:['*']') ;; *) continue ;; esac
      case $is_own$point in yes/run/netns/* | yes/var/run/netns/* | *'\\012'*) continue ;; esac
      case $point in *\\\\*) point=$(printf '%b' "$(printf '%s' "$point" | sed 's/\\\\\\([0-7]\\)/\\\\0\\1/g')") ;; esac
      root=\${root#net:?}
      printf '%s %s/root%s\\n' "\${root%?}" "$path" "$point"
    done
  done
}
opened() {
  printf '%s\\n' "$files" | grep -e '^/proc/' -e ' -> net:\\[' | while read -r line; do
    case $line in
      /proc/*) folder=\${line%:} ;;
      *)
        inode=\${line##*net:?}
        file=\${line%% -> *}
        printf '%s %s/%s\\n' "\${inode%?}" "$folder" "\${file##* }"
        ;;
    esac
  done
}
nameless=$(
  known=" $(stat -L -c %i /proc/self/ns/net) $(printf '%s\\n' "$found" | while read -r inode _; do printf '%s ' "$inode"; done)"
  { printf '%s\\n' "$threads"; mounted; opened; } | while read -r inode path; do
    case $known in *" $inode "*) continue ;; esac
    known="$known$inode "
    printf '%s %s\\n' "$inode" "$path"
  done
)
if [ -n "$nameless" ]; then found=\${found:+$found$newline}$nameless; fi`;

/** The processes inside the namespaces that were found, what tells whose they are, and who holds which socket. */
export const readProcesses = `
section socket-files
printf '%s\\n' "$files" | grep -v 'net:\\['
section programs
grep -s '' /dev/null /proc/[0-9]*/comm
inodes=$(printf '%s\\n' "$found" | while IFS= read -r line; do printf '%s ' "\${line%% *}"; done)
if [ -n "$found" ]; then
  section processes
  set --
  parents=
  for line in $(printf '%s\\n' "$threads" | sed -n 's,^\\([0-9]*\\) /proc/\\([0-9]*\\)/task/\\2/ns/net$,\\1:\\2,p'); do
    case " $inodes" in
      *" \${line%%:*} "*)
        pid=\${line#*:}
        # The fields after the program's name, which may hold blanks: state, parent.
        rest=
        read -r rest 2>/dev/null <"/proc/$pid/stat" || continue
        rest=\${rest##*)}
        rest=\${rest#* ? }
        parent=\${rest%% *}
        printf '%s %s %s\\n' "\${line%%:*}" "$pid" "$parent"
        set -- "$@" "/proc/$pid/cmdline" "/proc/$pid/cgroup"
        case " $parents " in *" $parent "*) ;; *) parents="$parents $parent" ;; esac
        ;;
    esac
  done
  for parent in $parents; do set -- "$@" "/proc/$parent/cmdline"; done
  section commands
  # /dev/null makes it more than one file, so that head prints their names. The arguments end with NUL.
  if [ $# -gt 0 ]; then head -c 4000 /dev/null "$@" 2>/dev/null | tr '\\0' '\\037'; fi
  section containers
  for file in ${containerRecords.map((file) => `/var/lib/containers/storage/${file}`).join(' ')}; do
    [ -r "$file" ] && tr '\\n' ' ' <"$file" && echo
  done
  section docker-names
  grep -s -o '"Name":"/[^"]*"' /dev/null /var/lib/docker/containers/*/config.v2.json
fi`;
