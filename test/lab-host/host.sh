#!/bin/bash
# The first process of a lab host: makes the host's own files, starts its sshd and stays until that ends.
# Runs in fresh network, mount, PID, IPC and UTS namespaces; every mount here is seen in this host only.
#
# In:  LAB_DIR      holds host/ (host keys, authorized_keys, student.password) and an empty directory run/
#      LAB_NAME     the host name
#      LAB_WITHOUT  programs that this host shall lack, separated by blanks
#      LAB_SHELLS   login shells as USER=SHELL, separated by blanks
#      LAB_KEEP     a directory that must stay visible although /tmp is private (the project's own folder)
# Out: the line `ready`.
set -eu

# Mounts as `mount` does, without keeping its own record in /run/mount, which is the machine's at first.
mount() {
  command mount --no-mtab "$@"
}

# /run and /etc are private; so `ip netns add`, /etc/netns, users, sudo's records and pid files touch nothing outside.
make_own_files() {
  local run=$LAB_DIR/run
  mount -t tmpfs -o mode=755 tmpfs "$run"
  mkdir -p "$run"/{lab,lock,sshd,home,etc,keep}
  mount --bind "$LAB_DIR/host" "$run/lab"
  cp -a /etc/. "$run/etc/"
  case $LAB_KEEP/ in /tmp/*) mount --bind "$LAB_KEEP" "$run/keep" ;; esac
  mount --move "$run" /run
  mount --bind /run/etc /etc
  mount -t tmpfs -o mode=1777 tmpfs /tmp
  case $LAB_KEEP/ in /tmp/*) mkdir -p "$LAB_KEEP" && mount --move /run/keep "$LAB_KEEP" ;; esac
  mount -t tmpfs -o mode=755 tmpfs /var/log
  # A fresh sysfs shows this network namespace's interfaces, not the machine's.
  mount -t sysfs sysfs /sys
}

name_the_host() {
  hostname "$LAB_NAME"
  echo "$LAB_NAME" >/etc/hostname
  printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$LAB_NAME" >/etc/hosts
  # No name server: a look-up fails at once instead of waiting for one.
  rm -f /etc/resolv.conf /etc/nologin
  echo '# This host has no name servers.' >/etc/resolv.conf
}

# add_user NAME UID SHELL: replaces whatever account of that name the machine has.
add_user() {
  local file
  for file in passwd shadow group gshadow; do
    [ ! -e "/etc/$file" ] || sed -i "/^$1:/d" "/etc/$file"
  done
  mkdir -p "/run/home/$1"
  chmod 700 "/run/home/$1"
  chown "$2:$2" "/run/home/$1"
  echo "$1:x:$2:$2:$1:/run/home/$1:$3" >>/etc/passwd
  echo "$1:x:$2:" >>/etc/group
  # `*` has no password; `!` would be a locked account, which sshd refuses even with a key.
  echo "$1:*:19000:0:99999:7:::" >>/etc/shadow
}

shell_of() {
  local pair shell=/bin/bash
  for pair in $LAB_SHELLS; do
    [ "${pair%%=*}" != "$1" ] || shell=${pair#*=}
  done
  [ -x "$shell" ] || { echo "There is no shell $shell." >&2; return 1; }
  echo "$shell"
}

make_users() {
  rm -rf /etc/netns /etc/sudoers.d
  local shell
  shell=$(shell_of root); add_user root 0 "$shell"
  shell=$(shell_of ops); add_user ops 64001 "$shell"
  shell=$(shell_of student); add_user student 64002 "$shell"
  { printf 'student:'; cat /run/lab/student.password; } | chpasswd --crypt-method SHA512
  rm /run/lab/student.password
  rm -f /etc/sudoers
  cat >/etc/sudoers <<'END'
Defaults env_reset
Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
root ALL=(ALL:ALL) ALL
ops ALL=(ALL:ALL) NOPASSWD: ALL
student ALL=(ALL:ALL) ALL
END
  chmod 440 /etc/sudoers
  # The machine's own log-in rules (directory services, delays) stay out of this.
  cat >/etc/pam.d/sudo <<'END'
auth required pam_unix.so nodelay
account required pam_unix.so
session required pam_permit.so
END
}

# hide_program NAME: each directory on the PATH that has it is replaced by one of links to everything that was in it, where
# the program can be removed. (Hiding it under another file would answer "permission denied" instead of "not found".)
hide_program() {
  local dir copy
  for dir in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do
    [ -e "$dir/$1" ] || [ -L "$dir/$1" ] || continue
    copy=/run/lab-programs$(readlink -f "$dir")
    if [ ! -e "$copy" ]; then
      mkdir -p "$copy"
      mount --bind "$dir" "$copy"
      mount -t tmpfs -o mode=755 tmpfs "$dir"
      PATH=$copy:$PATH cp -rs "$copy/." "$dir/"
    fi
    rm "$dir/$1"
  done
}

start_sshd() {
  cat >/run/lab/sshd_config <<'END'
Port 22
AddressFamily inet
HostKey /run/lab/host_ed25519
HostKey /run/lab/host_ecdsa
AuthorizedKeysFile /run/lab/authorized_keys
PidFile none
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
PrintMotd no
PrintLastLog no
MaxStartups 100
Subsystem sftp internal-sftp
LogLevel VERBOSE
END
  /usr/sbin/sshd -t -f /run/lab/sshd_config
  /usr/sbin/sshd -D -f /run/lab/sshd_config -E /run/lab/sshd.log >/dev/null 2>&1 &
}

make_own_files
name_the_host
make_users
for program in $LAB_WITHOUT; do hide_program "$program"; done
unset LAB_DIR LAB_NAME LAB_WITHOUT LAB_SHELLS LAB_KEEP LAB_SCRIPTS
start_sshd
echo ready
exec >/dev/null 2>&1
# As the first process it also takes in orphans; bash does that while it waits.
wait
