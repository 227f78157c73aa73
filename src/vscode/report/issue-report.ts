import type { HostSnapshot } from '../../host/model';

/** What a report may hold. Everything in it was chosen by the person who sends it, but the versions. */
export interface IssueFacts {
  readonly versions: Readonly<Record<string, string>>;
  /** Settings of ours that are not as they come, without the hosts. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** How the configured hosts are reached: their kinds alone. */
  readonly hostKinds?: readonly string[];
  readonly host?: HostFacts;
  /** The newest last. Our words and the host's. */
  readonly errors?: readonly string[];
}

/** Of one host what may matter, and nothing that names it. */
export interface HostFacts {
  readonly kernel: string;
  readonly privilege: string;
  readonly tools: Readonly<Record<string, string>>;
  readonly missingKinds: readonly string[];
  readonly openvswitch: boolean;
  readonly counts: Readonly<Record<string, number>>;
  /** What could not be read, with the host's own words. */
  readonly unread: readonly string[];
}

export function hostFacts(snapshot: HostSnapshot, privilege: string): HostFacts {
  const { namespaces, labs, kernel, tools, missingKinds = [], openvswitch, unread } = snapshot;
  const count = (of: (one: (typeof namespaces)[number]) => number): number =>
    namespaces.reduce((sum, one) => sum + of(one), 0);
  return {
    kernel,
    privilege,
    tools,
    missingKinds,
    openvswitch: openvswitch === true,
    counts: {
      namespaces: namespaces.length,
      interfaces: count(({ links }) => links.length),
      routes: count(({ routes }) => routes.length),
      labs: labs.length,
    },
    unread: unread.map(({ why }) => why),
  };
}

/** The report as Markdown, for a person to read, complete and send. Words of hosts stand in code blocks that they cannot leave. */
export function issueReport({ versions, settings, hostKinds, host, errors }: IssueFacts): string {
  const parts = [
    '# What went wrong',
    '<!-- What did you do, what did you expect, and what happened instead? A topology file that shows it helps most. -->',
    '## Versions',
    table(versions),
  ];
  if (settings !== undefined) {
    const kinds = hostKinds === undefined || hostKinds.length === 0 ? 'none' : hostKinds.join(', ');
    parts.push('## Settings', code(JSON.stringify(settings, undefined, 2), 'json'), `Hosts: ${kinds}`);
  }
  if (host !== undefined) {
    const { counts, tools, unread, missingKinds, kernel, privilege, openvswitch } = host;
    const facts = {
      kernel,
      privilege,
      'Open vSwitch': openvswitch ? 'runs' : 'does not run',
      'kernel lacks': missingKinds.length === 0 ? 'nothing that was tried' : missingKinds.join(', '),
      ...Object.fromEntries(Object.entries(counts).map(([what, count]) => [what, String(count)])),
      tools: Object.entries(tools)
        .map(([name, line]) => (line === '' ? name : `${name} (${line})`))
        .join(', '),
    };
    parts.push('## Host', table(facts));
    if (unread.length > 0) parts.push('What could not be read:', code(unread.join('\n')));
  }
  if (errors !== undefined && errors.length > 0) parts.push('## Last errors', code(errors.join('\n\n')));
  return `${parts.join('\n\n')}\n`;
}

function table(rows: Readonly<Record<string, string>>): string {
  const cell = (text: string): string =>
    text
      .replace(/\s+/g, ' ')
      .replace(/[\\|`<>[\]*_]/g, '\\$&')
      .trim();
  return [
    '| | |',
    '| --- | --- |',
    ...Object.entries(rows).map(([key, value]) => `| ${cell(key)} | ${cell(value)} |`),
  ].join('\n');
}

/** In a fence longer than any in the text. */
function code(text: string, language = ''): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}
