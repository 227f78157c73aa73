import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Command } from '../../../src/base/command';
import type { ChainListing, ChainRule } from '../../../src/host/chain-reading';
import type { SwitchedOffRule } from '../../../src/host/model';
import { readSwitchedOff } from '../../../src/host/switched-off';
import { planSwitchOff, planSwitchOn } from '../../../src/plan/nat-switch';

type Engine = ChainListing['engine'];

/** A chain that does what our commands say, and keeps the records that they write. */
class SimulatedChain {
  rules: ChainRule[];
  readonly records = new Map<string, SwitchedOffRule>();
  private handles = 100;
  private time = 0;

  constructor(
    private readonly engine: Engine,
    texts: readonly string[],
  ) {
    this.rules = texts.map((text, index) => ({
      text: this.words(text),
      packets: index,
      bytes: index * 84,
      ...this.handle(),
    }));
  }

  get listing(): ChainListing {
    const place = { table: 'nat', chain: 'POST', family: 'ip', engine: this.engine };
    const iptables = this.engine === 'iptables' ? { backend: 'nft' as const, program: 'iptables' } : {};
    return { ...place, ...iptables, rules: [...this.rules] };
  }

  words(text: string): string {
    return this.engine === 'iptables' ? `-A POST ${text}` : `${text} counter masquerade`;
  }

  off(text: string): void {
    const place = this.listing;
    const rule: SwitchedOffRule['rule'] = {
      kind: 'masquerade',
      engine: this.engine,
      table: 'nat',
      chain: 'POST',
      text: this.words(text),
      place: { family: 'ip', position: 1, ...(this.engine === 'iptables' ? { backend: 'nft' } : {}) },
    };
    const newId = (): string => (++this.handles).toString(16).padStart(8, '0');
    const steps = planSwitchOff([this.listing], [{ place, namespaceId: '1', rule }], [...this.records.values()], newId);
    for (const step of steps) for (const command of step.run) this.execute(command);
  }

  on(text: string): void {
    const place = this.listing;
    const record = [...this.records.values()].find(({ rule }) => rule.text === this.words(text))!;
    for (const step of planSwitchOn([this.listing], [{ place, record }])) {
      for (const command of step.run) this.execute(command);
    }
  }

  private handle(): { handle?: number } {
    return this.engine === 'nftables' ? { handle: ++this.handles } : {};
  }

  private execute({ argv, stdin = '' }: Command): void {
    const line = argv.join(' ');
    const record = /printf '%s\\n' '(\{.*\})'; \} >\S*\/([0-9a-f]+)\.json/.exec(stdin);
    if (record !== null) {
      const since = `2026-01-01T00:00:${String(++this.time).padStart(2, '0')}Z`;
      const [read] = readSwitchedOff([`root ${since}\n${record[1]!}`], [{ id: '1', nat: [] }]);
      this.records.set(record[2]!, read!);
    } else if (stdin.startsWith('rm -f ')) {
      this.records.delete(/([0-9a-f]+)\.json/.exec(stdin)![1]!);
    } else if (argv[0] === 'nft' && argv[1] === 'delete') {
      this.rules = this.rules.filter(({ handle }) => handle !== Number(argv.at(-1)));
    } else if (argv[0] === 'nft') {
      const match =
        /^(insert|add) rule ip nat POST (?:index (\d+) )?(.*) counter packets (\d+) bytes (\d+) masquerade\n$/.exec(
          stdin,
        );
      const [, verb, index, text = '', packets, bytes] = match!;
      const at = verb === 'insert' ? 0 : Number(index) + 1;
      this.rules.splice(at, 0, {
        text: this.words(text),
        packets: Number(packets),
        bytes: Number(bytes),
        ...this.handle(),
      });
    } else {
      const match = /^iptables -w 5 -t nat (?:-D POST (.*)|-I POST (\d+) (.*) -c (\d+) (\d+))$/.exec(line);
      const [, gone, place, text = '', packets, bytes] = match!;
      if (gone !== undefined)
        this.rules.splice(
          this.rules.findIndex((rule) => rule.text === this.words(gone)),
          1,
        );
      else {
        const rule = { text: this.words(text), packets: Number(packets), bytes: Number(bytes) };
        this.rules.splice(Number(place) - 1, 0, rule);
      }
    }
  }
}

describe('rules that are switched off and on', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const withoutHandles = (rules: readonly ChainRule[]): object[] =>
    rules.map(({ text, packets, bytes }) => ({ text, packets, bytes }));

  for (const engine of ['iptables', 'nftables'] as const) {
    it(`stand where they stood, with what they had counted, in whichever order they were switched (${engine})`, () => {
      fc.assert(
        fc.property(
          fc.array(fc.constantFrom(...names), { maxLength: 20 }),
          fc.shuffledSubarray(names, { minLength: 6 }),
          (toggled, rest) => {
            const chain = new SimulatedChain(engine, names);
            const before = withoutHandles(chain.rules);
            const isOff = new Set<string>();
            for (const name of toggled) {
              if (isOff.delete(name)) chain.on(name);
              else {
                isOff.add(name);
                chain.off(name);
              }
            }
            assert.equal(chain.rules.length, names.length - isOff.size);
            for (const name of rest) if (isOff.has(name)) chain.on(name);
            assert.deepEqual(withoutHandles(chain.rules), before);
            assert.equal(chain.records.size, 0);
          },
        ),
        { numRuns: 200 },
      );
    });
  }

  it('find their place among rules that came meanwhile', () => {
    const chain = new SimulatedChain('iptables', ['a', 'b', 'c']);
    chain.off('b');
    chain.rules.unshift({ text: '-A POST new' });
    chain.on('b');
    assert.deepEqual(
      chain.rules.map(({ text }) => text),
      ['-A POST new', '-A POST a', '-A POST b', '-A POST c'],
    );
  });

  it('are refused when they are gone', () => {
    const chain = new SimulatedChain('iptables', ['a']);
    assert.throws(() => chain.off('b'), /not in POST any more/);
  });
});

describe('records of rules that were switched off', () => {
  const record = {
    version: 1,
    id: '0123456789abcdef',
    namespaceId: '7',
    before: ['-A P x', 'two\nlines'],
    rule: {
      kind: 'dnat',
      engine: 'iptables',
      table: 'nat',
      chain: 'P',
      text: '-A P -j DNAT',
      place: { family: 'ip', position: 1, backend: 'nft' },
    },
  };
  const read = (value: unknown, head = 'ops 2026-11-23T18:00:00Z'): SwitchedOffRule[] =>
    readSwitchedOff([`${head}\n${JSON.stringify(value)}\n`], [{ id: '7', nat: [] }]);

  it('are believed only as far as they make sense', () => {
    const [good] = read(record);
    assert.deepEqual([good?.by, good?.since, good?.before], ['ops', '2026-11-23T18:00:00Z', ['-A P x']]);
    const bad: unknown[] = [
      { ...record, version: 2 },
      { ...record, id: '../../etc/passwd' },
      { ...record, namespaceId: '8' },
      { ...record, rule: { ...record.rule, text: 'a\nflush ruleset' } },
      { ...record, rule: { ...record.rule, kind: 'drop' } },
      { ...record, rule: { ...record.rule, place: undefined } },
      null,
    ];
    for (const one of bad) assert.deepEqual(read(one), [], JSON.stringify(one));
    assert.deepEqual(read(record, 'ops; rm yesterday'), []);
    assert.deepEqual(readSwitchedOff(['', 'x', 'ops 2026-11-23T18:00:00Z\n{'], [{ id: '7', nat: [] }]), []);
  });
});
