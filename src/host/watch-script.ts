import { quoteText } from '../base/shell-quote';

/**
 * A part of the watch: `links` (links, addresses, routes, policy rules, forwarding) and `nftables`, each in the root namespace
 * and in the others, and `names` (of namespaces, under /run/netns).
 */
export const watchParts = ['rootLinks', 'rootNftables', 'names', 'links', 'nftables'] as const;

export type WatchPart = (typeof watchParts)[number];

/** One line of the watch script's output. */
export type WatchLine =
  /** Something may have changed; what, is found out by reading. */
  | { readonly type: 'changed' }
  /** From now on nothing of this part goes unnoticed. */
  | { readonly type: 'ready'; readonly part: WatchPart }
  /** The host has no means to watch this part. */
  | { readonly type: 'without'; readonly part: WatchPart; readonly why: string }
  /** This part is no longer watched; the watch has to be started again. */
  | { readonly type: 'ended'; readonly part: WatchPart; readonly why: string };

/** Reads a line of the watch script; undefined for anything else. */
export function readWatchLine(line: string): WatchLine | undefined {
  if (line === 'changed') return { type: 'changed' };
  const match = /^(ready|without|ended) (\w+)(?: (.*))?$/.exec(line);
  const part = watchParts.find((known) => known === match?.[2]);
  if (match === null || part === undefined) return undefined;
  const why = match[3] ?? '';
  switch (match[1]) {
    case 'ready':
      return { type: 'ready', part };
    case 'without':
      return { type: 'without', part, why };
    default:
      return { type: 'ended', part, why };
  }
}

/**
 * The script that prints a line whenever something on the host may have changed, until it is killed. Nothing in it polls.
 *
 * A monitor in each namespace would be simple and wrong: a process inside keeps a namespace alive, so `ip netns del` typed by
 * anyone would leave the namespace and its cables behind until we noticed. Instead one nameless namespace is made for the
 * watch alone; every named namespace gets a number in it (`ip netns set`, seen nowhere else), and sockets there that ask
 * for all numbered namespaces (NETLINK_LISTEN_ALL_NSID, netlink(7)) hear them all: one `ip monitor` for any number of
 * namespaces. A number keeps nothing alive, and all numbers end with the script.
 *
 * nftables events inside namespaces are heard the same way by a few lines of Python; a host without Python has only those
 * of the root namespace, from `nft monitor`. The legacy back end of iptables sends no events, nor do processes.
 */
export function watchScript(): string {
  return `
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin LC_ALL=C
export PATH LC_ALL
exec </dev/null 2>/dev/null
${common}
inside=${quoteText(insideScript)}
if unshare -n true; then
  watch_part rootLinks 0 ip -o monitor link address route rule netconf
  unshare -n sh -c "$inside" netns-topology-watch numbered &
else
  # At least those namespaces that have a number here because a cable leads there; hearing them takes root (CAP_NET_BROADCAST).
  case $(id -u) in
    0) watch_part rootLinks 0 ip -o monitor all-nsid link address route rule netconf ;;
    *) watch_part rootLinks 0 ip -o monitor link address route rule netconf ;;
  esac
  say without links No namespace could be made for the watch.
  say without nftables No namespace could be made for the watch.
  sh -c "$inside" netns-topology-watch here &
fi
if ! have nft; then
  say without rootNftables The host has no nft.
elif [ "$(id -u)" = 0 ]; then
  watch_part rootNftables 12 nft monitor
else
  say without rootNftables Hearing changes of nftables takes root.
fi
wait
`;
}

/** What both shells need. `watch_part PART PROTOCOL COMMAND …` turns each line that a monitor prints into a hint. */
const common = `
say() { printf '%s\\n' "$*"; }
have() { command -v "$1" >/dev/null; }
nap() { sleep 0.02 || sleep 1; }
# Until a socket of this protocol has joined a group (/proc/net/netlink: the second and the fourth column), or for eight
# seconds: a monitor that could not start has said so by then.
await_listener() {
  tries=0
  while [ "$tries" -lt 400 ]; do
    while read -r address protocol port groups rest; do
      case $protocol/$groups in
        "$1"/00000000) ;;
        "$1"/*) return ;;
      esac
    done </proc/net/netlink
    nap
    tries=$((tries + 1))
  done
}
watch_part() {
  part=$1
  protocol=$2
  shift 2
  "$@" 2>&1 | {
    last=
    while IFS= read -r line; do
      say changed
      last=$line
    done
    say ended "$part" "$last"
  } &
  { await_listener "$protocol"; say ready "$part"; } &
}`;

