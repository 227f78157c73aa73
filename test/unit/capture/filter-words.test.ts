import assert from 'node:assert/strict';
import { completeFilter, type FilterNames } from '../../../src/capture/filter-words';
import { filterNames } from '../../../src/lab/capture/filter-names';
import { hostOfExamples } from '../actions/example-host';

describe('the completion of a capture filter', () => {
  const names: FilterNames = filterNames(hostOfExamples());
  const next = (text: string): string[] => completeFilter(text, names).map((word) => word.text);

  it('begins with protocols and primitives', () => {
    const words = next('');
    for (const word of ['icmp', 'host', 'tcp port', 'not']) assert.ok(words.includes(word), word);
  });

  it('completes the word that is being typed, and keeps what stands before it', () => {
    assert.ok(next('tcp po').includes('tcp port'));
    assert.ok(next('src po').includes('src port'));
    assert.ok(next('src 10.10').includes('src 10.10.0.10'));
    assert.ok(next('icmp and ho').includes('icmp and host'));
  });

  it('knows the addresses, networks and ports of the host', () => {
    assert.ok(next('host ').includes('host 10.10.0.10'), next('host ').join());
    assert.ok(next('host 10.10').includes('host 10.10.0.10'));
    assert.ok(next('net ').includes('net 10.10.0.0/16'), next('net ').join());
    assert.ok(next('tcp port ').includes('tcp port 8000'));
  });

  it('says what joins two primitives, and never repeats what stands there', () => {
    const words = next('icmp ');
    assert.ok(words.includes('icmp and'), words.join());
    assert.ok(words.includes('icmp or'));
    for (const text of ['icmp', 'icmp ', 'host 10.10.0.10 ']) assert.ok(!next(text).includes(text), text);
  });
});
