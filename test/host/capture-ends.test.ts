import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { CaptureSession } from '../../src/lab/capture/capture-session';
import type { Transport } from '../../src/transport/transport';
import { targetOf, until } from '../fixtures/ssh';
import { startTcpProxy, type TcpProxy } from '../fixtures/tcp-proxy';
import { startLabHost, type LabHost } from '../lab-host';
import { captureProcesses, earth, mars, planetsScript, startSession, untilNothingIsLeft } from './capture-lab';
import { connectThrough, connectTo } from './observed-lab';

/** Nothing passes in these namespaces: a quiet tcpdump notices nothing by itself. Each way with python3 and without it. */
for (const without of [[], ['python3']]) {
  describe(`a quiet capture${without.length === 0 ? '' : ' without python3'} leaves nothing on the host`, function () {
    this.timeout(120_000);
    let lab: LabHost;
    let proxy: TcpProxy;
    before(async () => {
      lab = await startLabHost({ without });
      proxy = await startTcpProxy({ host: lab.address, port: lab.port });
      const { code, stderr } = await lab.run(planetsScript);
      assert.equal(code, 0, stderr);
    });
    after(async () => {
      await proxy.stop();
      await lab.stop();
    });

    /** Starts one, and sees its two tcpdumps. */
    async function running(transport: Transport, silence?: number): Promise<CaptureSession> {
      const session = await startSession(transport, [earth, mars], silence === undefined ? {} : { silence });
      assert.equal((await captureProcesses(lab)).match(/\d tcpdump -U/g)?.length, 2);
      return session;
    }

    async function withConnection(user: string, work: (transport: Transport) => Promise<unknown>): Promise<void> {
      const transport = await connectTo(lab, user);
      await work(transport).finally(() => transport.dispose());
    }

    for (const user of ['root', 'ops']) {
      it(`when it is stopped (${user})`, () =>
        withConnection(user, async (transport) => {
          (await running(transport)).stop();
          await untilNothingIsLeft(lab);
          assert.equal((await transport.run('echo still here')).stdout, 'still here\n');
        }));

      it(`when the connection is closed (${user})`, () =>
        withConnection(user, async (transport) => {
          const session = await running(transport);
          transport.dispose();
          await until('it is told', () => session.phase === 'ended');
          await untilNothingIsLeft(lab);
        }));

      it(`when the connection’s process on the host is killed (${user})`, () =>
        withConnection(user, async (transport) => {
          const session = await running(transport);
          await lab.run("ps -e -o pid=,args= | awk '/sshd: (root|ops)/ { print $1 }' | xargs kill -9");
          await until('it is told', () => session.phase === 'ended');
          assert.ok(session.error);
          await untilNothingIsLeft(lab);
        }));

      it(`when our own process is killed (${user})`, async () => {
        const script = path.join(__dirname, 'capture-child.ts');
        const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(targetOf(lab, user))], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
        assert.equal(child.exitCode, null);
        child.kill('SIGKILL');
        await untilNothingIsLeft(lab);
      });
    }

    it('when the connection is reset', async () => {
      const transport = await connectThrough(proxy.port, lab);
      const session = await running(transport);
      proxy.cutAll();
      await until('it is told', () => session.phase === 'ended');
      await untilNothingIsLeft(lab);
      transport.dispose();
    });

    it('when nothing comes over the connection any more, though it stands', async () => {
      const transport = await connectThrough(proxy.port, lab);
      const session = await running(transport, 2);
      proxy.stallAll();
      await untilNothingIsLeft(lab);
      proxy.cutAll();
      session.dispose();
      transport.dispose();
    });

    const leader = "ps -e -o pgid=,args= | grep 'tcpdump -U' | grep -v grep";
    const victims: Readonly<Record<string, string>> = {
      tcpdump: "ps -e -o pid=,args= | grep 'tcpdump -U' | grep -v grep",
      'the shell around it': leader,
      ...(without.length > 0
        ? {}
        : {
            python3: "ps -e -o pid=,args= | grep 'python3 -c' | grep -v grep",
            'every shell of ours': "ps -e -o pid=,args= | grep 'sh -c eval' | grep -v grep",
          }),
    };
    for (const [victim, list] of Object.entries(victims)) {
      it(`when somebody kills ${victim} there`, () =>
        withConnection('root', async (transport) => {
          const session = await running(transport);
          await lab.run(`${list} | awk '{ print $1 }' | sort -u | xargs kill -9`);
          await until('it is told', () => session.phase === 'ended' && session.notes.length > 0);
          await untilNothingIsLeft(lab);
        }));
    }
  });
}
