import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import type { HostSnapshot } from '../host/model';
import type { CheckAction, CheckDeclaration, Topology } from '../topology/model';
import { connect, fetchUrl, lookUp, ping, runText, sendDatagram } from './check-commands';
import { isPlace, resolveTarget } from './check-targets';
import { parseCidr } from './cidr';

/** A check as something to run: the claim in words, and the commands that could test it. */
export interface CheckPlan {
  readonly check: CheckDeclaration;
  /** `earth can ping neptune`, `earth cannot ping 8.8.8.8`. */
  readonly title: string;
  /** Where to run; undefined is the root namespace. */
  readonly namespace: string | undefined;
  /** The first whose program is on the host is used. */
  readonly alternatives: readonly Command[];
  /** How the output is judged: by the exit code alone, or as an HTTP answer. */
  readonly judge:
    { readonly type: 'exitCode' } | { readonly type: 'http'; readonly status?: number; readonly body?: string };
  /** Seconds that one try may take. */
  readonly patience: number;
  /** Why the check cannot be run at all. */
  readonly impossible?: string;
}

/** Seconds after which silence counts as "does not answer", where that is what is expected. */
const usualSilence = 2;
/** Only after a few seconds does the kernel say of a datagram that nobody took it. */
const silence: Partial<Record<CheckAction['type'], number>> = { udp: 5 };

/**
 * Turns a check into commands. Targets that are namespaces become addresses here, as the source can reach them; a snapshot
 * helps with namespaces whose addresses are not in the file.
 */
export function planCheck(check: CheckDeclaration, topology: Topology, snapshot?: HostSnapshot): CheckPlan {
  const namespace = check.from === 'host' ? undefined : check.from;
  const { action } = check;
  const longest = check.expect === 'pass' ? check.within : Math.min(check.within, silence[action.type] ?? usualSilence);
  const patience = Math.max(1, Math.ceil(longest));
  const base = { check, title: checkTitle(check), namespace, patience, judge: { type: 'exitCode' } } as const;
  switch (action.type) {
    case 'ping': {
      const target = resolveTarget(action.target, namespace, topology, snapshot);
      return { ...base, ...forTarget(target, action.target, (address) => [ping(address, check.expect, patience)]) };
    }
    case 'tcp':
    case 'udp': {
      const target = resolveTarget(action.target, namespace, topology, snapshot);
      const commands = action.type === 'tcp' ? connect : sendDatagram;
      return {
        ...base,
        ...forTarget(target, action.target, (address) => commands(address, String(action.port), patience)),
      };
    }
    case 'http': {
      const { status, body } = action;
      const judge = {
        type: 'http',
        ...(status === undefined ? {} : { status }),
        ...(body === undefined ? {} : { body }),
      } as const;
      const fetch = (url: string): Command[] => fetchUrl(url, patience);
      const place = placeInUrl(action.url, topology);
      if (place === undefined) return { ...base, judge, alternatives: fetch(action.url) };
      const target = resolveTarget(place, namespace, topology, snapshot);
      return {
        ...base,
        judge,
        ...forTarget(target, place, (address) => fetch(action.url.replace(place, bracketed(address)))),
      };
    }
    case 'dns':
      return { ...base, alternatives: lookUp(action.name) };
    case 'command':
      return { ...base, alternatives: [runText(action.command)] };
  }
}

/** The claim of a check in words. */
export function checkTitle({ from, action, expect }: CheckDeclaration): string {
  const can = expect === 'pass' ? l10n.t`can` : l10n.t`cannot`;
  switch (action.type) {
    case 'ping':
      return `${from} ${can} ping ${action.target}`;
    case 'tcp':
      return l10n.t`${from} ${can} connect to ${hostPort(action.target, action.port)}`;
    case 'udp':
      return l10n.t`${from} ${can} send UDP to ${hostPort(action.target, action.port)}`;
    case 'http': {
      const parts = [
        action.status === undefined ? undefined : l10n.t`status ${action.status}`,
        action.body === undefined ? undefined : l10n.t`"${action.body}" in the body`,
      ].filter((part) => part !== undefined);
      return `${from} ${can} get ${action.url}${parts.length === 0 ? '' : ` with ${parts.join(l10n.t` and `)}`}`;
    }
    case 'dns':
      return `${from} ${can} resolve ${action.name}`;
    case 'command':
      return `in ${from}, \`${action.command.trim().split('\n')[0] ?? ''}\` ${expect === 'pass' ? 'succeeds' : 'fails'}`;
  }
}

/**
 * What stays the same of a check while the file around it is edited: the claim itself and, where a file makes one claim
 * twice, a count. One key for each check, in their order.
 */
export function checkKeys(checks: readonly CheckDeclaration[]): string[] {
  const seen = new Map<string, number>();
  return checks.map(({ from, action, expect, within }) => {
    const claim = JSON.stringify([from, action, expect, within]);
    const count = seen.get(claim) ?? 0;
    seen.set(claim, count + 1);
    return count === 0 ? claim : `${claim}#${count}`;
  });
}

function hostPort(target: string, port: number): string {
  return `${bracketed(target)}:${port}`;
}

/** An IPv6 address before a port stands in brackets (RFC 3986, 3.2.2). */
function bracketed(target: string): string {
  return parseCidr(target)?.family === 'inet6' ? `[${target}]` : target;
}

/** The namespace (or `host`) that stands where a URL has its host name: no resolver would know it. */
function placeInUrl(url: string, topology: Topology): string | undefined {
  const [, name] = /^http:\/\/([^/:?#[\]]+)/.exec(url) ?? [];
  return name !== undefined && isPlace(name, topology) ? name : undefined;
}

function forTarget(
  address: string | undefined,
  target: string,
  alternatives: (address: string) => Command[],
): Pick<CheckPlan, 'alternatives' | 'impossible'> {
  if (address !== undefined) return { alternatives: alternatives(address) };
  return { alternatives: [], impossible: l10n.t`${target} has no address that could be tried.` };
}
