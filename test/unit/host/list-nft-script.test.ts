import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listNftFunction } from '../../../src/host/list-nft-script';

/** What an nft prints, by its arguments. */
type Printed = Readonly<Record<string, string>>;

const meta = (version: string): string => `{"metainfo": {"version": "${version}", "json_schema_version": 1}}`;
const ruleset = (...items: readonly string[]): string => `{"nftables": [${items.join(', ')}]}`;
const nat = '{"table": {"family": "ip", "name": "nat", "handle": 2}}';
const rule = '{"rule": {"family": "ip", "table": "nat", "chain": "c", "handle": 2, "expr": [{"masquerade": null}]}}';
const ours = '{"table": {"family": "inet", "name": "netns-topology.trace-1", "handle": 1, "flags": "nat"}}';

describe('Listing an nftables ruleset as JSON', () => {
  it('takes what nft prints, where nothing of it is chance', () => {
    const printed = ruleset(meta('1.0.6'), nat, rule);
    assert.deepEqual(list({ '-j -t list ruleset': printed }), { code: 0, shown: JSON.parse(printed) as unknown });
    const later = ruleset(meta('1.0.9'), ours, nat, rule);
    assert.deepEqual(list({ '-j -t list ruleset': later }), { code: 0, shown: JSON.parse(later) as unknown });
  });

  for (const [what, garbled] of [
    ['garbled', ruleset(meta('1.0.6'), ours, nat).replace('"nat"}}', '"\u0001')],
    ['nothing at all', ''],
  ] as const) {
    it(`lists each table by itself where a table with flags makes ${what} of it, and leaves out ours`, () => {
      const found = list({
        '-j -t list ruleset': garbled,
        'list tables': 'table inet netns-topology.trace-1\ntable ip nat\ntable ip6 other',
        '-j -t list table ip nat': ruleset(meta('1.0.6'), nat, rule),
        '-j -t list table ip6 other': ruleset(meta('1.0.6')),
      });
      const items = [meta('1.0.6'), nat, rule, meta('1.0.6')].map((item) => JSON.parse(item) as unknown);
      assert.deepEqual(found, { code: 0, shown: { nftables: items } });
    });
  }

  it('is a failure, and no empty ruleset, where a table cannot be listed', () => {
    const found = list({ '-j -t list ruleset': '', 'list tables': 'table ip nat' });
    assert.deepEqual(found, { code: 1, shown: undefined });
  });

  it('is a failure where nft fails', () => {
    assert.deepEqual(list({}), { code: 1, shown: undefined });
  });
});

/** Runs the function with an nft that prints so, and fails for all else. */
function list(printed: Printed): { readonly code: number | null; readonly shown: unknown } {
  const folder = mkdtempSync(path.join(tmpdir(), 'netns-nft-'));
  try {
    const names = Object.entries(printed).map(([args, text], index) => {
      writeFileSync(path.join(folder, `printed-${index}`), text);
      return `'${args}') cat '${folder}/printed-${index}' ;;`;
    });
    const nft = `#!/bin/sh\ncase "$*" in\n${names.join('\n')}\n*) exit 1 ;;\nesac\n`;
    writeFileSync(path.join(folder, 'nft'), nft, { mode: 0o755 });
    const { status, stdout } = spawnSync('sh', ['-c', `${listNftFunction}\nlist_nft -t`], {
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    });
    return { code: status, shown: stdout === '' ? undefined : (JSON.parse(stdout) as unknown) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
