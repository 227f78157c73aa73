import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readHostFacts } from '../../../src/host/check/facts';
import { checkHost, type CheckInput, type Finding } from '../../../src/host/check/findings';
import { installCommand, startSwitchCommand } from '../../../src/host/check/packages';
import { describeFindings, reportFindings, summarizeFindings } from '../../../src/host/check/report';
import { planetsHost } from '../graph/hosts';

const boundary = 'abcdefgh1234';

/** What the script prints, from the bodies of its sections. */
function printed(sections: Readonly<Record<string, string>>): string {
  const all = Object.entries({ ...sections, end: '' });
  return all.map(([head, body]) => `\n@${boundary} ${head}\n${body}`).join('');
}

const complete = {
  os: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n',
  versions: [
    'ip ip utility, iproute2-6.1.0, libbpf 1.1.0',
    'nft nftables v1.0.6 (Lester Gooch #5)',
    'iptables iptables v1.8.9 (nf_tables)',
    'tcpdump tcpdump version 4.99.3',
    'tshark TShark (Wireshark) 4.0.17',
    'python3 Python 3.11.2',
    'ovs-vsctl ovs-vsctl (Open vSwitch) 3.1.0',
    'conntrack conntrack v1.4.7',
    'ping ping from iputils 20221126',
    'curl curl 7.88.1',
    'nsenter nsenter from util-linux 2.38.1',
    'unshare unshare from util-linux 2.38.1',
  ].join('\n'),
  sysctls: 'net/ipv4/ip_forward 1\nnet/ipv6/conf/all/forwarding 0\n',
  sshd: 'maxsessions 10\n',
  time: '1700000000\n',
};

function inputOf(sections: Readonly<Record<string, string>>, more: Partial<CheckInput> = {}): CheckInput {
  const facts = readHostFacts(printed(sections), boundary);
  return { facts, snapshot: { ...planetsHost(), openvswitch: true }, root: { type: 'root' }, ...more };
}

const found = (input: CheckInput, what: string): Finding[] => checkHost(input).filter((each) => each.what === what);

