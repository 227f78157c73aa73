import assert from 'node:assert/strict';
import path from 'node:path';
import { readFileSync } from 'node:fs';
import type { HostSnapshot } from '../../../src/host/model';
import { hostFacts, issueReport } from '../../../src/vscode/report/issue-report';
import { assertGoldenFile } from '../../fixtures/golden';

const snapshot = JSON.parse(
  readFileSync(path.resolve(__dirname, '../../fixtures/host/planets.snapshot.json'), 'utf8'),
) as HostSnapshot;

describe('a report of an issue', () => {
  const versions = { 'Netns Topology': '0.1.0', 'Visual Studio Code': '1.95.0' };

  it('is this', () => {
    const text = issueReport({
      versions,
      settings: { 'netns.graph.layout': 'force' },
      hostKinds: ['ssh', 'alias'],
      host: {
        kernel: '6.12.1',
        privilege: 'root',
        tools: { ip: 'ip utility, iproute2-6.1.0', tcpdump: '' },
        missingKinds: ['dummy'],
        openvswitch: false,
        counts: { namespaces: 3, interfaces: 10 },
        unread: ['nft: `not` permitted'],
      },
      errors: ['Cannot connect to lab1\n```\nThe host said: ```` no'],
    });
    assertGoldenFile(path.join(__dirname, 'golden/issue-report.md'), text);
  });

  it('names nothing of a host but its kernel, its tools and numbers', () => {
    const text = issueReport({ versions, host: hostFacts(snapshot, 'root') });
    const names = snapshot.namespaces.flatMap(({ name, links }) => [
      name ?? snapshot.hostname,
      ...links.map((link) => link.name),
    ]);
    assert.ok(names.length > 5);
    for (const name of names.filter((one) => one !== 'lo')) assert.ok(!text.includes(name), name);
    assert.doesNotMatch(text, /\d+\.\d+\.\d+\.\d+(?!\S)/);
  });
});
