import assert from 'node:assert/strict';
import type { FromTrace, ToTrace, TraceReportView, TraceStopView, TraceView } from '../../../src/protocol/trace';
import type { GraphTestPage } from './graph-browser';
import { dark, highContrast, highContrastLight, light, type TestTheme } from './themes';
import { pictures, useGraphBrowser } from './use-graph-browser';

const stop = (number: number, place: string, changes: Partial<TraceStopView> = {}): TraceStopView => ({
  number,
  direction: 'out',
  place,
  state: 'seen',
  isEnd: false,
  isInGraph: true,
  isInFile: false,
  decisions: [{ text: `It leaves ${place}` }],
  sightings: [],
  isWatched: true,
  isInTree: true,
  packets: 2,
  ...changes,
});

const stuck: TraceReportView = {
  outcome: 'ended',
  verdict:
    'earth does not reach 8.8.8.8: IPv4 forwarding is off in host: it takes packets for itself only, and passes none on. Another one is behind it.',
  probe: 'The probe was sent, and no answer came.',
  causes: [
    {
      text: 'IPv4 forwarding is off in host: it takes packets for itself only, and passes none on.',
      place: 'host',
      isLikely: false,
      evidence: [
        'net.ipv4.ip_forward = 0',
        'the packet was last seen coming in by host:planet-br (10.10.0.10 → 8.8.8.8)',
      ],
      stop: 4,
      fix: {
        title: 'Set net.ipv4.ip_forward to 1 in host',
        commands: ['sysctl -w net.ipv4.ip_forward=1'],
        file: { text: 'forwarding for host', yaml: 'host: { forwarding: true }', name: 'planets.netns.yaml' },
      },
    },
    {
      text: 'The packet leaves host:eth0 with the private address 10.10.0.10, to which nobody outside knows a way back: NAT is missing.',
      place: 'host:eth0',
      isLikely: true,
      evidence: ['no NAT rule at postrouting in host takes packets from 10.10.0.10'],
      stop: 5,
      fix: {
        title: 'Hide 10.10.0.0/16 behind host (masquerade)',
        commands: ["iptables -t nat -A POSTROUTING -s 10.10.0.0/16 '!' -o planet-br -j MASQUERADE"],
        file: {
          text: 'a NAT rule at the top',
          yaml: 'nat:\n  internet: { masquerade: 10.10.0.0/16, not-out: planet-br }',
        },
      },
    },
  ],
  stops: [
    stop(1, 'earth', {
      isInFile: true,
      isWatched: false,
      packets: 0,
      decisions: [
        {
          text: 'earth looks up 8.8.8.8',
          by: 'default via 10.10.0.1 dev earth-veth (asked: ip route get)',
          leadsTo: 'tree',
          file: 'planets.netns.yaml',
        },
        { text: 'earth sends 10.10.0.10 → 8.8.8.8 (icmp)' },
      ],
    }),
    stop(2, 'earth-veth of earth', { sightings: ['packet went out after 0 ms: 10.10.0.10 → 8.8.8.8'], isInFile: true }),
    stop(3, 'earth-br-veth of host', { sightings: ['packet came in after 0.012 ms: 10.10.0.10 → 8.8.8.8'] }),
    stop(4, 'planet-br of host', {
      isEnd: true,
      sightings: ['packet came in after 0.012 ms: 10.10.0.10 → 8.8.8.8'],
      decisions: [
        { text: 'It comes in by host:planet-br' },
        { text: 'host looks up 8.8.8.8', by: 'default via 198.51.100.1 dev eth0' },
        {
          text: 'It is dropped by the iptables chain filter FORWARD',
          by: '-A FORWARD -j DROP',
          leadsTo: 'rule',
          fact: 'nft monitor trace: rule 1, verdict drop',
        },
      ],
    }),
    stop(5, 'eth0 of host', { state: 'beyond' }),
    stop(6, 'the outside', { state: 'beyond', isWatched: false }),
    stop(7, 'the outside', { direction: 'back', state: 'beyond', isWatched: false }),
    stop(8, 'eth0 of host', { direction: 'back', state: 'beyond' }),
    stop(9, 'a-namespace-with-a-very-long-name-of-its-own-that-does-not-end', { direction: 'back', state: 'beyond' }),
  ],
  packets: [
    {
      time: '+0.000 ms',
      place: '← earth:earth-veth',
      text: 'IP 10.10.0.10 > 8.8.8.8: ICMP echo request, id 7, seq 1, length 64',
    },
    {
      time: '+0.012 ms',
      place: '→ host:planet-br',
      text: 'IP 10.10.0.10 > 8.8.8.8: ICMP echo request, id 7, seq 1, length 64',
    },
  ],
  lesson: [],
  differences: [{ text: 'By what was read host masquerades it; it was seen with its own address.', stop: 5 }],
  notes: ['Ruled out: interfaces and cables on the way (all up); 3 route look-ups; forwarding in host.'],
};

