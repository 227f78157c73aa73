import * as l10n from '@vscode/l10n';
import { kernelModules } from '../kernel-probe';
import { rootNamespace, type HostSnapshot } from '../model';
import type { HostFacts } from './facts';
import { installCommand, startSwitchCommand } from './packages';

/** One thing that Check Host looked at. */
export interface Finding {
  /** `lack`: something of ours does not work. `note`: it works, and is worth knowing. `unknown`: it could not be read. */
  readonly state: 'good' | 'lack' | 'note' | 'unknown';
  readonly what: string;
  readonly found: string;
  /** What does not work, or what to expect. */
  readonly costs?: string;
  /** What a person would type to mend it. */
  readonly command?: string;
}

export interface CheckInput {
  readonly facts: HostFacts;
  readonly snapshot: HostSnapshot;
  /** How root is had; `none` with why. */
  readonly root: { readonly type: 'root' | 'sudo' } | { readonly type: 'none'; readonly why: string };
  /** How far the host's clock is ahead of ours, in seconds; how exactly that is known. */
  readonly clockAhead?: { readonly seconds: number; readonly within: number };
}

/** So many channels a view, a terminal, a capture and an apply at the same time need. */
const wantedSessions = 10;
/** Beyond this times in logs and captures mislead. */
const toleratedSkew = 3;

/** What is there and what is missing on a host, what each lack costs, and what mends it. */
export function checkHost(input: CheckInput): Finding[] {
  return [
    ...rights(input),
    ...programs(input),
    ...natEngine(input),
    ...kernel(input),
    ...forwarding(input),
    ...connection(input),
  ];
}

function rights({ root }: CheckInput): Finding[] {
  const what = l10n.t`Rights`;
  if (root.type === 'root') return [{ state: 'good', what, found: 'root' }];
  if (root.type !== 'none') return [{ state: 'good', what, found: l10n.t`root through sudo or doas` }];
  return [
    {
      state: 'lack',
      what,
      found: root.why,
      costs: l10n.t`The host can be looked at; nothing on it can be changed, captured, or seen inside of namespaces.`,
    },
  ];
}

interface Program {
  readonly program: string;
  readonly what: string;
  readonly costs: string;
  /** Much works without it. */
  readonly isOptional?: true;
}

const wanted: readonly Program[] = [
  { program: 'ip', what: 'iproute2', costs: l10n.t`Nothing can be read or made.` },
  { program: 'nsenter', what: 'nsenter', costs: l10n.t`No namespace can be entered.` },
  {
    program: 'unshare',
    what: 'unshare',
    costs: l10n.t`What the kernel can do is not tried before an apply.`,
    isOptional: true,
  },
  { program: 'tcpdump', what: 'tcpdump', costs: l10n.t`No packets can be captured.` },
  {
    program: 'python3',
    what: 'Python 3',
    costs: l10n.t`A host with many namespaces is followed slower, and there is no web server in one step.`,
    isOptional: true,
  },
  { program: 'ping', what: 'ping', costs: l10n.t`Checks of the kind \`ping\` and the ping matrix cannot be tried.` },
  { program: 'curl', what: 'curl', costs: l10n.t`Checks of the kind \`http\` cannot be tried.` },
  { program: 'tshark', what: 'tshark', costs: l10n.t`Captured packets are told in tcpdump’s words.`, isOptional: true },
  {
    program: 'conntrack',
    what: 'conntrack',
    costs: l10n.t`Connections that NAT knows are not listed.`,
    isOptional: true,
  },
];

function programs({ facts, snapshot }: CheckInput): Finding[] {
  const found = wanted.map(({ program, what, costs, isOptional }): Finding => {
    const version = facts.versions.get(program);
    if (version !== undefined) return { state: 'good', what, found: version === '' ? l10n.t`there` : version };
    return lacking(facts, program, what, costs, isOptional === true);
  });
  const version = facts.versions.get('ovs-vsctl');
  const what = 'Open vSwitch';
  if (version === undefined) {
    const costs = l10n.t`Bridges of the kind \`openvswitch\` cannot be made.`;
    return [...found, lacking(facts, 'ovs-vsctl', what, costs, true)];
  }
  if (snapshot.openvswitch === true) return [...found, { state: 'good', what, found: version }];
  const start = startSwitchCommand(facts.distributions);
  const stopped: Finding = {
    state: 'note',
    what,
    found: l10n.t`${version}, which does not run`,
    costs: l10n.t`Bridges of the kind \`openvswitch\` cannot be made.`,
    ...(start !== undefined && { command: start }),
  };
  return [...found, stopped];
}

