/**
 * POSIX shell that puts the SSH connection which the script runs over into `$connection`, as sshd(8) gives it: client address
 * and port, server address and port; empty where there is none. sudo drops SSH_CONNECTION, but the processes above it have it.
 */
export const findSshConnection = `
connection=\${SSH_CONNECTION:-}
pid=$$
while [ -z "$connection" ] && [ "\${pid:-0}" -gt 1 ]; do
  parent=
  while read -r key value rest; do
    if [ "$key" = PPid: ]; then parent=$value; fi
  done 2>/dev/null <"/proc/$pid/status"
  pid=$parent
  [ "\${pid:-0}" -gt 1 ] || break
  connection=$(tr '\\0' '\\n' 2>/dev/null <"/proc/$pid/environ" | sed -n 's/^SSH_CONNECTION=//p')
done`;
