import assert from 'node:assert/strict';
import { checkCommands, serviceCommands, visibleCommand } from '../../../src/topology/file-commands';
import { parseTopology } from '../../../src/topology/parse';
import type { Topology } from '../../../src/topology/model';

const service = (lines: string): Topology => {
  const { topology } = parseTopology(`name: x\nnamespaces:\n  earth:\n    services:\n      web:\n${lines}`);
  assert.ok(topology !== undefined);
  return topology;
};

describe('the commands of a file', () => {
  it('are told as they run: as whom, where and with what', () => {
    const [only] = serviceCommands(
      service(
        '        command: [python3, -m, http.server, "80 00"]\n        user: nobody\n        directory: /srv\n        env: { A: "1" }\n',
      ),
    );
    assert.ok(only !== undefined);
    assert.equal(visibleCommand(only), "earth: web — python3 -m http.server '80 00' (as nobody, in /srv, A=1)");
  });

  it('are others where anything of them is another', () => {
    const variants = [
      '        command: sleep 1\n',
      '        command: sleep 2\n',
      '        command: [sleep, "1"]\n',
      '        command: sleep 1\n        user: nobody\n',
      '        command: sleep 1\n        directory: /srv\n',
      '        command: sleep 1\n        env: { A: "1" }\n',
      '        command: sleep 1\n        env: { A: "2" }\n',
    ];
    const identities = variants.map((lines) => serviceCommands(service(lines))[0]?.identity);
    assert.equal(new Set(identities).size, variants.length);
    assert.equal(serviceCommands(service(variants[0] ?? ''))[0]?.identity, identities[0]);
  });

  it('are those of checks that run some, of no others', () => {
    const { topology } = parseTopology(
      'name: x\nnamespaces: { earth: }\nchecks:\n  - { from: earth, ping: 10.0.0.1 }\n  - { from: earth, command: "a\\n\\nb      c" }\n',
    );
    const found = checkCommands(topology?.checks ?? []);
    assert.deepEqual(found.map(visibleCommand), ['check from earth — a ⏎ b [6 blanks] c']);
  });
});
