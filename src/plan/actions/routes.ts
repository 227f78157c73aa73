import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import type { ObservedRoute } from '../../host/model';
import { parseCidr } from '../cidr';
import type { Step } from '../model';
import { isInterfaceName } from '../names';
import { objectRef } from '../planning';
import { routeCommand, type RouteWords } from '../restore';
import { byHand, here, namespaceName, type Where } from './things';

const routeTypes = ['unicast', 'blackhole', 'unreachable', 'prohibit'] as const;

/**
 * Reads a route as `ip route add` takes it: `[TYPE] TO [via ADDRESS] [dev INTERFACE] [metric N] [src ADDRESS] [table NAME]`.
 *
 * @returns the route, or a sentence that says what is wrong.
 */
export function readRoute(text: string): RouteWords | string {
  const words = text.trim().split(/\s+/);
  if (words[0] === 'ip' && words[1] === 'route' && ['add', 'replace'].includes(words[2] ?? '')) words.splice(0, 3);
  const type = routeTypes.find((one) => one === words[0]);
  if (type !== undefined) words.shift();
  const to = words.shift() ?? '';
  const network = parseCidr(to);
  if (to !== 'default' && network === undefined) {
    return to === ''
      ? l10n.t`Where to? For example: default via 10.10.0.1`
      : l10n.t`“${to}” is no network: write one such as 10.20.0.0/16, or default.`;
  }
  const found: Record<string, string> = {};
  while (words.length > 0) {
    const [key = '', value] = words.splice(0, 2);
    const objection = objectToWord(key, value);
    if (objection !== undefined) return objection;
    if (key in found) return l10n.t`“${key}” stands there twice.`;
    found[key] = value ?? '';
  }
  const { via, dev, metric, src, table } = found;
  if ((type === undefined || type === 'unicast') && via === undefined && dev === undefined) {
    return l10n.t`By which way? Add “via ADDRESS” or “dev INTERFACE”.`;
  }
  const families = [network, via, src].map((one) => (typeof one === 'string' ? parseCidr(one) : one)?.family);
  if (new Set(families.filter((family) => family !== undefined)).size > 1)
    return l10n.t`IPv4 and IPv6 do not mix in one route.`;
  return {
    to: to === 'default' ? to : (network?.text ?? to),
    type: type ?? 'unicast',
    ...(via === undefined ? {} : { via }),
    ...(dev === undefined ? {} : { dev }),
    ...(metric === undefined ? {} : { metric: Number(metric) }),
    ...(src === undefined ? {} : { src }),
    ...(table === undefined ? {} : { table }),
  };
}

function objectToWord(key: string, value: string | undefined): string | undefined {
  if (!['via', 'dev', 'metric', 'src', 'table'].includes(key)) {
    return l10n.t`“${key}” is no word of a route here; use via, dev, metric, src or table.`;
  }
  if (value === undefined) return l10n.t`Something is missing behind “${key}”.`;
  const isRight: Record<string, boolean> = {
    via: isHost(value),
    src: isHost(value),
    dev: isInterfaceName(value),
    metric: /^[0-9]{1,9}$/.test(value),
    table: /^[A-Za-z0-9_.-]{1,40}$/.test(value) && !value.startsWith('-'),
  };
  return isRight[key] === true ? undefined : l10n.t`“${value}” cannot stand behind “${key}”.`;
}

function isHost(text: string): boolean {
  return !text.includes('/') && parseCidr(text) !== undefined;
}

/** Adds a route. @throws NetnsError `unsupported` for a text that is none. */
export function addRoute({ namespace }: Where, text: string): Step[] {
  const route = readRoute(text);
  if (typeof route === 'string') throw new NetnsError('unsupported', route);
  return [
    {
      action: 'create',
      object: objectRef('route', routeLabel(route), namespaceName(namespace)),
      why: byHand,
      run: here(namespace, () => [routeCommand(undefined, 'add', route)]),
      undo: here(namespace, () => [routeCommand(undefined, 'del', route)]),
    },
  ];
}

/** Takes a route away. */
export function takeRoute({ namespace }: Where, route: ObservedRoute): Step[] {
  return [
    {
      action: 'remove',
      object: objectRef('route', routeLabel(route), namespaceName(namespace)),
      why: byHand,
      run: here(namespace, () => [routeCommand(undefined, 'del', route)]),
      undo: here(namespace, () => [routeCommand(undefined, 'add', route)]),
    },
  ];
}

/** `default via 10.10.0.1`. */
export function routeLabel({ to, via, dev }: RouteWords): string {
  return [to, ...(via === undefined ? [] : ['via', via]), ...(dev === undefined ? [] : ['dev', dev])].join(' ');
}