const reached: TraceReportView = {
  ...stuck,
  outcome: 'reached',
  verdict: 'earth reaches 8.8.8.8: the answer came after 0.358 ms.',
  probe: 'The probe was answered after 0.358 ms.',
  causes: [],
  stops: stuck.stops.map((one) => ({ ...one, state: 'seen' as const, isEnd: false })),
  lesson: [
    'earth sends the packet with its own address 10.10.0.10.',
    '8.8.8.8 is on none of its networks, so earth gives the packet to its gateway 10.10.0.1.',
    'SNAT changes its source to 198.51.100.2, to which those outside know the way back; answers are changed back.',
  ],
  notes: [],
};

const view = (changes: Partial<TraceView>): TraceView => ({
  question: 'earth → 8.8.8.8, ICMP',
  host: 'lab1',
  phase: 'done',
  at: 1_700_000_000_000,
  ...changes,
});

describe('The page of a trace', function () {
  this.timeout(120_000);
  const openPage = useGraphBrowser('the page of a trace');

  async function open(theme: TestTheme, shown: TraceView, size = { width: 760, height: 1100 }): Promise<GraphTestPage> {
    const trace = await openPage({ theme, viewport: size, page: 'trace' });
    await send(trace, shown);
    await trace.page.locator('h1').waitFor();
    return trace;
  }

  async function send(trace: GraphTestPage, shown: TraceView): Promise<void> {
    const message: ToTrace = { type: 'view', view: shown };
    await trace.send(message as never);
  }

  async function sent(trace: GraphTestPage): Promise<FromTrace[]> {
    return (await trace.sent()) as readonly unknown[] as FromTrace[];
  }

  for (const theme of [dark, light, highContrast, highContrastLight]) {
    it(`says where it is stuck, why, and what mends it, ${theme.name}`, async () => {
      const trace = await open(theme, view({ report: stuck }));
      await trace.page.screenshot({ path: `${pictures}/trace-stuck-${theme.name}.png` });
      assert.equal(await trace.page.locator('h1').innerText(), stuck.verdict);
      assert.equal(
        await trace.page.locator('li.end .place').getAttribute('aria-label'),
        'Stop 4: planet-br of host, here it ended',
      );
    });
  }

  it('teaches by a trace that succeeds, also where it is narrow', async () => {
    const trace = await open(light, view({ report: reached, applied: 'Hide 10.10.0.0/16 behind host (masquerade)' }), {
      width: 460,
      height: 900,
    });
    await trace.page.screenshot({ path: `${pictures}/trace-reached.png` });
    assert.match(await trace.page.locator('.lesson').innerText(), /SNAT changes its source/);
    await trace.page.getByRole('button', { name: 'Undo' }).click();
    assert.deepEqual((await sent(trace)).at(-1), { type: 'command', command: 'undo' });
  });

  it('offers each fix, and only that of a report of now', async () => {
    const trace = await open(dark, view({ report: stuck }));
    const { page } = trace;
    await page.getByRole('button', { name: 'Apply Fix' }).first().click();
    await page.getByRole('button', { name: 'Copy Commands' }).nth(1).click();
    await page.getByRole('button', { name: 'Change planets.netns.yaml' }).click();
    assert.deepEqual(
      (await sent(trace)).filter(({ type }) => type === 'fix'),
      [
        { type: 'fix', command: 'apply', cause: 0 },
        { type: 'fix', command: 'copy', cause: 1 },
        { type: 'fix', command: 'file', cause: 0 },
      ],
    );
    await send(trace, view({ report: stuck, phase: 'running' }));
    await page.locator('main[aria-busy=true]').waitFor();
    assert.equal(await page.locator('vscode-button[disabled]', { hasText: 'Apply Fix' }).count(), 2);
    await page.screenshot({ path: `${pictures}/trace-running.png` });
  });

  it('says where only the file mends it, and where the file only has to be applied', async () => {
    const [forwarding] = stuck.causes;
    assert.ok(forwarding?.fix?.file);
    const { file } = forwarding.fix;
    const service = {
      text: 'What serves tcp port 8000 in earth listens on 127.0.0.1 only, which nobody outside of earth reaches.',
      place: 'earth',
      isLikely: false,
      evidence: ['ss -ln: tcp 127.0.0.1:8000'],
      fix: {
        title: 'Let the service listen on 10.10.0.10',
        commands: [],
        file: {
          text: 'let the service listen on 10.10.0.10',
          yaml: 'command: … 10.10.0.10 …',
          name: 'planets.netns.yaml',
        },
      },
    };
    const applied = { ...forwarding, fix: { ...forwarding.fix, file: { ...file, isSo: true } } };
    const long = `${'very-long-namespace-name-'.repeat(3)}of ${'x'.repeat(40)}`;
    const stops = stuck.stops.map((one) => (one.isEnd ? { ...one, place: long } : one));
    const trace = await open(dark, view({ report: { ...stuck, causes: [service, applied], stops } }), {
      width: 460,
      height: 1900,
    });
    const { page } = trace;
    await page.screenshot({ path: `${pictures}/trace-files.png` });
    // What stands beside a long name stays on its line.
    const heights = await page
      .locator('li.end .end-mark, li.end .link')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
    assert.ok(heights.length > 1 && heights.every((height) => height < 24), heights.join());
    assert.equal(await page.getByRole('button', { name: 'Apply Fix' }).count(), 1);
    await page.getByText('planets.netns.yaml says so already').waitFor();
    await page.getByRole('button', { name: 'Change planets.netns.yaml' }).click();
    assert.deepEqual((await sent(trace)).at(-1), { type: 'fix', command: 'file', cause: 0 });
  });

  it('is walked by the keyboard, and leads to the graph and the file', async () => {
    const trace = await open(dark, view({ report: stuck }));
    const { page } = trace;
    await page.locator('.differences').getByRole('button', { name: 'stop 5' }).click();
    assert.match(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? ''), /^Stop 5/);
    await page.getByRole('button', { name: 'stop 4' }).first().click();
    assert.match(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? ''), /^Stop 4/);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Show in File' }).first().click();
    assert.deepEqual(
      (await sent(trace)).filter(({ type }) => type === 'stop'),
      [
        { type: 'stop', command: 'graph', stop: 2 },
        { type: 'stop', command: 'file', stop: 1 },
      ],
    );
    // A new report keeps the keyboard where it was.
    await page.getByRole('button', { name: 'stop 4' }).first().click();
    await send(trace, view({ report: { ...stuck, probe: 'again' } }));
    await page.getByText('again').waitFor();
    assert.match(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? ''), /^Stop 4/);
  });

  it('leads from each stop to its row in the tree and its packets, from what decided to its row, rule and file', async () => {
    const trace = await open(dark, view({ report: stuck }));
    const { page } = trace;
    await page.getByRole('button', { name: 'Reveal in Tree' }).first().click();
    await page.getByRole('button', { name: '2 packets' }).first().click();
    await page.getByRole('button', { name: /^default via 10\.10\.0\.1/ }).click();
    await page.getByRole('button', { name: 'Show what decided in planets.netns.yaml' }).click();
    await page.getByRole('button', { name: '-A FORWARD -j DROP' }).click();
    assert.match(await page.locator('li.end .fact').innerText(), /nft monitor trace: rule 1, verdict drop/);
    await page.getByText('Packets (2)').click();
    await page.screenshot({ path: `${pictures}/trace-links.png` });
    await page.getByRole('button', { name: 'Open in the Packets’ View' }).click();
    await page.getByRole('button', { name: 'Save as pcapng…' }).click();
    assert.deepEqual((await sent(trace)).slice(1), [
      { type: 'stop', command: 'tree', stop: 1 },
      { type: 'stop', command: 'packets', stop: 2 },
      { type: 'decision', command: 'tree', stop: 1, decision: 0 },
      { type: 'decision', command: 'file', stop: 1, decision: 0 },
      { type: 'decision', command: 'rule', stop: 4, decision: 2 },
      { type: 'command', command: 'packets' },
      { type: 'command', command: 'savePackets' },
    ]);
  });

  it('says why there is no report, and tells those who do not see it', async () => {
    const trace = await open(dark, view({ phase: 'running' }));
    assert.equal(await trace.page.getByRole('status').innerText(), 'Tracing earth → 8.8.8.8, ICMP');
    const error = {
      message: 'The trace on lab1 ended with code 127.',
      hostSaid: '<b>nsenter</b>: not found',
      advice: 'Try again.',
    };
    await send(trace, view({ phase: 'failed', error }));
    await trace.page.locator('.problem').waitFor();
    await trace.page.screenshot({ path: `${pictures}/trace-failed.png` });
    assert.match(await trace.page.locator('.problem pre').innerText(), /<b>nsenter<\/b>: not found/);
    assert.equal(await trace.page.getByRole('status').innerText(), error.message);
    await trace.page.getByRole('button', { name: 'Trace Again' }).click();
    assert.deepEqual((await sent(trace)).at(-1), { type: 'command', command: 'again' });
  });

  it('shows after a reload what it showed before, and asks for nothing by itself', async () => {
    const trace = await open(dark, view({ phase: 'kept', report: stuck }));
    assert.match(await trace.page.locator('.facts').innerText(), /from before the window was reloaded/);
    assert.equal(await trace.page.locator('.place[title]').count(), 0);
    assert.deepEqual(
      (await sent(trace)).map(({ type }) => type),
      ['ready'],
    );
  });
});
