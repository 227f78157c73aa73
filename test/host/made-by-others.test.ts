import assert from 'node:assert/strict';
import type { HostSnapshot, ObservedNamespace } from '../../src/host/model';
import { createHostStore } from '../../src/lab/host-store';
import type { HostStore } from '../../src/lab/model';
import { natGroups } from '../../src/lab/nat-groups';
import { observe } from '../../src/lab/observe';
import { traceRoute } from '../../src/lab/trace/trace';
import { describeTrace } from '../../src/trace/describe';
import type { TraceReport } from '../../src/trace/report';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { preparePodman, removeContainers, runContainer, startMininet, stopMininet } from './made-by-others';
import { linkOf, until, untilStore } from './observed-lab';
import { useLabHost } from './use-lab-host';

const titled = (snapshot: HostSnapshot, title: string): ObservedNamespace | undefined =>
  snapshot.namespaces.find((one) => one.title === title);

describe('networks that other programs made', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;
  let store: HostStore;

  useLabHost((host) => ({ lab, transport } = host));
  before(() => {
    store = createHostStore(transport);
    store.onDidChange(() => undefined);
  });
  after(() => store.dispose());

  /** What the agent shows is what the plain road reads; asked several times, since what others make goes on by itself. */
  async function plainlyToo(look: (snapshot: HostSnapshot) => unknown): Promise<void> {
    let seen: unknown[] = [];
    await until(async () => {
      const [byAgent, plain] = [await store.refresh(), await observe(transport, undefined, { plainly: true })];
      seen = [look(byAgent), look(plain)];
      return JSON.stringify(seen[0]) === JSON.stringify(seen[1]);
    }, 'both roads see the same').catch(() => assert.deepEqual(seen[0], seen[1]));
  }

  /** A trace by the names that people call the namespaces by, of what is there now. */
  async function traces(from: string, to: string, reached: TraceReport['reached']): Promise<TraceReport> {
    const report = await traceRoute(transport, await store.refresh(), { from, to });
    const shown = describeTrace(report);
    assert.equal(report.reached, reached, shown);
    assert.deepEqual(report.differences, [], shown);
    return report;
  }

  it('shows Mininet’s hosts by their names, on their switch, and traces between them', async () => {
    await startMininet(lab, 3);
    await untilStore(store, (snapshot) => ['h1', 'h2', 'h3'].every((name) => titled(snapshot, name) !== undefined));
    const look = (snapshot: HostSnapshot): unknown =>
      ['h1', 'h2', 'h3'].map((name) => {
        const host = titled(snapshot, name);
        const eth0 = host?.links.find((link) => link.name === `${name}-eth0`);
        return [host?.maker, host?.name, eth0?.peer?.name, eth0?.addresses[0]?.cidr];
      });
    const snapshot = await store.refresh();
    assert.deepEqual(look(snapshot), [
      ['Mininet', undefined, 's1-eth1', '10.0.0.1/8'],
      ['Mininet', undefined, 's1-eth2', '10.0.0.2/8'],
      ['Mininet', undefined, 's1-eth3', '10.0.0.3/8'],
    ]);
    assert.equal(linkOf(snapshot, undefined, 's1').kind, 'bridge');
    assert.equal(linkOf(snapshot, undefined, 's1-eth2').master, 's1');
    await plainlyToo(look);
    await traces('h1', 'h2', 'yes');
    await lab.run('ip link set s1-eth2 nomaster');
    const [cause] = (await traces('h1', 'h2', 'no')).causes;
    assert.deepEqual([cause?.id, cause?.dev], ['not-plugged', 's1-eth2']);
    await lab.run('ip link set s1-eth2 master s1');
    await stopMininet(lab);
    await untilStore(store, (after) => titled(after, 'h1') === undefined);
  });

  it('shows Podman’s containers by their names, with the port that is published, and traces between them', async () => {
    await preparePodman(lab);
    await runContainer(lab, '--name web --publish 8080:80 localhost/tiny /bin/httpd -f -p 80');
    await runContainer(lab, '--name db localhost/tiny /bin/sleep 600');
    await untilStore(
      store,
      (snapshot) => titled(snapshot, 'web') !== undefined && titled(snapshot, 'db') !== undefined,
    );
    const look = (snapshot: HostSnapshot): unknown =>
      ['web', 'db'].map((name) => {
        const own = titled(snapshot, name);
        const eth0 = own?.links.find((link) => link.name === 'eth0');
        const port = snapshot.namespaces[0]?.links.find((link) => link.name === eth0?.peer?.name);
        return [
          own?.maker,
          /^netns-[0-9a-f-]{36}$/.test(own?.name ?? ''),
          own?.processes.map(({ command }) => command),
          own?.sockets?.map(({ port: number, process }) => `${number} ${process?.program}`),
          port?.master,
        ];
      });
    const snapshot = await store.refresh();
    assert.deepEqual(look(snapshot), [
      ['Podman', true, ['/bin/httpd -f -p 80'], ['80 httpd'], 'podman0'],
      ['Podman', true, ['/bin/sleep 600'], [], 'podman0'],
    ]);
    const forward = natGroups(snapshot).find(({ isForward, rule }) => isForward && rule.port === 8080)?.rule;
    assert.equal(forward?.maker, 'Podman');
    const [address] = titled(snapshot, 'web')?.links.find(({ name }) => name === 'eth0')?.addresses ?? [];
    assert.equal(forward.to, `${address?.cidr.split('/')[0]}:80`);
    assert.equal(
      (await lab.runOutside('curl -s -o /dev/null -w %{http_code} http://198.51.100.2:8080/')).stdout,
      '404',
    );
    await plainlyToo(look);
    await traces('db', 'web:80', 'yes');
    await traces('web', '8.8.8.8', 'yes');
    await traces('host', '198.51.100.2:8080', 'yes');
    await traces('outside', '198.51.100.2:8080', 'unknown');
    const { causes, lesson } = await traces('db', 'web:81', 'no');
    assert.deepEqual([causes.map(({ id, place }) => [id, place]), lesson], [[['nobody-listens', 'web']], []]);
    await removeContainers(lab);
    await untilStore(store, (after) => titled(after, 'web') === undefined && titled(after, 'db') === undefined);
  });
});
