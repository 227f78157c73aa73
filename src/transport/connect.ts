import { NetnsError } from '../base/errors';
import { orCancelled } from './cancellation';
import { HostKeyCheck, usualKnownHostsFiles } from './host-keys';
import { LocalMachine } from './local-machine';
import { ScriptTransport } from './script-transport';
import { SessionSecrets } from './session-secrets';
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
  target: Extract<HostTarget, { type: 'ssh' }>,
  prompts: ConnectPrompts,
  signal?: AbortSignal,
  timing: SshTiming = usualTiming,
): Promise<Transport> {
  const { host, user, identityFile, port = 22 } = target;
  refuseHost(host);
  const memory = SessionSecrets.around(prompts);
  const hostKeys = await HostKeyCheck.read(host, port, target.knownHostsFiles ?? usualKnownHostsFiles(), memory);
  const canAsk = memory.askSecret !== undefined;
  const plan = await orCancelled(planLogin({ user, identityFile, canAsk }), signal);
  const where = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const socket = await openSocket(host, port, timing.connect, signal);
  const client = await login({ socket, user, where, hostKeys, plan, prompts: memory, timing, signal });
  const machine = new SshMachine(`${user}@${where}`, client, socket);
  return await ScriptTransport.open(machine, memory, (again) => connectSsh(target, memory, again, timing), signal);
}

/** A host's name is written to known_hosts, where blanks, commas and patterns mean something. The resolver takes "127.0.0.1 x". */
function refuseHost(host: string): void {
  if (/^[\p{L}\p{N}._:%-]+$/u.test(host)) return;
  throw new NetnsError('unreachable', `"${host}" is not the name or address of a host.`, {
    advice: 'Give a name such as lab.example.org or an address such as 198.18.0.2, without user or port.',
  });
}
