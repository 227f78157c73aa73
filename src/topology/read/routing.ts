import type { KernelSettings, NATRules, PolicyRules, Routes } from '../generated/topology-file';
import type { NatDeclaration, PolicyRuleDeclaration, RouteDeclaration, SysctlDeclaration } from '../model';
import type { Cursor } from './cursor';
import { defined } from './defined';
import { readAddress, readEach, readInterfaceName, readNetwork } from './values';

export function readRoutes(routes: Cursor<Routes>): RouteDeclaration[] {
  return readEach(routes.items(), (route) => {
    const to = route.at('to').text === 'default' ? 'default' : readNetwork(route.at('to'));
    if (to === undefined) return undefined;
    return defined({
      path: route.path,
      to,
      via: readAddress(route.at('via')),
      dev: readInterfaceName(route.at('dev')),
      metric: route.at('metric').integer,
      table: route.at('table').textOrNumber,
      src: readAddress(route.at('src')),
      scope: route.at('scope').text,
      type: route.at('type').oneOf('unicast', 'blackhole', 'unreachable', 'prohibit') ?? 'unicast',
    });
  });
}

export function readPolicyRules(rules: Cursor<PolicyRules>): PolicyRuleDeclaration[] {
  return readEach(rules.items(), (rule) => {
    const table = rule.at('table').textOrNumber;
    if (table === undefined) return undefined;
    return defined({
      path: rule.path,
      from: readNetwork(rule.at('from')),
      to: readNetwork(rule.at('to')),
      iif: readInterfaceName(rule.at('iif')),
      fwmark: rule.at('fwmark').textOrNumber,
      table,
      priority: rule.at('priority').integer,
    });
  });
}

export function readSysctls(settings: Cursor<KernelSettings>): SysctlDeclaration[] {
  return readEach(settings.entries(), ([name, setting]) => {
    const value = setting.as<string>().textOrNumber;
    return value === undefined ? undefined : { path: setting.path, name, value };
  });
}

export function readNat(rules: Cursor<NATRules>): NatDeclaration[] {
  return readEach(rules.entries(), ([name, rule]) => {
    const kind = rule.at('snat').exists ? 'snat' : 'masquerade';
    const source = readNetwork(rule.at(kind));
    const to = kind === 'snat' ? readAddress(rule.at('to')) : undefined;
    if (source === undefined || (kind === 'snat' && to === undefined)) return undefined;
    return defined({
      path: rule.path,
      name,
      kind,
      source,
      to,
      out: readInterfaceName(rule.at('out')),
      notOut: readInterfaceName(rule.at('not-out')),
      enabled: rule.at('enabled').flag ?? true,
    } as const);
  });
}
