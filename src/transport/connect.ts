import * as l10n from '@vscode/l10n';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { DisposableList } from '../base/disposable';
import { NetnsError } from '../base/errors';
import { orCancelled } from './cancellation';
import { HostKeyCheck } from './host-keys';
import { JumpHost } from './jump-host';
import { LocalMachine } from './local-machine';
import { ScriptTransport } from './script-transport';
import { SessionSecrets } from './session-secrets';
import { startProxyCommand } from './proxy-command';
import { wayTo, type Hop } from './ssh-hop';
import { planLogin } from './ssh-keys';
import { login, usualTiming, type SshTiming } from './ssh-login';
import { SshMachine } from './ssh-machine';
import { openSocket } from './ssh-socket';
import type { ConnectPrompts, HostTarget, Transport } from './transport';

/**
 * Connects to a machine and finds out whether we can be root there. Whoever gets the transport disposes it.
 *
 * @param signal Gives up at any moment; nothing is left open then.
 * @throws NetnsError `unreachable`, `hostKey`, `login`, `unsupported`, `missingTool`, `unexpectedOutput`, `cancelled`.
 *   `cancelled` also where a person gives no answer. That root is not to be had is no error here: see `Transport.privilege`.
 */
export async function connect(target: HostTarget, prompts: ConnectPrompts, signal?: AbortSignal): Promise<Transport> {
  if (target.type === 'local') {
    const memory = SessionSecrets.around(prompts);
    return await ScriptTransport.open(new LocalMachine(), memory, (again) => connect(target, memory, again), signal);
  }
  return await connectSsh(target, prompts, signal);
}

/** `connect` for SSH, with other time limits than the usual. */
export async function connectSsh(
  target: Exclude<HostTarget, { type: 'local' }>,
  prompts: ConnectPrompts,
  signal?: AbortSignal,
  timing: SshTiming = usualTiming,
): Promise<Transport> {
  const memory = SessionSecrets.around(prompts);
  const way = await orCancelled(wayTo(target), signal);
  const jumps = new DisposableList();
  try {
    const machine = await goAlong(way, jumps, { prompts: memory, signal, timing });
    machine.onDidClose(() => jumps.dispose());
    const connectAnew = (again?: AbortSignal): Promise<Transport> => connectSsh(target, memory, again, timing);
    return await ScriptTransport.open(machine, memory, connectAnew, signal, timing.login);
  } catch (error) {
    jumps.dispose();
    throw error;
  }
}

interface Journey {
  readonly prompts: ConnectPrompts;
  readonly signal: AbortSignal | undefined;
  readonly timing: SshTiming;
}

/** Logs in to one server after the other, each through the one before. */
async function goAlong(way: readonly Hop[], jumps: DisposableList, journey: Journey): Promise<SshMachine> {
  let before: JumpHost | undefined;
  for (const [index, hop] of way.entries()) {
    const { client, stream, where } = await logInTo(hop, before, journey);
    if (index === way.length - 1) return new SshMachine(`${hop.user}@${where}`, client, stream);
    before = jumps.add(new JumpHost(where, client, stream));
  }
  throw new NetnsError('internal', l10n.t`A way to a host has no end.`);
}

async function logInTo(
  hop: Hop,
  before: JumpHost | undefined,
  { prompts, signal, timing: usual }: Journey,
): Promise<{ client: Client; stream: Duplex; where: string }> {
  const { host, port, user, keyName, keys, withoutMethods } = hop;
  refuseHost(host);
  refuseHost(keyName.host);
  const timing = { ...usual, ...hop.timing };
  const files = hop.knownHostsFiles;
  const hostKeys = await HostKeyCheck.read(keyName.host, keyName.port, files, prompts, hop.keyRules);
  const canAsk = prompts.askSecret !== undefined;
  const plan = await orCancelled(planLogin({ user, canAsk, ...keys }), signal);
  const where = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const stream = await openWay(hop, before, timing, signal);
  const client = await login({ socket: stream, user, where, hostKeys, plan, prompts, withoutMethods, timing, signal });
  return { client, stream, where };
}

async function openWay(
  { host, port, proxyCommand }: Hop,
  before: JumpHost | undefined,
  timing: SshTiming,
  signal: AbortSignal | undefined,
): Promise<Duplex> {
  if (before !== undefined) return await before.open(host, port, timing.connect, signal);
  if (proxyCommand !== undefined) return startProxyCommand(proxyCommand);
  return await openSocket(host, port, timing.connect, signal);
}

/** A host's name is written to known_hosts, where blanks, commas and patterns mean something. The resolver takes "127.0.0.1 x". */
function refuseHost(host: string): void {
  if (/^[\p{L}\p{N}._:%-]+$/u.test(host)) return;
  throw new NetnsError('unreachable', l10n.t`"${host}" is not the name or address of a host.`, {
    advice: l10n.t`Give a name such as lab.example.org or an address such as 198.18.0.2, without user or port.`,
  });
}
