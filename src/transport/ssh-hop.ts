import { userInfo } from 'node:os';
import { usualKnownHostsFiles, type KeyRules } from './host-keys';
import type { KeySources } from './ssh-keys';
import { parseHostWord, resolveWay } from './ssh-config/resolve';
import type { SshSettings } from './ssh-config/settings';
import type { SshTiming } from './ssh-login';
import type { HostTarget } from './transport';

/** One server on the way to a host, the last of them the host itself: where it is, how it is known, how to log in. */
export interface Hop {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The name that known_hosts has for it. */
  readonly keyName: { readonly host: string; readonly port: number };
  readonly knownHostsFiles: readonly string[];
  readonly keyRules: KeyRules;
  readonly keys: KeySources;
  readonly withoutMethods: SshSettings['withoutMethods'];
  /** Reaches it instead of TCP. */
  readonly proxyCommand: string | undefined;
  readonly timing: Partial<SshTiming>;
}

/** The way to a target. @throws NetnsError `unsupported` where the SSH configuration cannot be used. */
export async function wayTo(target: Exclude<HostTarget, { type: 'local' }>): Promise<readonly Hop[]> {
  if (target.type === 'ssh') return [hopOfTarget(target)];
  const way = await resolveWay(parseHostWord(target.alias), { configFile: target.configFile });
  // A jump host is how the next one is reached; a ProxyCommand only says how the first of them is.
  return way.map((settings, index) => hopOfSettings(settings, index === 0));
}

function hopOfTarget({
  host,
  port = 22,
  user,
  identityFile,
  knownHostsFiles,
}: Extract<HostTarget, { type: 'ssh' }>): Hop {
  return {
    host,
    port,
    user,
    keyName: { host, port },
    knownHostsFiles: knownHostsFiles ?? usualKnownHostsFiles(),
    keyRules: { unknown: 'ask', hash: false },
    keys: { identityFile },
    withoutMethods: [],
    proxyCommand: undefined,
    timing: {},
  };
}

function hopOfSettings(settings: SshSettings, isFirst: boolean): Hop {
  const { host, port, user, hostKeyAlias, aliveInterval, aliveCount, connectTimeout } = settings;
  // A host that hangs is noticed within the usual time in any case.
  const isSlow = aliveInterval === undefined || aliveInterval * aliveCount > 45;
  return {
    host,
    port,
    user: user === '' ? userInfo().username : user,
    keyName: hostKeyAlias === undefined ? { host, port } : { host: hostKeyAlias, port: 22 },
    knownHostsFiles: settings.knownHostsFiles,
    keyRules: { unknown: settings.unknownKeys, hash: settings.hashKnownHosts },
    keys: {
      identityFile: undefined,
      identityFiles: settings.identityFiles,
      identitiesOnly: settings.identitiesOnly,
      ...(settings.agent === undefined ? {} : { agent: settings.agent }),
    },
    withoutMethods: settings.withoutMethods,
    proxyCommand: isFirst ? settings.proxyCommand : undefined,
    timing: {
      ...(isSlow ? {} : { keepalive: aliveInterval * 1000, keepaliveCount: aliveCount - 1 }),
      ...(connectTimeout === undefined ? {} : { connect: connectTimeout * 1000 }),
    },
  };
}
