import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { exportScripts } from '../../../../src/plan/export/export';
import { freshHost } from '../../../../src/plan/fresh-host';
import { parseTopology } from '../../../../src/topology/parse';
import type { Topology } from '../../../../src/topology/model';
import { bridge, bridgeEnd, device, end, link, namespace, scope, topology } from '../build-topology';
import { assertGolden } from '../golden';

const examples = path.resolve(__dirname, '../../../../examples');

function example(name: string): Topology {
  const parsed = parseTopology(readFileSync(path.join(examples, `${name}.netns.yaml`), 'utf8'));
  assert.ok(parsed.topology);
  return parsed.topology;
}

describe('export as shell scripts', () => {
  it('reads as the tutorials do', () => {
    const nft = exportScripts(example('planets'));
    assertGolden('planets-up.sh', nft.up);
    assertGolden('planets-down.sh', nft.down);
    assertGolden('planets-up-iptables.sh', exportScripts(example('planets'), { filter: 'iptables' }).up);
    assertGolden('open-vswitch-up.sh', exportScripts(example('open-vswitch')).up);
  });

  it('holds nothing of our own', () => {
    for (const name of ['planets', 'open-vswitch', 'in-and-out', 'vxlan', 'tun-and-tap']) {
      const { up, down } = exportScripts(example(name));
      assert.doesNotMatch(up + down, /netns-topology|alias|manifest/);
    }
  });

  it('says what a host cannot do', () => {
    const lab = example('planets');
    const { tools, ...rest } = freshHost(lab);
    const { ip } = tools;
    const { problems } = exportScripts(lab, { snapshot: { ...rest, tools: { ip: ip ?? '' } } });
    assert.ok(problems.some(({ severity, message }) => severity === 'error' && message.includes('neither nft nor')));
    assert.deepEqual(exportScripts(lab).problems, []);
  });

  describe('with any words from a file', () => {
    /** Pieces that break out of careless quoting, into the file CANARY if they can. */
    const piece = fc.constantFrom(
      "'",
      '"',
      '\\',
      '\n',
      '\r\n',
      '$(: >CANARY)',
      '`: >CANARY`',
      '; : >CANARY;',
      '\n: >CANARY\n',
      '\nEOF\n: >CANARY\n',
      "'; : >CANARY; '",
      ' & ',
      '#',
      'é',
      'a',
    );
    const anyText = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
    const anyName = fc.constantFrom('$(>CANARY)', '`>CANARY`', ';>CANARY;', "';>CANARY;'", 'a&b', "it's", 'plain');

    const stub = '#!/bin/sh\ncase "$*" in *"netns pids"*) exit 1 ;; esac\nexit 0\n';
    let directory: string;

    before(() => {
      directory = mkdtempSync(path.join(os.tmpdir(), 'export-'));
      const programs = [
        'ip',
        'nft',
        'sysctl',
        'iptables',
        'id',
        'mkdir',
        'setsid',
        'ss',
        'sleep',
        'tail',
        'rm',
        'rmdir',
      ];
      for (const program of programs) {
        writeFileSync(path.join(directory, program), program === 'id' ? '#!/bin/sh\necho 0\n' : stub);
        chmodSync(path.join(directory, program), 0o755);
      }
      writeFileSync(path.join(directory, 'cat'), '#!/bin/sh\necho 1\n', { mode: 0o755 });
    });
    after(() => rmSync(directory, { recursive: true }));

    function runHarmlessly(script: string): void {
      // Where a script keeps things is moved into the test's own directory, and nothing but stand-ins is on the path.
      const moved = script.replaceAll('/run/lab-', `${directory}/lab-`).replaceAll('kill -0 "$1"', 'true "$1"');
      const { stderr } = spawnSync('/bin/sh', ['-s'], { input: moved, cwd: directory, env: { PATH: directory } });
      assert.equal(existsSync(path.join(directory, 'CANARY')), false, `${script}\n${stderr.toString()}`);
    }

    it('runs nothing but what it says', function () {
      this.timeout(120_000);
      const lab = (text: string, name: string): Topology =>
        topology({
          description: text,
          bridges: [bridge('br')],
          namespaces: [
            namespace(name, {
              interfaces: [device('$(>CANARY)', '10.0.0.2/24')],
              services: [
                { path: [], name: 'web', command: text, env: { WORD: text }, user: text, directory: text },
                { path: [], name: 'list', command: ['printf', text], env: {}, ready: { seconds: 0 } },
              ],
            }),
          ],
          links: [link(end(`${name}:$(>CANARY)`), bridgeEnd('br', "';>CANARY;'"))],
          host: scope({
            nat: [{ path: [], name: text, kind: 'masquerade', source: '10.0.0.0/24', out: '`>CANARY`', enabled: true }],
          }),
          checks: [
            { path: [], from: name, action: { type: 'command', command: text }, expect: 'pass', within: 5 },
            { path: [], from: 'host', action: { type: 'ping', target: text }, expect: 'pass', within: 5 },
          ],
        });
      fc.assert(
        fc.property(
          anyText,
          anyName,
          fc.constantFrom('nftables' as const, 'iptables' as const),
          (text, name, filter) => {
            const { up, down } = exportScripts(lab(text, name), { filter });
            assert.match(up, /ip netns add[^]*masquerade[^]*setsid/i);
            for (const script of [up, down]) {
              execFileSync('/bin/sh', ['-n'], { input: script });
              runHarmlessly(script);
            }
          },
        ),
        { numRuns: 40 },
      );
    });
  });
});
