import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import { lookup } from '../base/lookup';
import type { ObservedNamespace, ObservedRoute } from '../host/model';
import { wordsBeyondFiles } from '../host/policy-rule';
import { contains, normalCidr, parseCidr } from './cidr';
import { ip } from './commands';
import { inScope, type Desired, type Placed } from './desired';
import type { RouteRecord, RuleRecord } from './manifest';
import { deviceKey, deviceName, objectRef, type Planning } from './planning';
import { routeCommand, routeFamily } from './restore';

/** Removes the routes that an earlier apply set and the file no longer has. */
export function planRouteRemovals(planning: Planning, desired: Desired): void {
  const wanted = new Set(desired.routes.map(placedKey));
  for (const route of planning.manifest.routes) {
    if (wanted.has(placedKey(route))) continue;
    const same = observedRoutes(planning, route.namespace).find((observed) => routeKey(observed) === routeKey(route));
    if (same === undefined || !isAsWanted(same, route)) continue;
    planning.routeGoes(same);
    planning.addStep('removeRoutes', {
      action: 'remove',
      object: objectRef('route', routeName(route), route.namespace),
      why: l10n.t`set by this lab and no longer in the file`,
      run: [routeCommand(route.namespace, 'del', same)],
      undo: [routeCommand(route.namespace, 'add', same)],
    });
  }
}

/**
 * Adds the routes that are missing and mends those that differ.
 * @returns the routes that are the lab's, for its manifest: not those that the host had already, which must stay.
 */
export function planRoutes(planning: Planning, desired: Desired): RouteRecord[] {
  const routes = routesThatCanBe(planning, desired);
  const records = routes.filter((route) => !isHostsOwn(planning, route));
  for (const route of routes) {
    const same = observedRoutes(planning, route.namespace).find((observed) => routeKey(observed) === routeKey(route));
    if (same === undefined) addRoute(planning, route);
    else if (!isAsWanted(same, route)) changeRoute(planning, route, same);
  }
  return records;
}

/** The kernel takes no route through an interface that is down, and drops those that were there: so they wait until it is up. */
function routesThatCanBe(planning: Planning, desired: Desired): Desired['routes'] {
  const devices = [...desired.bridges, ...desired.cables.flatMap(({ ends }) => ends), ...desired.interfaces];
  const down = devices.filter(({ up }) => !up);
  const keys = new Set(down.map(deviceKey));
  // Which interface a gateway is behind is looked for only where one is down.
  const concerned = new Set(down.map(({ namespace }) => namespace));
  return desired.routes.filter((route) => {
    const { namespace } = route;
    const dev = concerned.has(namespace) ? (route.dev ?? outgoingDevice(desired, route)) : undefined;
    if (dev === undefined || !keys.has(deviceKey({ ...inScope(namespace), name: dev }))) return true;
    const message = l10n.t`The route to ${route.to} waits: its interface ${dev} is declared down.`;
    planning.warn('unsupported', message, route.path);
    return false;
  });
}

/** The interface on whose network the gateway is. */
function outgoingDevice(desired: Desired, { namespace, via }: RouteRecord): string | undefined {
  if (via === undefined) return undefined;
  return desired.addresses.find((address) => {
    const cidr = parseCidr(address.cidr);
    return address.namespace === namespace && cidr !== undefined && contains(cidr, via);
  })?.dev;
}

/** True for a route of the root namespace that was there before the lab. */
function isHostsOwn(planning: Planning, route: RouteRecord): boolean {
  if (route.namespace !== undefined || isRecorded(planning, route)) return false;
  return observedRoutes(planning, undefined).some(
    (observed) => routeKey(observed) === routeKey(route) && isAsWanted(observed, route),
  );
}

const findRecord = lookup(placedKey);

function isRecorded(planning: Planning, route: RouteRecord): boolean {
  return findRecord(planning.manifest.routes, placedKey(route)) !== undefined;
}

function addRoute(planning: Planning, route: Placed & RouteRecord): void {
  planning.addStep('routes', {
    action: 'create',
    object: objectRef('route', routeName(route), route.namespace),
    why: l10n.t`not there yet`,
    run: [routeCommand(route.namespace, 'add', route)],
    undo: [routeCommand(route.namespace, 'del', route)],
    path: route.path,
  });
}

function changeRoute(planning: Planning, route: Placed & RouteRecord, same: ObservedRoute): void {
  if (route.namespace === undefined && !isRecorded(planning, route)) {
    const message = l10n.t`The host has another route to ${route.to} already: ${routeText(same)}.`;
    planning.refuse('conflict', message, route.path, l10n.t`Give the route of the lab a metric of its own.`);
    return;
  }
  planning.addStep('routes', {
    action: 'change',
    object: objectRef('route', routeName(route), route.namespace),
    why: l10n.t`is "${routeText(same)}", the file says "${routeText(route)}"`,
    run: [routeCommand(route.namespace, 'replace', route)],
    undo: [routeCommand(route.namespace, 'replace', same)],
    path: route.path,
  });
}

/** How a route that the lab has set is now: `gone`, what it is instead, or (undefined) as it was set. */
export function changeOfRoute(planning: Planning, route: RouteRecord): string | undefined {
  const same = observedRoutes(planning, route.namespace).find((observed) => routeKey(observed) === routeKey(route));
  if (same === undefined) return l10n.t`is gone`;
  return isAsWanted(same, route) ? undefined : `is "${routeText(same)}"`;
}

/** The routes that are there when the steps that build run: those through an interface that goes are gone with it. */
function observedRoutes(planning: Planning, namespace: string | undefined): ObservedRoute[] {
  const observed: ObservedNamespace | undefined = planning.namespace(namespace);
  return (observed?.routes ?? []).filter(
    ({ dev }) => dev === undefined || !planning.isDeviceGone({ ...inScope(namespace), name: dev }),
  );
}

