import assert from 'node:assert/strict';
import { readingScript } from '../../../src/host/reading-script';
import { splitSections } from '../../../src/host/sections';
import { sysctlPath } from '../../../src/host/sysctl-names';
import { readWatchLine } from '../../../src/host/watch-script';

describe('sections of a reading', () => {
  it('come apart at the boundary only, however the data look', () => {
    const output =
      'a login banner\n\n@b0undary1 one\n@b0undary2 two\nname with @b0undary1 inside\n\n@b0undary1 two 3\n\n@b0undary1 end\n';
    const sections = splitSections(output, 'b0undary1');
    assert.equal(sections.get('one'), '@b0undary2 two\nname with @b0undary1 inside\n');
    assert.equal(sections.get('two 3'), '');
    assert.equal(sections.get('two'), undefined);
  });

  it('are refused without an end', () => {
    assert.throws(() => splitSections('\n@b0undary1 one\n', 'b0undary1'), /ended in the middle/);
  });

  it('need a boundary that is safe in a script', () => {
    assert.throws(() => readingScript({ boundary: "x'; reboot", sysctls: [] }), /boundary/);
  });
});

describe('sysctl names', () => {
  it('become paths as in sysctl(8)', () => {
    assert.equal(sysctlPath('net.ipv4.ip_forward'), 'net/ipv4/ip_forward');
    assert.equal(sysctlPath('net.ipv4.conf.eth0/100.forwarding'), 'net/ipv4/conf/eth0.100/forwarding');
    assert.equal(sysctlPath('net/ipv4/conf/eth0.100/forwarding'), 'net/ipv4/conf/eth0.100/forwarding');
  });

  it('stay below /proc/sys/net', () => {
    for (const name of [
      'kernel.hostname',
      'net.//.//.kernel.hostname',
      'net/../kernel/hostname',
      'net..x',
      'net.a b',
      'net',
    ]) {
      assert.throws(() => sysctlPath(`${name}${name === 'net' ? '.' : ''}`), /not the name of a network sysctl/, name);
    }
  });
});

describe('lines of the watch', () => {
  it('are read, and others left alone', () => {
    assert.deepEqual(readWatchLine('changed'), { type: 'changed' });
    assert.deepEqual(readWatchLine('ready links'), { type: 'ready', part: 'links' });
    assert.deepEqual(readWatchLine('ended names no such file'), { type: 'ended', part: 'names', why: 'no such file' });
    assert.deepEqual(readWatchLine('without nftables'), { type: 'without', part: 'nftables', why: '' });
    for (const other of ['', 'ready', 'ready constructor', 'changed!', 'sh: not found'])
      assert.equal(readWatchLine(other), undefined);
  });
});
