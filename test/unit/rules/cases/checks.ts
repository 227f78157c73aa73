import type { RuleCase } from '../rule-case';
import { lab } from './lab';

/** What the rules on checks find. */
export const checksCases: readonly RuleCase[] = [
  {
    finder: 'checksStartSomewhere',
    code: 'unknown-namespace',
    what: 'checks: from an unknown namespace',
    text: lab({ rest: 'checks:\n  - { from: ⟦marz⟧, ping: earth }' }),
  },
  {
    finder: 'checksHaveATarget',
    code: 'unknown-target',
    what: 'checks: an unknown target',
    text: lab({ rest: 'checks:\n  - { from: mars, ping: ⟦eart⟧ }' }),
  },
  {
    finder: 'checksHaveATarget',
    code: 'unknown-interface',
    what: 'checks: an unknown interface',
    text: lab({ rest: 'checks:\n  - { from: mars, ping: ⟦earth:e1⟧ }' }),
  },
  {
    finder: 'checksHaveATarget',
    code: 'target-without-address',
    what: 'checks: a target without an address',
    text: lab({
      rest: 'checks:\n  - { from: mars, ping: ⟦pluto⟧ }',
      mars: '  ⟪pluto⟫:',
      links: '  - endpoints: [pluto:p0, br0]',
    }),
  },
  {
    finder: 'checksHaveARoute',
    code: 'default-route-missing',
    what: 'checks: without a route to the target',
    text: lab({ rest: 'checks:\n  - { from: mars, ping: ⟦8.8.8.8⟧ }' }),
  },
  {
    finder: 'checksHaveARoute',
    code: 'default-route-missing',
    what: 'checks: without a route to a URL',
    text: lab({ rest: 'checks:\n  - { from: mars, http: ⟦"http://[2001:db8::1]:8000/"⟧ }' }),
    noFix: 'there is no gateway of that family on its networks',
  },
  {
    finder: 'namespacesAreLinked',
    code: 'namespace-unlinked',
    what: 'namespaces: one that nothing links',
    text: lab({ mars: '  ⟦pluto⟧: {}' }),
  },
  {
    finder: 'checksHaveATarget',
    code: 'unknown-target',
    what: 'checks: an unknown target with a port',
    text: lab({ rest: 'checks:\n  - { from: mars, tcp: ⟦"eart:80"⟧ }' }),
  },
  {
    finder: 'checksHaveATarget',
    code: 'unknown-interface',
    what: 'checks: an unknown interface with a port',
    text: lab({ rest: 'checks:\n  - { from: mars, tcp: ⟦"earth:e1:80"⟧ }' }),
  },
];
