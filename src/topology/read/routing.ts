import type { KernelSettings, NATRules, PolicyRules, Routes } from '../generated/topology-file';
import type { NatDeclaration, PolicyRuleDeclaration, RouteDeclaration, SysctlDeclaration } from '../model';
import type { Cursor } from './cursor';
import { defined } from './defined';
import { readAddress, readEach, readInterfaceName, readNetwork } from './values';

export function readRoutes(routes: Cursor<Routes>): RouteDeclaration[] {
  return readEach(routes.items(), (route) => {
    const to = readDestination(route.at('to'));
    const settings = defined({
      path: route.path,
      via: readAddress(route.at('via')),
      dev: readInterfaceName(route.at('dev')),
      metric: route.at('metric').integer,
      table: route.at('table').textOrNumber,
      src: readAddress(route.at('src')),
      scope: route.at('scope').text,
      type: route.at('type').oneOf('unicast', 'blackhole', 'unreachable', 'prohibit') ?? 'unicast',
    });
    return to === undefined ? undefined : { ...settings, to };
  });
}

function readDestination(to: Cursor<string>): string | undefined {
  return to.text === 'default' ? to.text : readNetwork(to, { alsoKnown: 'default' });
}

export function readPolicyRules(rules: Cursor<PolicyRules>): PolicyRuleDeclaration[] {
  return readEach(rules.items(), (rule) => {
    const table = rule.at('table').textOrNumber;
    const settings = defined({
      path: rule.path,
      from: readNetwork(rule.at('from')),
      to: readNetwork(rule.at('to')),
      iif: readInterfaceName(rule.at('iif')),
      fwmark: rule.at('fwmark').textOrNumber,
      priority: rule.at('priority').integer,
    });
    return table === undefined ? undefined : { ...settings, table };
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
    const settings = defined({
      path: rule.path,
      name,
      kind,
      to,
      out: readInterfaceName(rule.at('out')),
      notOut: readInterfaceName(rule.at('not-out')),
      enabled: rule.at('enabled').flag ?? true,
    } as const);
    if (source === undefined || (kind === 'snat' && to === undefined)) return undefined;
    return { ...settings, source };
  });
}
