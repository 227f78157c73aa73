import assert from 'node:assert/strict';
import { lineOfRule, listingCommand } from '../../../src/trace/rule-listing';
import { planetsHost } from '../graph/hosts';

describe('the listing of a rule’s chain', () => {
  const nft = { engine: 'nftables', family: 'inet', table: 'filter', chain: 'forward' } as const;
  const iptables = { engine: 'iptables', family: 'ip', table: 'filter', chain: 'FORWARD' } as const;
  const nftListing = [
    'table inet filter {',
    '\tchain forward { # handle 1',
    '\t\ttype filter hook forward priority filter; policy drop;',
    '\t\tip saddr 10.0.0.1 accept # handle 11',
    '\t\tip saddr 10.0.0.2 drop # handle 1',
    '\t}',
    '}',
  ].join('\n');
  const iptablesListing = ['-P FORWARD DROP', '-A FORWARD -i a -j ACCEPT', '-A FORWARD -i b -j DROP'].join('\n');

  it('is asked of the tool that the rule is in', () => {
    const snapshot = { ...planetsHost(), tools: { iptables: 'iptables v1.8.9 (nf_tables)' } };
    assert.equal(listingCommand(nft, snapshot).join(' '), 'nft -a list chain inet filter forward');
    assert.equal(listingCommand(iptables, snapshot).join(' '), 'iptables -t filter -S FORWARD');
    assert.equal(
      listingCommand({ ...iptables, family: 'ip6', backend: 'legacy' }, snapshot).join(' '),
      'ip6tables-legacy -t filter -S FORWARD',
    );
  });

  it('has the rule at its handle or its number, and the policy where that is meant', () => {
    const line = (listing: string, at: number): string => listing.split('\n')[at] ?? '';
    assert.match(line(nftListing, lineOfRule({ ...nft, handle: 1, position: 2 }, nftListing)), /10\.0\.0\.2 drop/);
    assert.match(line(nftListing, lineOfRule(nft, nftListing)), /policy drop/);
    assert.equal(lineOfRule({ ...nft, handle: 99, position: 1 }, nftListing), 0, 'gone meanwhile');
    assert.match(line(iptablesListing, lineOfRule({ ...iptables, position: 2 }, iptablesListing)), /-i b -j DROP/);
    assert.equal(lineOfRule(iptables, iptablesListing), 0);
    assert.equal(lineOfRule({ ...iptables, position: 9 }, iptablesListing), 0, 'gone meanwhile');
  });
});
