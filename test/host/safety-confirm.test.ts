import assert from 'node:assert/strict';
import { NetnsError } from '../../src/base/errors';
import { runPlan, type RunPlanOptions, type RunStatus } from '../../src/lab/apply';
import { observe } from '../../src/lab/observe';
import type { Plan } from '../../src/plan/model';
import type { Topology } from '../../src/topology/model';
import type { Transport } from '../../src/transport/transport';
import { startTcpProxy, type TcpProxy } from '../fixtures/tcp-proxy';
import { startLabHost, type LabHost } from '../lab-host';
import { applyPlan, destroy, example, stateOf, topologyOf, untilStateIs } from './lab-plans';
import { connectThrough, connectTo } from './observed-lab';

/**
 * The dead-man's switch: plans that cut the way back of the client that applies them, on a real host with a real sshd. The
 * check that would refuse them beforehand is left out, as for a cut that it does not know of.
 */
describe('a plan that changes the network of the host itself', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let proxy: TcpProxy;
  let client = '';

  before(async () => {
    lab = await startLabHost();
    proxy = await startTcpProxy({ host: lab.address, port: lab.port });
    const transport = await connectTo(lab);
    client = (await observe(transport)).ssh?.clientAddress ?? '';
    transport.dispose();
  });
  after(async () => {
    await proxy.stop();
    await lab.stop();
  });

  interface Outcome {
    readonly result: unknown;
    readonly statuses: readonly RunStatus['type'][];
  }

  /** Applies over a connection of its own; `connectAnew` says how the fresh one comes about. */
  async function applyUnchecked(
    topology: Topology,
    options: RunPlanOptions & {
      connectAnew?: (real: () => Promise<Transport>) => Promise<Transport>;
      through?: TcpProxy;
    } = {},
  ): Promise<Outcome> {
    const own = await (options.through === undefined ? connectTo(lab) : connectThrough(options.through.port, lab));
    const { connectAnew } = options;
    const transport =
      connectAnew === undefined
        ? own
        : (Object.create(own, {
            connectAnew: { value: (signal?: AbortSignal) => connectAnew(() => connectToAnew(own, signal)) },
          }) as Transport);
    const statuses: RunStatus['type'][] = [];
    const plan: Plan = { ...(await applyPlan(own, topology)), problems: [] };
    assert.ok((plan.risks ?? []).length > 0, 'the plan is one with risks');
    try {
      const result = await runPlan(transport, plan, {
        ...options,
        onStatus: (status) => statuses.push(status.type),
      }).then(
        () => 'done',
        (error: unknown) => error,
      );
      return { result, statuses };
    } finally {
      own.dispose();
    }
  }

  async function connectToAnew(transport: Transport, signal?: AbortSignal): Promise<Transport> {
    assert.ok(transport.connectAnew !== undefined);
    return await transport.connectAnew(signal);
  }

  const traps: readonly (readonly [string, (client: string) => string])[] = [
    ['a route that swallows the answers', (to) => `host: { routes: [{ to: ${to}, type: blackhole }] }`],
    ["a bridge that takes the client's address", (to) => `bridges: { trap-br: { addresses: [${to}/32] } }`],
    [
      'a policy rule to a table that refuses',
      (to) =>
        `host:\n  routes: [{ to: default, type: unreachable, table: "77" }]\n  rules: [{ to: ${to}, table: "77", priority: 7 }]`,
    ],
  ];
  for (const [name, text] of traps) {
    it(`is undone by the host where it cuts it off: ${name}`, async () => {
      const before = await stateOf(lab);
      const { result, statuses } = await applyUnchecked(topologyOf(`name: trap\n${text(client)}\n`), {
        confirmWithin: 4,
      });
      assert.ok(result instanceof NetnsError, String(result));
      // Where the answers never leave the host, the old connection breaks before it can say that all is done.
      const explanation =
        /^Lab trap changes the host's own network \(.*over a new connection.*The host undid everything by itself\.$|^The connection was lost/;
      assert.match(result.message, explanation);
      // A connection that broke first could not tell that its confirmation was due.
      if (statuses.length > 0 || !result.message.startsWith('The connection was lost'))
        assert.deepEqual(statuses, ['confirming']);
      await untilStateIs(lab, before, name);
      const again = await connectTo(lab);
      again.dispose();
    });
  }

  it('is kept when the fresh connection comes through, for root and with sudo', async () => {
    const before = await stateOf(lab);
    const planets = await example('planets');
    for (const user of [lab.users.root, lab.users.sudoNoPassword]) {
      const transport = await connectTo(lab, user);
      const statuses: RunStatus[] = [];
      await runPlan(transport, await applyPlan(transport, planets), { onStatus: (status) => statuses.push(status) });
      assert.deepEqual(statuses, [{ type: 'confirming', seconds: 30 }]);
      await destroy(transport, 'planets');
      transport.dispose();
    }
    await untilStateIs(lab, before, 'after both');
  });

  it('is kept although it cuts the old connection, when a fresh one comes through', async () => {
    const before = await stateOf(lab);
    const { result } = await applyUnchecked(await example('planets'), {
      through: proxy,
      connectAnew: () => {
        proxy.cutAll();
        return connectTo(lab);
      },
    });
    assert.equal(result, 'done');
    const transport = await connectTo(lab);
    assert.deepEqual(
      (await observe(transport)).labs.map(({ name }) => name),
      ['planets'],
    );
    await destroy(transport, 'planets');
    transport.dispose();
    await untilStateIs(lab, before, 'after the destroy');
  });

  it('is undone at once where the host lets nobody log in any more, with its words', async () => {
    const before = await stateOf(lab);
    const keys = '/run/lab/authorized_keys';
    const begun = Date.now();
    const { result } = await applyUnchecked(await example('planets'), {
      confirmWithin: 300,
      connectAnew: async (real) => {
        await lab.run(`cp ${keys} /run/lab/saved && : >${keys}`);
        try {
          return await real();
        } finally {
          await lab.run(`cat /run/lab/saved >${keys}; rm /run/lab/saved`);
        }
      },
    });
    assert.ok(result instanceof NetnsError && result.reason === 'login', String(result));
    assert.ok(Date.now() - begun < 200_000, 'it did not wait for the end of the time');
    await untilStateIs(lab, before, 'after the refused login');
  });

  it('tries again until the time is over, where the first connection that is tried breaks', async () => {
    const before = await stateOf(lab);
    let tries = 0;
    const { result } = await applyUnchecked(await example('planets'), {
      connectAnew: async (real) => {
        if (++tries < 3) throw new NetnsError('unreachable', 'not yet');
        return await real();
      },
    });
    assert.equal(result, 'done');
    assert.equal(tries, 3);
    const transport = await connectTo(lab);
    await destroy(transport, 'planets');
    transport.dispose();
    await untilStateIs(lab, before, 'after the destroy');
  });

  for (const [name, end] of [
    ['the network is cut', (): void => proxy.cutAll()],
    ['nothing comes through any more', (): void => proxy.stallAll()],
  ] as const) {
    it(`is undone where ${name} while it waits for the confirmation`, async () => {
      const before = await stateOf(lab);
      const { result } = await applyUnchecked(await example('planets'), {
        confirmWithin: 3,
        through: proxy,
        connectAnew: () => {
          end();
          return Promise.reject(new NetnsError('unreachable', 'nobody there'));
        },
      });
      proxy.setRelayNew(true);
      assert.ok(result instanceof NetnsError && result.reason === 'unreachable', String(result));
      await untilStateIs(lab, before, name);
    });
  }

  it('is undone where it is stopped while it waits for the confirmation', async () => {
    const before = await stateOf(lab);
    const stop = new AbortController();
    const { result } = await applyUnchecked(await example('planets'), {
      signal: stop.signal,
      connectAnew: () => {
        stop.abort();
        return new Promise(() => undefined);
      },
    });
    assert.ok(result instanceof NetnsError && result.reason === 'cancelled', String(result));
    await untilStateIs(lab, before, 'after it was stopped');
  });

  it('asks for no confirmation where it stays within namespaces of its own', async () => {
    const inside = topologyOf('name: inside\nnamespaces: { a: {}, b: {} }\nlinks: [{ endpoints: ["a:a0", "b:b0"] }]\n');
    const transport = await connectTo(lab);
    const plan = await applyPlan(transport, inside);
    assert.equal(plan.risks, undefined);
    await runPlan(transport, plan, { onStatus: ({ type }) => assert.fail(type) });
    await destroy(transport, 'inside');
    transport.dispose();
  });
});
