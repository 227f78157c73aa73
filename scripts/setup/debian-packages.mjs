// The programs that the tests and the demo need beyond Node.js: Debian packages where there is apt, else what to look for.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { run } from './processes.mjs';
import { say, StopError } from './say.mjs';

/** What each purpose needs: package → a program of it, or a file where it has no program. */
const purposes = {
  'lab host': {
    'openssh-server': 'sshd',
    'openssh-client': 'ssh-keygen',
    iproute2: 'ip',
    nftables: 'nft',
    iptables: 'iptables',
    tcpdump: 'tcpdump',
    tshark: 'tshark',
    'wireshark-common': 'capinfos',
    'iputils-ping': 'ping',
    iperf3: 'iperf3',
    traceroute: 'traceroute',
    python3: 'python3',
    curl: 'curl',
    sudo: 'sudo',
    opendoas: 'doas',
    procps: 'sysctl',
    'util-linux': 'unshare',
  },
  // What reaches a host goes through its users' login shells: the tests try each kind.
  shells: { busybox: 'busybox', fish: 'fish', tcsh: 'tcsh', zsh: 'zsh' },
  'Open vSwitch': { 'openvswitch-switch': 'ovs-vsctl' },
  Mininet: { mininet: 'mn', 'bridge-utils': 'brctl' },
  Podman: { podman: 'podman', crun: 'crun', netavark: '/usr/lib/podman/netavark' },
  // For the display language Chinese, a small font that has its signs.
  browser: { chromium: 'chromium', 'fonts-wqy-microhei': '/usr/share/fonts/truetype/wqy/wqy-microhei.ttc' },
  'code-server build': {
    'libkrb5-dev': '/usr/include/krb5.h',
    'libx11-dev': '/usr/include/X11/Xlib.h',
    'libxkbfile-dev': '/usr/include/X11/extensions/XKBfile.h',
    'libsecret-1-dev': '/usr/include/libsecret-1/libsecret/secret.h',
    'pkg-config': 'pkg-config',
    python3: 'python3',
    make: 'make',
    'g++': 'g++',
  },
};

/** sshd and ip may stand in folders that are only on root's PATH. */
const searchPath = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * Makes sure that everything for the purposes is installed: as root with apt-get, else says what to run and stops.
 * @param {('lab host' | 'shells' | 'Open vSwitch' | 'Mininet' | 'Podman' | 'browser' | 'code-server build')[]} wanted
 * @param {{ askForRoot?: boolean }} options with `askForRoot`, sudo may ask the person at the terminal
 */
export async function ensurePackages(wanted, { askForRoot = false } = {}) {
  const needed = Object.assign({}, ...wanted.map((purpose) => purposes[purpose]));
  if (!isDebian()) return stopWherePartsAreMissing(needed);

  const missing = missingPackages(Object.keys(needed));
  if (missing.length === 0) return;
  const install = ['apt-get', 'install', '--quiet', '--yes', '--no-install-recommends', ...missing];
  const isRoot = process.getuid() === 0;
  if (!isRoot && !(askForRoot && process.stdin.isTTY && isOnPath('sudo'))) {
    throw new StopError(
      `These Debian packages are missing: ${missing.join(' ')}.\nInstall them as root, then run this again:\n\n` +
        `  sudo apt-get update && sudo ${install.join(' ')}\n`,
      3,
    );
  }
  say(`Installing the Debian packages ${missing.join(' ')} (for: ${wanted.join(', ')}) …`);
  const asRoot = isRoot ? ['env'] : ['sudo', 'env'];
  const apt = ([program, ...args], allowFailure = false) => {
    const [first, ...rest] = [...asRoot, 'DEBIAN_FRONTEND=noninteractive', program, ...args];
    return run(first, rest, { allowFailure, stdio: isRoot ? ['ignore', 'inherit', 'inherit'] : 'inherit' });
  };
  if (!missing.every(isInPackageLists)) await apt(['apt-get', 'update']);
  if ((await apt(install, true)) === 0) return;
  // Package lists that have grown old name files that are gone from the archive.
  await apt(['apt-get', 'update']);
  await apt(install);
}

function isDebian() {
  return existsSync('/etc/debian_version') && spawnSync('dpkg-query', ['--version']).status === 0;
}

function missingPackages(packages) {
  const { stdout } = spawnSync('dpkg-query', ['--show', '--showformat=${Package} ${db:Status-Status}\n', ...packages], {
    encoding: 'utf8',
  });
  const installed = new Set(stdout.split('\n').filter((line) => line.endsWith(' installed')));
  return packages.filter((name) => !installed.has(`${name} installed`));
}

function isInPackageLists(name) {
  const { stdout } = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' });
  return /Candidate: (?!\(none\))/.test(stdout ?? '');
}

function stopWherePartsAreMissing(needed) {
  const missing = Object.entries(needed).filter(([, part]) => !isPresent(part));
  if (missing.length === 0) return;
  const lines = missing.map(([name, part]) => `  ${part.padEnd(44)} (Debian package ${name})`);
  throw new StopError(
    `This is no Debian, so nothing was installed. These are missing; install them with your system's package manager:\n\n` +
      `${lines.join('\n')}\n`,
    3,
  );
}

function isPresent(part) {
  return part.startsWith('/') ? existsSync(part) : isOnPath(part);
}

function isOnPath(program) {
  return searchPath.some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
