import type { RuleCase } from '../rule-case';
import { lab } from './lab';

/** What the rules on routes find. */
export const routesCases: readonly RuleCase[] = [
  {
    finder: 'routesLeadSomewhere',
    code: 'missing-key',
    what: 'routes: one that leads nowhere',
    text: lab({ earth: '    routes: [⟦{ to: default }⟧]' }),
  },
  {
    finder: 'routesLeadSomewhere',
    code: 'keys-exclude-each-other',
    what: 'routes: a blackhole with a gateway',
    text: lab({ earth: '    routes: [{ to: 10.9.0.0/16, type: blackhole, ⟦via⟧: 10.0.0.1 }]' }),
  },
  {
    finder: 'routesKeepToOneFamily',
    code: 'families-differ',
    what: 'routes: two families',
    text: lab({ earth: '    routes: [{ to: "2001:db8::/32", via: ⟦10.0.0.1⟧ }]' }),
    noFix: 'the namespace is on no network of the other family',
  },
  {
    finder: 'routesUseKnownInterfaces',
    code: 'unknown-interface',
    what: 'routes: an unknown interface',
    text: lab({ earth: '    routes: [{ to: default, via: 10.0.0.1, dev: ⟦e00⟧ }]' }),
  },
  {
    finder: 'routesUseKnownInterfaces',
    code: 'unknown-interface',
    what: 'routes: a policy rule with an unknown interface',
    text: lab({ earth: '    rules: [{ iif: ⟦wan⟧, table: 100 }]' }),
  },
  {
    finder: 'gatewaysAreNeighbours',
    code: 'via-not-connected',
    what: 'routes: a gateway on no connected network',
    text: lab({ earth: '    routes: [{ to: default, via: ⟦10.0.1.1⟧ }]' }),
  },
  {
    finder: 'gatewaysAreNeighbours',
    code: 'via-not-connected',
    what: 'routes: a gateway of a family without addresses',
    text: lab({ earth: '    routes: [{ to: default, via: "⟦2001:db8::1⟧" }]'.replace('"⟦', '⟦"').replace('⟧"', '"⟧') }),
    noFix: 'there is no gateway of that family on its networks',
  },
  {
    finder: 'gatewaysAreNeighbours',
    code: 'missing-key',
    what: 'routes: a link-local gateway without an interface',
    text: lab({ earth: '    routes: [{ to: default, via: ⟦fe80::1⟧ }]' }),
  },
  {
    finder: 'sourcesAreOwnAddresses',
    code: 'src-not-own',
    what: 'routes: a source address that is not its own',
    text: lab({ earth: '    routes: [{ to: default, via: 10.0.0.1, src: ⟦10.0.0.3⟧ }]' }),
  },
  {
    finder: 'routesAreUnique',
    code: 'duplicate-route',
    what: 'routes: two of one metric',
    text: lab({ earth: '    routes: [{ to: ⟪default⟫, via: 10.0.0.1 }, { to: ⟦default⟧, via: 10.0.0.3 }]' }),
  },
  {
    finder: 'routesLeadSomewhere',
    code: 'missing-key',
    what: 'routes: one that leads nowhere, without a router near',
    text: lab({ bridge: '{}', earth: '    routes: [⟦{ to: 10.9.0.0/16 }⟧]' }),
  },
  {
    finder: 'routesKeepToOneFamily',
    code: 'families-differ',
    what: 'routes: a source of the other family',
    text: lab({ earth: '    routes: [{ to: default, via: 10.0.0.1, src: ⟦"::1"⟧ }]' }),
  },
  {
    finder: 'gatewaysAreNeighbours',
    code: 'via-not-connected',
    what: 'routes: a gateway where no router is',
    text: lab({ bridge: '{}', earth: '    routes: [{ to: default, via: ⟦10.0.1.1⟧ }]' }),
    noFix: 'the lab has no router on its networks',
  },
  {
    finder: 'routesAreUnique',
    code: 'duplicate-route',
    what: 'routes: the same one twice',
    text: lab({
      earth: '    routes:\n      - { to: ⟪default⟫, via: 10.0.0.1 }\n      - { to: ⟦default⟧, via: 10.0.0.1 }',
    }),
  },
];