describe('Check Host', () => {
  it('finds nothing lacking where all is there', () => {
    const findings = checkHost(inputOf(complete, { clockAhead: { seconds: 0.4, within: 0.6 } }));
    assert.deepEqual(
      findings.filter(({ state }) => state !== 'good'),
      [],
    );
    assert.equal(summarizeFindings(findings), 'nothing is lacking');
  });

  it('says of each lack what it costs and the command of this distribution', () => {
    const bare = inputOf({
      os: 'ID=fedora\nPRETTY_NAME="Fedora Linux 41"\n',
      versions: 'ip ip utility, iproute2-6.7.0\nnsenter x\n',
      sysctls: '',
      sshd: '',
      time: '',
    });
    const [tcpdump] = found(bare, 'tcpdump');
    assert.deepEqual(tcpdump, {
      state: 'lack',
      what: 'tcpdump',
      found: 'not there',
      costs: 'No packets can be captured.',
      command: 'dnf install tcpdump',
    });
    assert.equal(found(bare, 'NAT')[0]?.command, 'dnf install nftables');
    assert.equal(found(bare, 'Python 3')[0]?.state, 'note', 'the rest works without it');
    assert.equal(found(bare, 'MaxSessions')[0]?.state, 'unknown');
    assert.equal(found(bare, 'IPv4 forwarding')[0]?.state, 'unknown');
    assert.match(summarizeFindings(checkHost(bare)), /^4 things are lacking: tcpdump, ping, curl, NAT$/);
  });

  it('says without root what is left, in the words of why there is none', () => {
    const why = 'This needs root on ops@lab, and sudo does not allow it.';
    assert.deepEqual(found(inputOf(complete, { root: { type: 'none', why } }), 'Rights')[0]?.found, why);
  });

  it('knows which iptables it is', () => {
    const legacy = inputOf({ ...complete, versions: 'iptables iptables v1.8.9 (legacy)' });
    assert.match(found(legacy, 'NAT')[0]?.found ?? '', /own rule set/);
  });

  it('names what the kernel lacks, with the module', () => {
    const input = inputOf(complete);
    const snapshot = { ...input.snapshot, missingKinds: ['netem', 'dummy'] };
    assert.deepEqual(
      found({ ...input, snapshot }, `Linux ${snapshot.kernel}`).map((each) => each.found),
      ['lacks netem (module sch_netem)', 'lacks dummy'],
    );
  });

  it('names a firewall that drops what is passed on, and br_netfilter', () => {
    const input = inputOf({ ...complete, sysctls: 'net/ipv4/ip_forward 0\nnet/bridge/bridge-nf-call-iptables 1\n' });
    const chain = {
      engine: 'iptables',
      backend: 'nft',
      family: 'ip',
      table: 'filter',
      chain: 'FORWARD',
      drops: true,
      userChain: 'DOCKER-USER',
    } as const;
    const namespaces = input.snapshot.namespaces.map((each) =>
      each.isRoot
        ? { ...each, firewall: { forwardChains: [chain], marked: [], ownChains: [], iptablesInUse: [] } }
        : each,
    );
    const docker = { ...input, snapshot: { ...input.snapshot, namespaces } };
    assert.deepEqual(
      found(docker, 'Firewall').map((each) => each.found),
      ['filter FORWARD drops what no rule lets through (rules of others: DOCKER-USER)'],
    );
    assert.equal(found(docker, 'br_netfilter')[0]?.found, 'loaded');
    assert.equal(found(docker, 'IPv4 forwarding')[0]?.found, 'off');
  });

  it('tells a clock that is wrong from one that was read slowly', () => {
    const clock = (seconds: number, within: number): string | undefined =>
      found(inputOf(complete, { clockAhead: { seconds, within } }), 'Clock')[0]?.found;
    assert.equal(clock(-120, 0.7), '120 s behind this machine’s');
    assert.equal(clock(30, 0.5), '30 s ahead of this machine’s');
    assert.equal(clock(4, 5), 'as this machine’s');
  });

  it('knows the packages of distributions by what they are like, and is silent on others', () => {
    assert.equal(installCommand('ip', ['linuxmint', 'ubuntu', 'debian']), 'apt install iproute2');
    assert.equal(installCommand('ip', ['rocky', 'rhel', 'centos', 'fedora']), 'dnf install iproute');
    assert.equal(installCommand('tcpdump', ['opensuse-leap', 'suse', 'opensuse']), 'zypper install tcpdump');
    assert.equal(installCommand('python3', ['manjaro', 'arch']), 'pacman -S python');
    assert.equal(installCommand('ip', ['nixos']), undefined);
    assert.equal(startSwitchCommand(['linuxmint', 'ubuntu', 'debian']), 'systemctl start openvswitch-switch');
    assert.equal(startSwitchCommand(['rocky', 'rhel', 'centos', 'fedora']), 'systemctl start openvswitch');
    assert.equal(startSwitchCommand(['alpine']), 'rc-service ovs-vswitchd start');
    assert.equal(startSwitchCommand(['nixos']), undefined);
  });

  it('shows words of the host as words: no Markdown, no escape sequence', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const facts = readHostFacts(printed({ ...complete, versions: `ip ${text.replaceAll('\n', ' ')}` }), boundary);
        const finding: Finding = { state: 'good', what: 'iproute2', found: `\u001b[31m${text}` };
        const report = reportFindings(text, facts, [finding]);
        // eslint-disable-next-line no-control-regex -- that none is left is what is tested
        assert.doesNotMatch(report, /[\u0000-\u0009\u000b-\u001f]/);
        // eslint-disable-next-line no-control-regex -- as above
        assert.doesNotMatch(describeFindings([finding]), /[\u0000-\u0009\u000b-\u001f]/);
      }),
    );
    const report = reportFindings('[x](command:evil)`', inputOf(complete).facts, []);
    assert.match(report, /^# Check of `` \[x\]\(command:evil\)` ``\n/);
  });

  it('is refused where the host’s answer was cut off', () => {
    assert.throws(() => readHostFacts('\n@abcdefgh1234 os\nID=debian', boundary), /ended in the middle/);
  });
});