/**
 * inotify(7) on /run/netns. `ip netns monitor` keeps its output back when it writes to a pipe; stdbuf(1) of the GNU
 * coreutils cures that, and busybox and inotify-tools have monitors of their own. A namespace's file exists a moment before the
 * namespace is mounted on it, so numbering it is tried for a while; the hint follows when that is done.
 */
const watchNames = `
number() {
  [ "$mode" = numbered ] || return
  tries=0
  while [ -e "/run/netns/$1" ] && [ "$tries" -lt 50 ]; do
    said=$(ip netns set "$1" auto 2>&1) && return
    case $said in *xists*) return ;; esac
    nap
    tries=$((tries + 1))
  done
}
number_all() {
  [ "$mode" = numbered ] || return
  for path in /run/netns/* /run/netns/.[!.]* /run/netns/..?*; do
    [ -e "$path" ] || continue
    name=\${path#/run/netns/}
    case $name in
      -* | *[!A-Za-z0-9_.-]*) number "$name" >/dev/null ;;
      *) printf 'netns set %s auto\\n' "$name" ;;
    esac
  done | ip -force -batch -
}
mkdir -p /run/netns
tellers='none of stdbuf, inotifyd and inotifywait, which tell when a namespace is added or deleted.'
if [ ! -d /run/netns ]; then
  # Only root can make it.
  tellers='no /run/netns yet.'
  set --
elif have stdbuf; then
  set -- stdbuf -oL ip netns monitor
elif have inotifyd; then
  set -- inotifyd - /run/netns:nd
elif have inotifywait; then
  set -- inotifywait -qm -e create -e delete --format '%e %f' /run/netns
else
  set --
fi
if [ $# -eq 0 ]; then
  number_all
  say without names The host has "$tellers"
else
  sh -c 'echo "$$"; exec "$@"' sh "$@" 2>&1 | {
    IFS= read -r pid
    tries=0
    until grep -q '^inotify' /proc/"$pid"/fdinfo/* || [ "$tries" -ge 400 ]; do
      nap
      tries=$((tries + 1))
    done
    number_all
    say ready names
    tab=$(printf '\\t')
    last=
    while IFS= read -r line; do
      last=$line
      case $line in
        'add '*) number "\${line#add }" ;;
        'CREATE '*) number "\${line#CREATE }" ;;
        "n$tab"*) number "\${line##*"$tab"}" ;;
      esac
      say changed
    done
    say ended names "$last"
  } &
fi`;

/** <linux/netlink.h>: NETLINK_NETFILTER 12, SOL_NETLINK 270, NETLINK_LISTEN_ALL_NSID 8, NETLINK_ADD_MEMBERSHIP 1; NFNLGRP_NFTABLES 7. */
const nftablesListener = `
import socket
def say(words):
    print(words, flush=True)
try:
    events = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
    events.setsockopt(270, 8, 1)
    events.bind((0, 0))
    events.setsockopt(270, 1, 7)
except OSError as error:
    say("without nftables %s" % error)
    raise SystemExit
say("ready nftables")
while True:
    try:
        events.recv(65536)
    except OSError:
        # More events than the socket holds: some are lost, which is a change as well.
        pass
    say("changed")
`;

/** `$1` is `numbered` in a namespace of the watch's own, `here` where none could be made. */
const insideScript = `
mode=$1
${common}
if [ "$mode" = numbered ]; then
  watch_part links 0 ip -o monitor all-nsid link address route rule netconf
  if have python3; then
    python3 -c ${quoteText(nftablesListener)} || say ended nftables &
  else
    say without nftables The host has no python3.
  fi
fi
${watchNames}
wait
`;
