import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readFdb, readNeighbours } from '../../../src/host/read-neighbours';
import { readAgentSockets, readSocketOwners, readSsSockets } from '../../../src/host/read-sockets';

describe('what comes and goes by itself', () => {
  it('has neighbours in a state that lasts, and none that need no resolving', () => {
    const shown = [
      { dst: '10.0.0.9', dev: 'eth0', state: ['FAILED'] },
      { dst: '10.0.0.2', dev: 'eth0', lladdr: '02:00:00:00:00:02', state: ['DELAY'] },
      { dst: 'ff02::1', dev: 'eth0', lladdr: '33:33:00:00:00:01', state: ['NOARP'] },
      { dst: 'fe80::1', dev: 'eth0', lladdr: '02:00:00:00:00:01', router: null, state: ['STALE'] },
    ];
    assert.deepEqual(
      readNeighbours(shown).map(({ family, address, state }) => [family, address, state].join(' ')),
      ['inet 10.0.0.2 resolved', 'inet 10.0.0.9 failed', 'inet6 fe80::1 resolved'],
    );
  });

  it('has what bridges learned, without the addresses of their own ports', () => {
    const shown = [
      { mac: '33:33:00:00:00:01', ifname: 'p1', flags: ['self'], state: 'permanent' },
      { mac: '02:00:00:00:00:0a', ifname: 'p1', master: 'br0', state: 'permanent' },
      { mac: '02:00:00:00:00:01', ifname: 'p1', vlan: 7, master: 'br0', state: '' },
      { mac: '02:00:00:00:00:01', ifname: 'p1', vlan: 7, master: 'br0', state: 'stale' },
      { mac: '00:00:00:00:00:00', ifname: 'vx0', dst: '198.18.0.9', flags: ['self'], state: 'permanent' },
    ];
    assert.deepEqual(readFdb(shown), [
      { mac: '02:00:00:00:00:01', dev: 'p1', vlan: 7 },
      { mac: '00:00:00:00:00:00', dev: 'vx0', to: '198.18.0.9', isStatic: true },
    ]);
  });

  it('has sockets as ss lists them, each once, with the first of its processes', () => {
    const owners = readSocketOwners(
      [
        '/proc/20/fd:',
        'lrwx------ 1 0 0 64 Nov 28 12:00 3 -> socket:[551]',
        '/proc/3/fd:',
        'lrwx------ 1 0 0 64 Nov 28 12:00 7 -> socket:[552]',
      ],
      ['3 nginx', '20 nginx: worker'],
    );
    const sockets = readSsSockets(
      [
        'tcp   LISTEN 0      511          0.0.0.0:80         0.0.0.0:*    ino:551 sk:1 cgroup:/ <->',
        'tcp   LISTEN 0      511          0.0.0.0:80         0.0.0.0:*    ino:552 sk:2 cgroup:/ <->',
        'udp   UNCONN 0      0       127.0.0.53%lo:53        0.0.0.0:*    uid:101 ino:7 sk:3 <->',
        'tcp   LISTEN 0      128              [::]:22           [::]:*    ino:8 sk:4 v6only:1 <->',
        'udp   UNCONN 0      0      [fe80::1]%eth0:546          [::]:*    ino:9 sk:5 v6only:1 <->',
        'tcp   LISTEN 0      5                   *:8000            *:*    ino:10 sk:6 v6only:0 <->',
        'nonsense',
      ],
      owners,
    );
    assert.deepEqual(
      sockets.map(({ protocol, address, dev, port, process }) =>
        [protocol, address, dev, port, process?.pid, process?.program].filter((part) => part !== undefined).join(' '),
      ),
      ['tcp :: 22', 'tcp 0.0.0.0 80 3 nginx', 'tcp * 8000', 'udp 127.0.0.53 lo 53', 'udp fe80::1 eth0 546'],
    );
  });

  it('is read whatever a host says', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.string()), (shown, lines) => {
        readNeighbours(shown);
        readFdb(shown);
        readAgentSockets(shown);
        readSsSockets(lines, readSocketOwners(lines, lines));
      }),
    );
  });
});