/**
 * What makes two routes the same entry of the kernel's table: destination, table and metric. The kernel gives IPv6 routes
 * metric 1024 where none is said (IP6_RT_PRIO_USER in include/net/ip6_route.h).
 */
function routeKey(route: RouteRecord | ObservedRoute): string {
  const family = routeFamily(route);
  const metric = route.metric ?? (family === 'inet6' ? 1024 : 0);
  return [family, normalCidr(route.to), tableName(route.table), metric].join(' ');
}

/** The same among all namespaces. */
function placedKey(route: RouteRecord): string {
  return `${route.namespace ?? ''} ${routeKey(route)}`;
}

function tableName(table: string | undefined): string {
  return { undefined: 'main', '254': 'main', '253': 'default' }[String(table)] ?? String(table);
}

/** True if the observed route does what the declared one says; what the file leaves open, the kernel chose. */
function isAsWanted(observed: ObservedRoute, wanted: RouteRecord): boolean {
  const sameAddress = (a: string | undefined, b: string | undefined): boolean =>
    a === undefined || b === undefined ? a === b : normalCidr(a) === normalCidr(b);
  return (
    observed.type === wanted.type &&
    sameAddress(observed.via, wanted.via) &&
    (wanted.dev === undefined || observed.dev === wanted.dev) &&
    (wanted.src === undefined || sameAddress(observed.src, wanted.src)) &&
    (wanted.scope === undefined || (observed.scope ?? 'global') === wanted.scope)
  );
}

function routeText(route: RouteRecord | ObservedRoute): string {
  const words = [route.to];
  if (route.type !== 'unicast') words.unshift(route.type);
  if (route.via !== undefined) words.push('via', route.via);
  if (route.dev !== undefined) words.push('dev', route.dev);
  if (route.table !== undefined && tableName(route.table) !== 'main') words.push('table', route.table);
  return words.join(' ');
}

/** A route as a plan's steps call it. */
export function routeName(route: RouteRecord): string {
  return deviceName({ ...inScope(route.namespace), name: routeText(route) });
}

/**
 * Policy rules: adds the missing ones, removes those that an earlier apply set and the file no longer has.
 * @returns the rules that are the lab's, for its manifest.
 */
export function planRules(planning: Planning, desired: Desired): RuleRecord[] {
  const recorded = new Set(planning.manifest.rules.map(ruleName));
  const records = desired.rules.filter(
    (rule) => rule.namespace !== undefined || recorded.has(ruleName(rule)) || !hasRule(planning, rule),
  );
  for (const rule of desired.rules) {
    if (hasRule(planning, rule)) continue;
    planning.addStep('rules', {
      action: 'create',
      object: objectRef('rule', ruleName(rule), rule.namespace),
      why: l10n.t`not there yet`,
      run: [ruleCommand('add', rule)],
      undo: [ruleCommand('del', rule)],
      path: rule.path,
    });
  }
  const wanted = new Set(desired.rules.map(ruleName));
  for (const rule of planning.manifest.rules) {
    if (wanted.has(ruleName(rule)) || !hasRule(planning, rule)) continue;
    planning.addStep('removeRules', {
      action: 'remove',
      object: objectRef('rule', ruleName(rule), rule.namespace),
      why: l10n.t`set by this lab and no longer in the file`,
      run: [ruleCommand('del', rule)],
      undo: [ruleCommand('add', rule)],
    });
  }
  return records;
}

/** Whether a policy rule is there. */
export function hasRule(planning: Planning, rule: RuleRecord): boolean {
  const same = (a: string | undefined, b: string | undefined): boolean =>
    (a === 'all' ? undefined : a && normalCidr(a)) === (b === 'all' ? undefined : b && normalCidr(b));
  return (planning.namespace(rule.namespace)?.rules ?? []).some(
    (observed) =>
      observed.family === ruleFamily(rule) &&
      wordsBeyondFiles(observed).length === 0 &&
      same(observed.from, rule.from) &&
      same(observed.to, rule.to) &&
      observed.iif === rule.iif &&
      sameMark(observed.fwmark, rule.fwmark) &&
      tableName(observed.table) === tableName(rule.table) &&
      (rule.priority === undefined || observed.priority === rule.priority),
  );
}

/** `ip rule` prints marks in hexadecimal, whatever was typed. */
function sameMark(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const number = (mark: string): string => mark.split('/').map(Number).join('/');
  return number(a) === number(b);
}

function ruleFamily(rule: RuleRecord): 'inet' | 'inet6' {
  return routeFamily({ to: rule.to ?? '', ...(rule.from === undefined ? {} : { via: rule.from }) });
}

function ruleWords(rule: RuleRecord): string[] {
  const words: string[] = [];
  if (rule.priority !== undefined) words.push('priority', String(rule.priority));
  if (rule.from !== undefined) words.push('from', rule.from);
  if (rule.to !== undefined) words.push('to', rule.to);
  if (rule.iif !== undefined) words.push('iif', rule.iif);
  if (rule.fwmark !== undefined) words.push('fwmark', rule.fwmark);
  words.push('table', rule.table);
  return words;
}

function ruleCommand(verb: 'add' | 'del', rule: RuleRecord): Command {
  return ip(rule.namespace, ...(ruleFamily(rule) === 'inet6' ? ['-6'] : []), 'rule', verb, ...ruleWords(rule));
}

/** A policy rule as a plan's steps call it. */
export function ruleName(rule: RuleRecord): string {
  return deviceName({ ...inScope(rule.namespace), name: ruleWords(rule).join(' ') });
}