function lacking(facts: HostFacts, program: string, what: string, costs: string, isOptional: boolean): Finding {
  const command = installCommand(program, facts.distributions);
  return {
    state: isOptional ? 'note' : 'lack',
    what,
    found: l10n.t`not there`,
    costs,
    ...(command !== undefined && { command }),
  };
}

function natEngine({ facts }: CheckInput): Finding[] {
  const what = 'NAT';
  const nft = facts.versions.get('nft');
  const iptables = facts.versions.get('iptables');
  const legacy = iptables?.includes('legacy') === true;
  if (nft !== undefined) {
    const besides = iptables === undefined ? '' : `; ${iptables}`;
    return [{ state: 'good', what, found: l10n.t`by ${nft}${besides}` }];
  }
  if (iptables !== undefined) {
    const words = legacy ? l10n.t` (its own rule set)` : '';
    return [{ state: 'good', what, found: l10n.t`by ${iptables}${words}` }];
  }
  const costs = l10n.t`No masquerade and no port forward: neither nft nor iptables is there.`;
  return [lacking(facts, 'nft', what, costs, false)];
}

function kernel({ snapshot }: CheckInput): Finding[] {
  const missing = snapshot.missingKinds ?? [];
  const what = `Linux ${snapshot.kernel}`;
  if (missing.length === 0) return [{ state: 'good', what, found: l10n.t`has every kind that was tried` }];
  return missing.map((need): Finding => {
    const module = Object.entries(kernelModules).find(([kind]) => kind === need)?.[1];
    return {
      state: 'note',
      what,
      found: module === undefined || module === need ? l10n.t`lacks ${need}` : l10n.t`lacks ${need} (module ${module})`,
      costs: l10n.t`A file that needs ${need} is refused before anything is changed.`,
    };
  });
}

function forwarding({ facts, snapshot }: CheckInput): Finding[] {
  const findings: Finding[] = [];
  const forward = facts.sysctls.get('net/ipv4/ip_forward');
  findings.push(
    forward === undefined
      ? { state: 'unknown', what: l10n.t`IPv4 forwarding`, found: l10n.t`could not be read` }
      : {
          state: forward === '1' ? 'good' : 'note',
          what: l10n.t`IPv4 forwarding`,
          found: forward === '1' ? l10n.t`on` : l10n.t`off`,
          ...(forward !== '1' && { costs: l10n.t`A lab with NAT turns it on when it is applied, and puts it back.` }),
        },
  );
  const chains = (rootNamespace(snapshot).firewall?.forwardChains ?? []).filter(({ drops }) => drops);
  for (const { table, chain, userChain } of chains) {
    findings.push({
      state: 'note',
      what: l10n.t`Firewall`,
      found: l10n.t`${table} ${chain} drops what no rule lets through${userChain === undefined ? '' : l10n.t` (rules of others: ${userChain})`}`,
      costs: l10n.t`An applied lab lets its own traffic through; what is made by hand needs a rule of its own.`,
    });
  }
  if (chains.length === 0)
    findings.push({ state: 'good', what: l10n.t`Firewall`, found: l10n.t`lets forwarded packets through` });
  if (facts.sysctls.get('net/bridge/bridge-nf-call-iptables') === '1') {
    findings.push({
      state: 'note',
      what: 'br_netfilter',
      found: l10n.t`loaded`,
      costs: l10n.t`Frames inside of a bridge go through the firewall and NAT as well. A lab’s rules know that.`,
    });
  }
  return findings;
}

function connection({ facts, clockAhead }: CheckInput): Finding[] {
  const { maxSessions } = facts;
  const sessions: Finding =
    maxSessions === undefined
      ? {
          state: 'unknown',
          what: 'MaxSessions',
          found: l10n.t`sshd does not say`,
          costs: l10n.t`It is ${wantedSessions} where nobody has changed it: so many terminals, captures and readings at a time.`,
        }
      : {
          state: maxSessions >= wantedSessions ? 'good' : 'note',
          what: 'MaxSessions',
          found: String(maxSessions),
          ...(maxSessions < wantedSessions && {
            costs: l10n.t`Only ${maxSessions} terminals, captures and readings at a time; the others wait.`,
          }),
        };
  if (clockAhead === undefined) return [sessions];
  const { seconds, within } = clockAhead;
  const far = Math.abs(seconds) > toleratedSkew + within;
  const clock: Finding = {
    state: far ? 'note' : 'good',
    what: l10n.t`Clock`,
    found: far
      ? seconds > 0
        ? l10n.t`${Math.round(Math.abs(seconds))} s ahead of this machine’s`
        : l10n.t`${Math.round(Math.abs(seconds))} s behind this machine’s`
      : l10n.t`as this machine’s`,
    ...(far && {
      costs: l10n.t`Times in logs and captures of the two do not match.`,
      command: 'timedatectl set-ntp true',
    }),
  };
  return [sessions, clock];
}
