import assert from 'node:assert/strict';
import type { HostSnapshot, ObservedService } from '../../../src/host/model';
import { emptyManifest } from '../../../src/plan/manifest';
import { isKeeping, serviceCommandLine } from '../../../src/plan/service-keeper';
import { findService, serviceInWords, servicesOn } from '../../../src/plan/service-state';
import { namespace, snapshot } from '../../vscode/in-host/snapshots';

const web = { namespace: 'earth', name: 'web', command: 'serve', env: {} };
const atNoon = new Date(2024, 1, 3, 12, 5).getTime() / 1000;

function host(noted: Partial<ObservedService> | undefined, processes: readonly string[] = []): HostSnapshot {
  const earth = namespace('earth', { processes: processes.map((command, pid) => ({ pid, command })) });
  return snapshot({
    namespaces: [namespace(undefined, { id: '1' }), earth],
    labs: [{ name: 'planets', manifest: { ...emptyManifest('planets'), services: [web] } }],
    ...(noted && { services: [{ lab: 'planets', namespace: 'earth', name: 'web', restarts: 0, ...noted }] }),
  });
}
const words = (...args: Parameters<typeof host>): string => {
  const [state] = servicesOn(host(...args));
  return state === undefined ? '' : serviceInWords(state);
};
const running = [serviceCommandLine('planets', web)];

describe('how a service stands', () => {
  it('is said in a line', () => {
    const started = { since: atNoon, pid: 4711 };
    assert.equal(words(started, running), 'running since 2024-02-03 12:05, process 4711');
    assert.match(words({ ...started, restarts: 1 }, running), /, restarted once$/);
    assert.match(words({ ...started, restarts: 3 }, running), /, restarted 3 times$/);
    assert.match(words({ since: Date.now() / 1000, pid: 1 }, running), /^running since \d\d:\d\d, process 1$/);
    assert.equal(words(undefined, running), 'running');
    assert.equal(words(undefined), 'not running');
    assert.equal(words({ ...started, ended: { at: atNoon, code: 7 } }), 'ended with code 7 at 2024-02-03 12:05');
    assert.equal(words({ ...started, ended: { at: atNoon, code: 137 } }), 'ended by signal 9 at 2024-02-03 12:05');
    assert.equal(
      words({ ...started, ended: { at: atNoon, code: 143 }, isStopped: true }),
      'stopped at 2024-02-03 12:05',
    );
    assert.equal(words(started), 'was killed');
  });

  it('goes by what is declared: with another command it is another service', () => {
    const other = serviceCommandLine('planets', { ...web, command: 'serve more' });
    assert.equal(findService(host(undefined, [other]), { namespace: 'earth', name: 'web' })?.isRunning, false);
    assert.equal(findService(host(undefined, running), { namespace: 'mars', name: 'web' }), undefined);
    assert.equal(findService(host(undefined, running), { lab: 'moon', namespace: 'earth', name: 'web' }), undefined);
  });

  it('tells our own processes from the service’s', () => {
    assert.equal(isKeeping(running[0] ?? ''), true);
    assert.equal(
      isKeeping('sh -c trap "" HUP netns-topology-log /run/netns-topology/labs/planets/services/earth/web'),
      true,
    );
    assert.equal(isKeeping('dd bs=512 count=2048 of=/run/netns-topology/labs/planets/services/earth/web.log'), true);
    assert.equal(isKeeping('dd bs=512 count=2048 of=/srv/copy.log'), false);
    assert.equal(isKeeping('python3 -m http.server'), false);
    assert.equal(isKeeping('sh /run/netns-topology/labs/mine.sh'), false);
  });
});
