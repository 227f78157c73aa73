import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readIptablesFilter } from '../../../src/trace/filter/read-iptables';
import type { FilterChain } from '../../../src/trace/filter/model';
import { readNftFilter } from '../../../src/trace/filter/read-nft';
import { runFilter } from '../../../src/trace/filter/run';
import type { LabHost } from '../../lab-host';
import { useLabHost } from '../use-lab-host';

const sources = ['127.0.0.1', '127.0.0.2', '127.0.0.9'];
const destinations = ['127.0.1.1', '127.0.1.2', '127.0.2.1'];
const ports = [1000, 1001, 1010, 2000];

/** Sends a datagram of each kind, and says of each whether the kernel let it out: who drops at OUTPUT is told so at once. */
const sender = `
import socket, sys
for source in ${JSON.stringify(sources)}:
    for destination in ${JSON.stringify(destinations)}:
        for port in ${JSON.stringify(ports)}:
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind((source, 0))
            try:
                s.sendto(b"x", (destination, port))
                print("accept")
            except PermissionError:
                print("drop")
            s.close()
`;

/** Our reading of the packet filter decides as the kernel does. */
describe('the packet filter as a trace reads it, and the kernel', function () {
  this.timeout(180_000);
  let lab: LabHost;

  useLabHost((host) => ({ lab } = host));
  before(async () => {
    const { code } = await lab.run('ip netns add fw; ip -n fw link set lo up');
    assert.equal(code, 0);
  });

  const address = fc.constantFrom(
    '127.0.0.1',
    '127.0.0.0/29',
    '127.0.0.0/16',
    '127.0.1.0/24',
    '127.0.2.1',
    '10.0.0.0/8',
  );
  const port = fc.constantFrom('1000', '1001', '2000', '9');

  function packets(): { source: string; destination: string; port: number }[] {
    return sources.flatMap((source) =>
      destinations.flatMap((destination) => ports.map((one) => ({ source, destination, port: one }))),
    );
  }

  function assertSame(chains: readonly FilterChain[], verdicts: readonly string[], rules: string): void {
    for (const [index, { source, destination, port: destinationPort }] of packets().entries()) {
      const { verdict, uncertain } = runFilter({ chains }, 'output', {
        packet: {
          family: 'inet',
          protocol: 'udp',
          source,
          destination,
          destinationPort,
          sourcePort: 40_000,
          state: 'new',
        },
        out: 'lo',
        isLocal: (one) => one.startsWith('127.'),
      });
      const what = `${source} → ${destination}:${destinationPort} through\n${rules}`;
      assert.deepEqual(uncertain, [], what);
      assert.equal(verdict === 'accept' ? 'accept' : 'drop', verdicts[index], what);
    }
  }

  async function verdictsOf(load: string, list: string): Promise<{ verdicts: string[]; listing: string }> {
    const { code, stdout, stderr } = await lab.run(`ip netns exec fw sh <<'SCRIPT'
{
${load}
} || exit 1
python3 - <<'END'
${sender}
END
echo ===
${list}
SCRIPT`);
    // nft itself refuses a rule whose conditions contradict each other: that is none to compare.
    fc.pre(!stderr.includes('conflicting'));
    assert.equal(code, 0, `${stderr}\n${load}`);
    const [said = '', listing = ''] = stdout.split('===\n');
    const verdicts = said.trim().split('\n');
    assert.equal(verdicts.length, packets().length);
    return { verdicts, listing };
  }

  it('agree on nftables', async () => {
    const condition = fc.oneof(
      fc
        .tuple(fc.constantFrom('saddr', 'daddr'), fc.constantFrom('', '!= '), address)
        .map((words) => `ip ${words.join(' ')}`),
      fc
        .tuple(
          fc.constantFrom('', '!= '),
          fc.oneof(port, fc.constantFrom('1000-1005', '{ 1000, 2000 }', '{ 1, 1001-1020 }')),
        )
        .map((words) => `udp dport ${words.join('')}`),
      fc.constantFrom(
        'meta l4proto udp',
        'meta l4proto tcp',
        'meta nfproto ipv4',
        'oifname "lo"',
        'oifname != "lo"',
        'oifname "l*"',
        'ct state new',
        'ct state established,related',
        'ip protocol udp',
        'fib daddr type local',
      ),
    );
    const rule = (actions: readonly string[]) =>
      fc
        .tuple(fc.array(condition, { maxLength: 3 }), fc.constantFrom('', 'counter '), fc.constantFrom(...actions))
        .map(([conditions, counter, action]) => `${conditions.join(' ')} ${counter}${action}`);
    const ruleset = fc.record({
      policy: fc.constantFrom('accept', 'drop'),
      base: fc.array(rule(['accept', 'drop', 'jump side', 'goto side', 'return', 'continue']), { maxLength: 6 }),
      side: fc.array(rule(['accept', 'drop', 'return']), { maxLength: 4 }),
      later: fc.array(rule(['accept', 'drop']), { maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(ruleset, async ({ policy, base, side, later }) => {
        const text = `flush ruleset
table inet t {
  chain side {
    ${side.join('\n    ')}
  }
  chain base {
    type filter hook output priority 0; policy ${policy};
    ${base.join('\n    ')}
  }
  chain later {
    type filter hook output priority 10;
    ${later.join('\n    ')}
  }
}`;
        const { verdicts, listing } = await verdictsOf(
          `nft -f - <<'END'\n${text}\nEND`,
          'nft -j list ruleset; echo; nft -a list ruleset',
        );
        const [json = '', ...lines] = listing.split('\n');
        assertSame(
          readNftFilter(JSON.parse(json), lines.join('\n'), () => false),
          verdicts,
          text,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('agree on iptables', async () => {
    const condition = fc.oneof(
      fc
        .tuple(fc.constantFrom('', '! '), fc.constantFrom('-s', '-d'), address)
        .map(([not, ...words]) => not + words.join(' ')),
      fc.tuple(fc.constantFrom('', '! '), port).map(([not, one]) => `-p udp -m udp ${not}--dport ${one}`),
      fc.constantFrom(
        '-p udp',
        '-p tcp',
        '! -p tcp',
        '-o lo',
        '! -o lo',
        '-o l+',
        '-m conntrack --ctstate NEW',
        '-m conntrack ! --ctstate NEW',
        '-p udp -m udp --dport 1000:1005',
        '-p udp -m multiport --dports 1000,2000',
        '-m addrtype --dst-type LOCAL',
      ),
    );
    const rule = (chain: string, actions: readonly string[]) =>
      fc.tuple(condition, fc.constantFrom(...actions)).map(([one, action]) => `-A ${chain} ${one} ${action}`);
    const ruleset = fc.record({
      policy: fc.constantFrom('ACCEPT', 'DROP'),
      base: fc.array(rule('OUTPUT', ['-j ACCEPT', '-j DROP', '-j side', '-g side', '-j RETURN']), { maxLength: 6 }),
      side: fc.array(rule('side', ['-j ACCEPT', '-j DROP', '-j RETURN']), { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(ruleset, async ({ policy, base, side }) => {
        const text = ['*filter', `:OUTPUT ${policy} [0:0]`, ':side - [0:0]', ...base, ...side, 'COMMIT'].join('\n');
        const { verdicts, listing } = await verdictsOf(
          `nft flush ruleset; iptables-restore <<'END'\n${text}\nEND`,
          'iptables-save -c',
        );
        assertSame(readIptablesFilter(listing, 'ip', 'nft'), verdicts, text);
      }),
      { numRuns: 60 },
    );
  });
});
