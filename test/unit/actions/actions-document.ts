import { command, printCommand, type Command } from '../../../src/base/command';
import { allChanges } from '../../../src/lab/actions/all-changes';
import type { Change, Targets } from '../../../src/lab/actions/change';
import { captureOf, lineIn, logOf, processIn } from '../../../src/lab/actions/programs';
import { capturableTypes, captureSources } from '../../../src/lab/capture/sources';
import { captureBytesCommand } from '../../../src/plan/actions/capture-script';
import { measurableTypes } from '../../../src/lab/measure/paths';
import { measureCommands, type MeasureKind } from '../../../src/plan/actions/measure-script';
import { shellOf } from '../../../src/lab/actions/shell';
import { inside } from '../../../src/plan/actions/place';
import { resolveTarget } from '../../../src/lab/actions/target';
import { masqueradeBridge } from '../../../src/lab/actions/nat-by-hand';
import { putIn, takeOut } from '../../../src/plan/nat-switch-commands';
import type { ChainPlace, ChainRule } from '../../../src/host/chain-reading';
import type { HostSnapshot } from '../../../src/host/model';
import type { Subject } from '../../../src/protocol/subject';
import { hostOfExamples } from './example-host';

/** One row of docs/actions.md: an action, what it is called on in the example, and the commands that it runs there. */
interface Row {
  readonly title: string;
  readonly on: readonly string[];
  readonly commands: readonly Command[];
  readonly undo: string;
  readonly note?: string;
  /** Instead of the commands. */
  readonly words?: string;
}

const subject = (type: Subject['type'], name: string, more: Partial<Subject> = {}): Subject => ({
  type,
  hostId: 'lab1',
  name,
  ...more,
});
const earth = subject('namespace', 'earth');
const host = subject('host', 'lab1');
const bridge = subject('bridge', 'planet-br');
const veth = subject('interface', 'earth-veth', { namespace: 'earth' });
const route = subject('route', 'default', {
  namespace: 'earth',
  family: 'inet',
  table: 'main',
  via: '10.10.0.1',
  dev: 'earth-veth',
});
const web = subject('service', 'web', { namespace: 'earth', lab: 'planets' });
const process = subject('process', 'python3', { namespace: 'earth', pid: 4711 });

/** What each change is called on, and the answers to its questions. A change without an entry fails the test. */
const examples: Readonly<Record<Change['id'], readonly [readonly [Subject, ...Subject[]], readonly string[]]>> = {
  'netns.interface.up': [[subject('interface', 'mars-veth', { namespace: 'mars' })], []],
  'netns.interface.down': [[veth], []],
  'netns.interface.flap': [[veth], ['1']],
  'netns.interface.mtu': [[veth], ['1400']],
  'netns.interface.addAddress': [[veth], ['10.30.0.1/24']],
  'netns.interface.removeAddress': [[veth], ['10.10.0.10/16']],
  'netns.interface.delete': [[subject('interface', 'tap0', { namespace: 'mars' })], []],
  'netns.route.add': [[earth], ['10.20.0.0/16 via 10.10.0.1']],
  'netns.route.remove': [[route], []],
  'netns.cable.create': [
    [earth, bridge],
    ['', 'eth0 veth-earth', '10.10.0.30/16'],
  ],
  'netns.cable.unplug': [[veth], []],
  'netns.cable.plugIn': [[veth], ['moon-br']],
  'netns.cable.impair': [[veth], ['delay 60ms jitter 20ms loss 1% rate 10mbit', '', 'out', '5m']],
  'netns.cable.clearImpairment': [[subject('bridge', 'moon-br')], []],
  'netns.cable.delete': [[veth], []],
  'netns.forward.add': [[earth], ['', '8000', '8000']],
  'netns.namespace.create': [[host], ['venus']],
  'netns.namespace.delete': [[earth], []],
  'netns.bridge.create': [[host], ['comet-br', '10.40.0.1/24']],
  'netns.bridge.delete': [[bridge], []],
  'netns.service.start': [[subject('service', 'api', { namespace: 'earth', lab: 'planets' })], []],
  'netns.service.restart': [[web], []],
  'netns.service.stop': [[web], []],
  'netns.process.signal': [[process], ['TERM']],
};

const natChain: ChainPlace = {
  engine: 'iptables',
  program: 'iptables',
  family: 'ip',
  table: 'nat',
  chain: 'POSTROUTING',
};
const natRule: ChainRule = {
  text: '-A POSTROUTING -s 10.10.0.0/16 ! -o planet-br -j MASQUERADE',
  packets: 84,
  bytes: 7056,
};

