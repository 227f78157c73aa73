import type { LabHost } from '../lab-host';
import { type } from './observed-lab';

/** Networks that other programs make on a lab host, as their users would have them made. */

/** Starts Mininet with so many hosts on one Linux bridge, and waits until it is up; it ends with the host, or by `stopMininet`. */
export async function startMininet(lab: LabHost, hosts: number): Promise<void> {
  await type(lab, [
    'mkfifo /tmp/mininet.in',
    // It reads commands; at the end of its input it takes its network down.
    "setsid sh -c 'exec >/tmp/mininet.in; sleep 900 & echo $! >/tmp/mininet.keeper; wait' </dev/null >/dev/null 2>&1 &",
    `setsid mn --topo single,${hosts} --switch lxbr --controller none </tmp/mininet.in >/tmp/mininet.out 2>&1 &`,
    `for i in $(seq 200); do [ -e /sys/class/net/s1/brif/s1-eth${hosts} ] && grep -q 'Starting CLI' /tmp/mininet.out && exit; sleep 0.1; done
     cat /tmp/mininet.out >&2; exit 1`,
  ]);
}

export async function stopMininet(lab: LabHost): Promise<void> {
  await type(lab, [
    'kill "$(cat /tmp/mininet.keeper)"; while [ -e /sys/class/net/s1 ]; do sleep 0.05; done; rm /tmp/mininet.*',
  ]);
}

/** Prepares Podman on a lab host, with an image `localhost/tiny` that has busybox. Everything lies in the host's own /run. */
export async function preparePodman(lab: LabHost): Promise<void> {
  await type(lab, [
    `mkdir -p /tmp/image/bin && cp "$(command -v busybox)" /tmp/image/bin/
     ldd /tmp/image/bin/busybox | grep -o '/[^ ]*' | while read -r library; do
       mkdir -p "/tmp/image\${library%/*}" && cp -L "$library" "/tmp/image$library"
     done
     for program in sh sleep httpd; do ln -s busybox /tmp/image/bin/$program; done`,
    // Over whatever is there: Mininet mounts something of its own.
    'mount -t cgroup2 cgroup2 /sys/fs/cgroup',
    `mkdir -p /etc/containers
     printf '[storage]\\ndriver = "vfs"\\ngraphroot = "/run/storage/graph"\\nrunroot = "/run/storage/run"\\n' >/etc/containers/storage.conf`,
    'tar -C /tmp/image -c . | podman import - localhost/tiny',
  ]);
}

/** Runs a container, detached. @param words what `podman run` is told: options, image, command */
export async function runContainer(lab: LabHost, words: string): Promise<void> {
  await type(lab, [`podman --runtime crun run --ulimit host --cgroups=disabled --detach ${words} </dev/null`]);
}

export async function removeContainers(lab: LabHost): Promise<void> {
  await type(lab, ['podman --runtime crun rm --force --time 0 --all', 'umount /sys/fs/cgroup']);
}
