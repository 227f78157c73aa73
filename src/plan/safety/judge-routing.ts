import * as l10n from '@vscode/l10n';
import { networkOf, normalCidr, parseCidr } from '../cidr';
import type { PlanProblem, Step } from '../model';
import type { RouteWords } from '../restore';
import type { Effect, RuleWords } from './effects';
import type { JudgedStep } from './judge';
import { isNamedBy, leadsTo, lookUp, matches, prefixOf, sameEntry, sameWay, type Routing } from './routing';
import { isLinkLocal, type SshPath } from './ssh-path';
import { unsafe } from './unsafe';
import { objectTitle } from '../object-words';

const advice = l10n.t`Use another network for the lab, or reach the host over another one.`;

/**
 * Refuses a plan after which the answers would take another way than now, and one that touches the entry that they take:
 * the host's rules and tables are followed as the kernel does, before and after.
 */
export function judgeRouting(path: SshPath, steps: readonly JudgedStep[]): PlanProblem[] {
  // A link-local client is bound to its interface, whatever the tables say.
  if (isLinkLocal(path.client)) return [];
  const touched = steps.flatMap(({ step, effects }) =>
    effects.some((effect) => isTheRoute(path, effect)) ? [unsafe(step, touches(path))] : [],
  );
  if (touched.length > 0) return touched;

  // What does not lead there decides nothing, and a host can have thousands of entries.
  let routing: Routing = {
    rules: path.routing.rules,
    routes: path.routing.routes.filter((route) => leadsTo(route, path.packet)),
  };
  let culprit: Step | undefined;
  for (const { step, effects } of steps) {
    for (const effect of effects) {
      const next = after(routing, effect);
      if (next === routing) continue;
      if (path.isRoutingUnderstood) {
        const isChanged = !sameWay(lookUp(next, path.packet), path.route);
        if (!isChanged) culprit = undefined;
        else culprit ??= step;
      } else if (couldTakeOver(path, effect)) return [unsafe(step, takesOver(path, step), advice)];
      routing = next;
    }
  }
  return culprit === undefined ? [] : [unsafe(culprit, takesOver(path, culprit), advice)];
}

function isTheRoute({ route }: SshPath, effect: Effect): boolean {
  if (route === undefined || (effect.type !== 'routeSet' && effect.type !== 'routeGone')) return false;
  if (effect.namespace !== undefined) return false;
  return effect.type === 'routeSet' ? sameEntry(route, effect.route) : isNamedBy(route, effect.route);
}

function touches({ route, client }: SshPath): string {
  const via = route?.via === undefined ? '' : ` via ${route.via}`;
  return l10n.t`The route to ${route?.to ?? ''}${via} is the one that leads back to ${client}, from where this SSH connection comes.`;
}

function takesOver({ client, dev = l10n.t`its interface` }: SshPath, { object }: Step): string {
  return l10n.t`With ${objectTitle(object)} the host would no longer answer ${client}, from where this SSH connection comes, over ${dev}.`;
}

/** The routing after a command; the same object where it does not change it. */
function after(routing: Routing, effect: Effect): Routing {
  const { rules, routes } = routing;
  switch (effect.type) {
    case 'ruleAdded':
      return effect.namespace === undefined ? { rules: [effect.rule, ...rules], routes } : routing;
    case 'ruleGone':
      if (effect.namespace !== undefined) return routing;
      return { rules: rules.filter((rule) => !isRule(rule, effect.rule)), routes };
    case 'routeSet':
      return effect.namespace === undefined ? { rules, routes: [effect.route, ...routes] } : routing;
    case 'routeGone':
      if (effect.namespace !== undefined) return routing;
      return { rules, routes: routes.filter((route) => !isNamedBy(route, effect.route)) };
    case 'addressAdded':
      if (effect.ref.namespace !== undefined) return routing;
      return { rules, routes: [...routesOf(effect.ref.name, effect.cidr), ...routes] };
    case 'addressGone': {
      if (effect.ref.namespace !== undefined) return routing;
      const gone = routesOf(effect.ref.name, effect.cidr);
      return { rules, routes: routes.filter((route) => !gone.some((own) => isNamedBy(route, own))) };
    }
    case 'link': {
      const isTaken = ['down', 'moved', 'gone'].includes(effect.change);
      if (effect.ref.namespace !== undefined || !isTaken) return routing;
      const left = routes.filter(({ dev }) => dev !== effect.ref.name);
      return left.length === routes.length ? routing : { rules, routes: left };
    }
    default:
      return routing;
  }
}

/** The entries that the kernel makes for an address (fib_add_ifaddr in net/ipv4/fib_frontend.c): for itself and for its network. */
function routesOf(dev: string, text: string): RouteWords[] {
  const cidr = parseCidr(text);
  if (cidr === undefined) return [];
  const { family } = cidr;
  const isSingle = cidr.prefix === (family === 'inet' ? 32 : 128);
  // IP6_RT_PRIO_ADDRCONF in include/net/ip6_route.h.
  const metric = family === 'inet' ? {} : { metric: 256 };
  return [
    { family, to: cidr.address, type: 'local', dev, table: 'local' },
    ...(isSingle ? [] : [{ family, to: networkOf(cidr).text, type: 'unicast', dev, ...metric }]),
  ];
}

function isRule(a: RuleWords, b: RuleWords): boolean {
  const plain = (text: string | undefined): string => (text === undefined || text === 'all' ? '' : normalCidr(text));
  return (
    a.family === b.family &&
    plain(a.from) === plain(b.from) &&
    plain(a.to) === plain(b.to) &&
    a.iif === b.iif &&
    a.oif === b.oif &&
    a.not === b.not &&
    (a.table ?? 'main') === (b.table ?? 'main') &&
    (b.priority === undefined || a.priority === b.priority)
  );
}

/** Where the host's routing follows rules that we cannot read: whatever is at least as good as the present entry. */
function couldTakeOver({ route, packet }: SshPath, effect: Effect): boolean {
  const isBetter = (own: RouteWords): boolean =>
    leadsTo(own, packet) && (route === undefined || prefixOf(own) >= prefixOf(route));
  switch (effect.type) {
    case 'routeSet':
      return effect.namespace === undefined && isBetter(effect.route);
    case 'addressAdded':
      return effect.ref.namespace === undefined && routesOf(effect.ref.name, effect.cidr).some(isBetter);
    case 'ruleAdded':
      return effect.namespace === undefined && matches(effect.rule, packet);
    default:
      return false;
  }
}