const forwardRule: ChainRule = {
  text: '-A PREROUTING -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 8000 -j DNAT --to-destination 10.10.0.10:8000',
};

/** moon-br has no NAT yet. */
function masqueradeMoon(snapshot: HostSnapshot): Command[] {
  const target = resolveTarget(subject('bridge', 'moon-br'), snapshot);
  const { link } = target;
  if (link === undefined) throw new Error('moon-br is not in the example.');
  const addresses = [{ family: 'inet', cidr: '10.50.0.1/24', scope: 'global' }] as const;
  const steps = masqueradeBridge({ ...target, link: { ...link, addresses } });
  return steps.flatMap(({ run }) => run);
}

export function changeRow(change: Change, snapshot: HostSnapshot): Row {
  const [subjects, answers] = examples[change.id];
  const [first, ...others] = subjects.map((one) => resolveTarget(one, snapshot));
  if (first === undefined) throw new Error(`${change.id} has no example.`);
  const targets: Targets = [first, ...others];
  const steps = change.steps(targets, answers);
  const lost = steps.some(({ undo }) => undo.length === 0);
  return {
    title: change.title,
    on: change.appliesTo,
    commands: steps.flatMap(({ run }) => run),
    undo: change.isFinal === true || steps.every(({ undo }) => undo.length === 0) ? 'no' : lost ? 'in part' : 'yes',
    ...(change.danger?.(targets, answers) === undefined ? {} : { note: 'asks first' }),
    ...(inWords[change.id] === undefined ? {} : { words: inWords[change.id] }),
  };
}

/** Actions that run scripts longer than anybody reads here. */
const inWords: Readonly<Partial<Record<Change['id'], string>>> = {
  'netns.service.start':
    'It runs the script with which Apply starts the service, and waits as Apply does until it is ready.',
  'netns.service.restart': 'It runs what Stop Service runs, then what Start Service runs.',
  'netns.service.stop':
    'It sends SIGTERM to all that the service started, and SIGKILL to what is left three seconds later. The log stays.',
};

/** The whole of docs/actions.md. */
export function actionsDocument(): string {
  return `${introduction}\n${actionRows().map(describe).join('\n')}${ending}`;
}

/** The README's table: each action in one row, with what it runs. */
export function actionsTable(): string {
  const lines = actionRows().map(({ title, commands, words }) => `| ${title} | ${inShort(commands, words)} |`);
  return ['| action | runs, for example |', '| --- | --- |', ...lines].join('\n');
}

function inShort(commands: readonly Command[], words: string | undefined): string {
  if (words !== undefined) return words.replace(/^It (.)/, (_, first: string) => first).replace(/\.( .*)?$/s, '');
  // A script is longer than a cell.
  const lines = commands.map(printCommand).filter((line) => !line.includes('\n'));
  const shown = lines.slice(0, 3).map((line) => `\`${line.replaceAll('|', '\\|')}\``);
  return [...shown, ...(lines.length > 3 || lines.length < commands.length ? ['…'] : [])].join('<br>');
}

