import assert from 'node:assert/strict';
import { NetnsError } from '../../src/base/errors';
import { runPlan } from '../../src/lab/apply';
import { observe } from '../../src/lab/observe';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { applyPlan, stateOf, topologyOf, untilStateIs } from './lab-plans';
import { ourProcesses, type, until } from './observed-lab';
import { useLabHost } from './use-lab-host';

/** What stands in the place of a program of the host, and what it says. */
const liars: readonly (readonly [what: string, script: string])[] = [
  ['garbage', 'head -c 300000 /dev/urandom'],
  ['garbage that begins as JSON does', `printf '['; head -c 300000 /dev/urandom`],
  ['what is no list', 'echo \'{"ifname": {"a": null}}\''],
  [
    'a list of other things',
    `echo '[{"ifname":7,"ifindex":"x","flags":"UP","linkinfo":[1],"addr_info":{"a":1}},null,3,"x",[[[]]]]'`,
  ],
  ['JSON a thousand deep', `printf '[%.0s' $(seq 1000)`],
  ['100 MB', "head -c 104857600 /dev/zero | tr '\\0' x"],
  ['100 MB that begin as JSON does', "printf '['; head -c 104857600 /dev/zero | tr '\\0' x"],
  ['100 MB as an error', "head -c 104857600 /dev/zero | tr '\\0' x >&2; exit 1"],
  ['nothing, and ends by a signal', 'kill -KILL $$'],
];

/** How much more memory reading a lying host may take, in bytes: what is kept of it is bounded. */
const bound = 300 * 1024 * 1024;

for (const [road, without] of [
  ['by the agent', []],
  ['by programs of the shell', ['python3']],
] as const) {
  describe(`a host whose programs lie, read ${road}`, function () {
    this.timeout(120_000);
    let lab: LabHost;
    let transport: Transport;

    useLabHost((host) => ({ lab, transport } = host), { without });

    /** Lays a script over each of the programs, for everybody on the host, while `look` looks. */
    async function lying(programs: readonly string[], script: string, look: () => Promise<void>): Promise<void> {
      await type(lab, [`cat >/tmp/liar <<'END'\n#!/bin/sh\n${script}\nEND`, 'chmod 755 /tmp/liar']);
      const places = programs.map((program) => `$(readlink -f "$(command -v ${program})")`);
      for (const place of places) await type(lab, [`mount --no-mtab --bind /tmp/liar ${place}`]);
      try {
        await look();
      } finally {
        for (const place of places) await type(lab, [`umount ${place}`]);
      }
    }

    const programs = ['ip', 'nft', ...(road === 'by the agent' ? ['python3'] : [])];
    for (const [what, script] of liars) {
      it(`that say ${what}: reading it ends, with an error or with what can be believed`, async () => {
        const before = process.memoryUsage().rss;
        await lying(programs, script, async () => {
          const result: unknown = await observe(transport).catch((error: unknown) => error);
          if (result instanceof Error) {
            assert.ok(result instanceof NetnsError && result.reason !== 'internal', String(result));
            assert.ok(result.message.length + (result.hostSaid?.length ?? 0) < 5000, 'the error is for people');
          } else assert.ok(Array.isArray((result as { namespaces: unknown }).namespaces));
        });
        assert.ok(process.memoryUsage().rss - before < bound);
        // The host is as usable as before.
        assert.equal((await observe(transport)).namespaces[0]?.links[0]?.name, 'lo');
      });
    }

    it('that never answer: reading it ends by itself, says so, and leaves nothing running there', async () => {
      await lying(['ip', 'nft'], 'exec sleep 7653', async () => {
        await assert.rejects(observe(transport, undefined, { longestSilence: 1500 }), (error) => {
          assert.ok(error instanceof NetnsError && error.reason === 'unexpectedOutput', String(error));
          assert.match(error.message, /^root@\S+ said nothing for 2 s\.$/);
          return true;
        });
        await until(async () => (await lab.run('pgrep -fx "sleep 7653"')).stdout === '', 'the programs end');
      });
      await until(async () => (await ourProcesses(lab)).length === 0, 'nothing of ours runs');
    });

    it('that never answer: reading it ends when told to, and nothing is left running there', async () => {
      await lying(programs, 'echo >/tmp/called; exec sleep 7654', async () => {
        const stop = new AbortController();
        const reading = observe(transport, stop.signal);
        await until(async () => (await lab.run('[ -e /tmp/called ]')).code === 0, 'a program is called');
        stop.abort();
        await assert.rejects(reading, (error) => error instanceof NetnsError && error.reason === 'cancelled');
        await until(async () => (await lab.run('pgrep -fx "sleep 7654"')).stdout === '', 'the programs end');
      });
      await until(async () => (await ourProcesses(lab)).length === 0, 'nothing of ours runs');
    });
  });
}

describe('applying to a host whose ip fails at length', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;

  useLabHost((host) => ({ lab, transport } = host));

  it('tells the end of its words, and leaves the host as it was', async () => {
    const before = await stateOf(lab);
    const plan = await applyPlan(transport, topologyOf('name: pair\nnamespaces: { left: {}, right: {} }\n'));
    const ip = '$(readlink -f "$(command -v ip)")';
    const script = "head -c 104857600 /dev/zero | tr '\\0' x >&2; echo the end >&2; exit 3";
    await type(lab, [`cat >/tmp/liar <<'END'\n#!/bin/sh\n${script}\nEND`, 'chmod 755 /tmp/liar']);
    await type(lab, [`mount --no-mtab --bind /tmp/liar ${ip}`]);
    const rss = process.memoryUsage().rss;
    const error: unknown = await runPlan(transport, plan).catch((thrown: unknown) => thrown);
    await type(lab, [`umount ${ip}`, 'rm /tmp/liar']);
    assert.ok(error instanceof NetnsError && error.reason === 'commandFailed', String(error));
    assert.match(error.hostSaid ?? '', /the end$/);
    assert.ok((error.hostSaid ?? '').length <= 8192);
    assert.ok(process.memoryUsage().rss - rss < bound);
    await untilStateIs(lab, before, 'after the failure');
  });
});
