import fc from 'fast-check';
import { readFileSync } from 'node:fs';

export const planets = readFileSync(`${__dirname}/../../../examples/planets.netns.yaml`, 'utf8');

/** A lab with an entry of each kind, in both of YAML's styles, with anchors, quotes and names that break naive programs. */
export const everyKind = `name: all # comment
namespaces:
  earth: &base
    interfaces: { e0: { addresses: [10.0.0.1/24, "fd00::1/64"] }, __proto__: { kind: dummy } }
    routes:
    - to: default
      via: 10.0.0.254
    rules: [{ from: 10.0.0.0/24, iif: e0, table: 100 }]
    sysctls: { net.ipv4.conf.e0.rp_filter: 0 }
    services: { web: { command: [serve, "8000"], ready: { tcp: 8000 } } }
  'mars':
    <<: *base
    forwarding: true
    nat: { out: { snat: 10.0.0.0/24, to: 10.0.0.1, out: e0 } }
  constructor:
bridges:
  br0: { namespace: mars, ports: [e0], addresses: [10.0.0.254/24] }
links:
  - endpoints: ["earth:e0", br0]
    impair: { delay: 5ms, to-a: { loss: 1% } }
  - endpoints:
      - { endpoint: br0:p1, vlan: 10 }
      - 'constructor:c0'
host: { interfaces: { v0: { kind: dummy } }, forwarding: no }
port-forwards: { web: { listen: 8000/udp, to: 'earth:8000', in: v0 } }
checks:
  - { from: earth, tcp: "[fd00::1]:80", expect: fail }
  - from: host
    command: |
      one: two
`;

const put = fc.oneof(
  fc.constantFrom('', ' ', '\n', '\n  ', '\n      ', ':', ': ', '- ', '[', ']', '{', '}', ',', '"', "'", '#', ' # ', '|', '>', '&a ', '*a', '<<: ', '?', '\t'),
  fc.constantFrom('earth', 'earth:', '__proto__', 'links:', 'endpoints: ', '10.0.0.1/24', 'via', '\r\n', '\u2028', '😀', '\0', '---\n', '%'),
  fc.string({ unit: 'binary', maxLength: 5 }),
); // prettier-ignore

/** Good files, with parts cut out, doubled or replaced, and an offset anywhere in them. */
export const mutatedWithOffset = fc
  .tuple(fc.constantFrom(planets, everyKind), fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(40), put), { maxLength: 4 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([base, changes, where]) => {
    let text = base;
    for (const [at, length, replacement] of changes) {
      const start = Math.floor(at * text.length);
      text = text.slice(0, start) + replacement + text.slice(start + length);
    }
    return { text, offset: Math.floor(where * text.length) };
  }); // prettier-ignore