function actionRows(): Row[] {
  const snapshot = hostOfExamples();
  const shells = [earth, host].map((one) => shellOf(one, snapshot).command);
  const webServer = inside({ type: 'named', name: 'earth' }, command('python3', '-m', 'http.server', '8000'));
  return [
    { title: 'Open Shell', on: ['namespace', 'host'], commands: shells, undo: '' },
    { title: 'Start Web Server…', on: ['namespace'], commands: [webServer], undo: '' },
    {
      title: 'Run Command…',
      on: ['namespace', 'host'],
      commands: [lineIn(earth, snapshot, 'ip route').command],
      undo: '',
    },
    {
      title: 'Capture Packets',
      on: [...capturableTypes],
      commands: captureSources([earth, bridge], snapshot, '').map(({ source }) =>
        captureBytesCommand(source, { snapLength: 262_144 }),
      ),
      undo: '',
      note: 'shows packets of several things in one view, in the order of their times (see [capture.md](capture.md))',
    },
    {
      title: 'Capture Packets with Filter…',
      on: [...capturableTypes],
      commands: captureSources([earth], snapshot, 'tcp port 80').map(({ source }) =>
        captureBytesCommand(source, { snapLength: 262_144 }),
      ),
      undo: '',
    },
    {
      title: 'Capture Packets in Terminal',
      on: ['namespace', 'bridge', 'interface', 'host'],
      commands: [earth, bridge].map((one) => captureOf(one, snapshot).command),
      undo: '',
    },
    measureRow(
      'Ping…',
      'ping',
      'draws the round-trip times of all targets over time; Stop, or closing its tab, ends it',
    ),
    measureRow('Trace Route…', 'route', 'lists the routers on the way; without traceroute it asks by pings'),
    measureRow(
      'Measure Throughput…',
      'throughput',
      'starts the server too, where the target is on the host, on a port that is free',
    ),
    measureRow('Fetch HTTP…', 'http', 'fetches the page each second, and draws how long it takes'),
    {
      title: 'Show Connections',
      on: ['namespace', 'host'],
      commands: [inside({ type: 'named', name: 'earth' }, command('conntrack', '-L'))],
      undo: '',
      note: 'lists what the kernel follows, with what NAT made of it, from /proc, or by python3 or conntrack',
    },
    { title: 'Follow Log', on: ['service'], commands: [logOf(web, snapshot).command], undo: '' },
    {
      title: 'Follow Process',
      on: ['process'],
      commands: [processIn(process, snapshot).command],
      undo: '',
      note: 'looks each second, in a terminal, writes a line whenever something has changed, and what the process writes into a file or as a service; it ends with the process, and says so',
    },
    ...allChanges.map((change) => changeRow(change, snapshot)),
    {
      title: 'Remove Port Forward',
      on: ['nat'],
      commands: [takeOut({ ...natChain, chain: 'PREROUTING' }, forwardRule)],
      undo: 'yes',
      note: 'takes all of the forward’s rules out, after asking',
    },
    {
      title: 'Open in Browser',
      on: ['nat', 'namespace'],
      commands: [],
      undo: '',
      words:
        'It opens the page directly where this computer reaches it; else over the SSH connection, by a port of 127.0.0.1 that is there as long as the connection is.',
    },
    {
      title: 'Toggle NAT',
      on: ['nat', 'bridge', 'namespace'],
      commands: [takeOut(natChain, natRule), putIn(natChain, natRule, 1), ...masqueradeMoon(snapshot)],
      undo: 'yes',
      note: 'keeps on the host what it takes out, and puts it back in its place; a bridge without NAT gets a rule',
    },
  ];
}

function measureRow(title: string, kind: MeasureKind, note: string): Row {
  const at = { type: 'named', name: 'mars' } as const;
  const path = { from: { type: 'named', name: 'earth' } as const, to: '10.10.0.20', at };
  const to = kind === 'http' ? 'http://10.10.0.20:8000/' : path.to;
  return { title, on: [...measurableTypes], commands: measureCommands(kind, { ...path, to }), undo: '', note };
}

function describe({ title, on, commands, undo, note, words }: Row): string {
  const facts = [
    `On: ${on.join(', ')}.`,
    ...(undo === '' ? [] : [`Undo: ${undo}.`]),
    ...(note === undefined ? [] : [`It ${note}.`]),
  ];
  if (words !== undefined) return `### ${title}\n\n${facts.join(' ')} ${words}\n`;
  return `### ${title}\n\n${facts.join(' ')}\n\n\`\`\`sh\n${commands.map(printCommand).join('\n')}\n\`\`\`\n`;
}

const introduction = `# Actions

What can be done by hand to what is on a host: from the context menus of the tree and of the graph, from code lenses, and from the
palette (category “Netns”), which asks for the host and the thing. Most take several selected things at once. Below each is
what it runs in an example: the namespace \`earth\` of a host \`lab1\`, its interface \`earth-veth\` on the bridge \`planet-br\`.

The commands of one action run as a plan does: as root, in one go, all of them or none. What a command says when it fails is shown,
and what had been done is undone. **Undo** stands in the notification, and as **Netns: Undo Last Action on Host** in the palette.
What would cut the SSH connection is refused. **Copy as Command…** puts an action's commands on the clipboard instead of running
them; the output channel “Netns Topology” lists every command that ran.

Of what a lab made, the lab's file can follow: addresses, routes, MTU, what is set up or down, cables unplugged and plugged in elsewhere, impairments without a
timer and port forwards are offered as **Also in**
that file once they are done on the host; creating and deleting is offered as an edit of the file instead. No file is saved by that.

This file is made from the code; a test compares the two.
`;

const ending = `
### Copy Name, Copy Address, Copy MAC Address, Copy as Command…

Copy Name works on everything, Copy Address on what has addresses, Copy MAC Address on interfaces and bridges. They run nothing.
`;
