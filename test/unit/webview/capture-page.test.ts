import assert from 'node:assert/strict';
import { hexDump } from '../../../src/capture/hex-dump';
import type { Packet } from '../../../src/capture/packet';
import { PacketRing } from '../../../src/capture/packet-ring';
import { PacketTable } from '../../../src/capture/packet-table';
import { whereIn } from '../../../src/capture/row';
import type { CaptureStatus, FromCapture, ToCapture } from '../../../src/protocol/capture';
import { hex, ipv4, packet } from '../capture/packets';
import type { GraphTestPage } from './graph-browser';
import { dark, highContrast, highContrastLight, light, type TestTheme } from './themes';
import { pictures, useGraphBrowser } from './use-graph-browser';

const arp = hex('ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 0a0a000a 000000000000 0a0a0001');
const http = Buffer.from('GET /index.html HTTP/1.1\r\nHost: earth.lab\r\n').toString('hex');
const kinds: readonly Uint8Array[] = [
  arp,
  ipv4(17, '1000 0035 0025 0000 abcd 0100 0001 0000 0000 0000 05 6561727468 03 6c6162 00 001c 0001'),
  ipv4(6, 'd431 0050 00000064 00000000 5002 faf0 0000 0000'),
  ipv4(6, `d431 0050 00000065 00000001 5018 faf0 0000 0000 ${http}`),
  ipv4(6, '0050 d431 00000000 00000065 5014 0000 0000 0000', '08080808', '0a0a000a'),
  ipv4(1, '0800 0000 0017 0003'),
  ipv4(1, '0303 0000 00000000 4500 0020 0000 0000 4011 0000 0a0a0014 0a0a000a 1000 0035'),
  ipv4(17, '1000 2000 000a 0000 0102'),
];
const somePackets = (count: number, from = 0): Packet[] =>
  Array.from({ length: count }, (_, index) =>
    packet({
      time: 1_700_000_000_000_000 + (from + index) * 1234,
      point: (from + index) % 2,
      data: kinds[(from + index) % kinds.length] ?? arp,
    }),
  );
const status: CaptureStatus = {
  phase: 'running',
  title: 'earth, mars @ lab1',
  filter: 'not (host 198.51.100.9 and tcp port 22)',
  notes: [],
  failed: false,
  seen: 0,
  kept: 0,
  bytes: 0,
  dropped: 0,
  limits: 'keeps the newest 100,000 packets, up to 128 MB',
  paused: false,
  streaming: false,
  canRestart: true,
};

/** The extension's side of the page. */
class Desk {
  readonly ring = new PacketRing({ packets: 500, bytes: 10_000_000 });
  readonly table = new PacketTable(
    this.ring,
    whereIn([
      { namespace: 'earth', interface: 'earth-veth' },
      { namespace: 'a-namespace-with-a-long-name', interface: 'eth0' },
    ]),
  );

  constructor(readonly page: GraphTestPage) {}

  async send(message: ToCapture): Promise<void> {
    await this.page.send(message as never);
  }

  async sent<T extends FromCapture['type']>(type: T): Promise<Extract<FromCapture, { type: T }>[]> {
    const all = (await this.page.sent()) as readonly unknown[] as readonly FromCapture[];
    return all.filter((message): message is Extract<FromCapture, { type: T }> => message.type === type);
  }

  /** Shows the packets as they are now, as the newest `view` of the page asks. */
  async show(changes: Partial<CaptureStatus> = {}): Promise<void> {
    this.table.update(100_000);
    const { total: seen, size: kept, kept: bytes } = this.ring;
    await this.send({ type: 'status', status: { ...status, seen, kept, bytes, ...changes } });
    const view = (await this.sent('view')).at(-1) ?? { begin: 0, count: 60, follow: true };
    await this.send({ type: 'rows', ...this.table.part(view.follow ? undefined : view.begin, view.count) });
  }

  async numbers(): Promise<number[]> {
    return (await this.page.page.locator('.row .number').allTextContents()).map(Number);
  }

  async shows(number: number): Promise<void> {
    await this.page.until(`packet ${number} to be shown`, async () => (await this.numbers()).includes(number));
  }
}

describe('The packets’ page', function () {
  this.timeout(120_000);
  const openPage = useGraphBrowser('the packets’ page');

  async function open(theme: TestTheme = dark, viewport = { width: 1200, height: 700 }): Promise<Desk> {
    const desk = new Desk(await openPage({ theme, viewport, page: 'capture' }));
    await desk.page.until('what is on the screen', async () => (await desk.sent('view')).length > 0);
    return desk;
  }

  for (const theme of [dark, light, highContrast, highContrastLight]) {
    it(`shows packets, one of them with its details, ${theme.name}`, async () => {
      const desk = await open(theme);
      desk.ring.add(somePackets(60));
      await desk.show({ dropped: 3, notes: ['mars:eth0 is not captured any more: The namespace was deleted.'] });
      await desk.shows(60);
      const { page } = desk.page;
      await page.locator('.row', { hasText: 'GET /index.html' }).last().click();
      const [select] = await desk.sent('select');
      assert.ok(select);
      const chosen = desk.ring.get(select.number);
      assert.ok(chosen);
      const lines = [
        'Frame 1',
        'Ethernet II, Src: 02:00:00:00:00:01',
        '    Type: IPv4 (0x0800)',
        'Hypertext Transfer Protocol',
      ];
      const details = { number: select.number, hex: hexDump(chosen.data), lines, decoder: 'tshark' };
      await desk.send({ type: 'details', details });
      await page.getByText('Hypertext Transfer Protocol').waitFor();
      await page.screenshot({ path: `${pictures}/packets-${theme.name}.png` });
      assert.match(
        await page.locator('.status').innerText(),
        /Capturing.*60 packets.*3 lost by the host.*capture filter: not/s,
      );
      assert.match(await page.locator('.bytes').innerText(), /0030 .*GET \/index/s);
      assert.deepEqual(desk.page.complaints, []);
    });
  }

  it('says that it waits, and why it ended, also where it is narrow', async () => {
    const desk = await open(light, { width: 520, height: 600 });
    await desk.show();
    await desk.page.page.getByText('Waiting for packets…').waitFor();
    await desk.show({ phase: 'ended', failed: true, notes: ['The connection to lab1 was lost.'] });
    await desk.page.page.getByText('No packets to show.').waitFor();
    await desk.page.page.screenshot({ path: `${pictures}/packets-ended.png` });
    assert.equal(await desk.page.page.locator('.notes.failed').innerText(), 'The connection to lab1 was lost.');
    assert.deepEqual(desk.page.complaints, []);
  });

  it('follows the newest packets until it is scrolled, and stays with what is looked at', async () => {
    const desk = await open();
    desk.ring.add(somePackets(400));
    await desk.show();
    await desk.shows(400);
    const { page } = desk.page;
    await page.locator('.scroller').hover();
    await page.mouse.wheel(0, -3000);
    await desk.page.until('the page to ask for others', async () => (await desk.sent('view')).at(-1)?.follow === false);
    await desk.show();
    const before = await topRow(desk);
    desk.ring.add(somePackets(200, 400)); // 100 of the oldest go.
    await desk.show();
    await desk.page.until('the status', async () => (await page.locator('.status').innerText()).includes('500 kept'));
    await desk.show();
    assert.equal(await topRow(desk), before);
    await page.getByRole('button', { name: 'Follow the Newest Packets' }).click();
    await desk.page.until('following', async () => (await desk.sent('view')).at(-1)?.follow === true);
    await desk.show();
    await desk.shows(600);
  });

  it('is used by the keyboard alone, and says what is selected', async () => {
    const desk = await open();
    desk.ring.add(somePackets(100));
    await desk.show();
    await desk.shows(100);
    const { page } = desk.page;
    const grid = page.getByRole('grid');
    await grid.focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    assert.equal(await grid.getAttribute('aria-activedescendant'), 'packet-99');
    assert.equal(await page.locator('#packet-99').getAttribute('aria-rowindex'), '100');
    assert.equal(await grid.getAttribute('aria-rowcount'), '101');
    await page.keyboard.press('Home');
    await desk.page.until('the first rows', async () => (await desk.sent('view')).at(-1)?.begin === 0);
    await desk.show();
    await desk.page.until('the first', async () => (await grid.getAttribute('aria-activedescendant')) === 'packet-1');
    assert.deepEqual((await desk.sent('select')).map(({ number }) => number).slice(-1), [1]);
    await page.keyboard.press('Enter'); // Before the details are there: they get the keyboard when they come.
    await desk.send({ type: 'details', details: { number: 1, hex: hexDump(arp), lines: ['ARP'], decoder: 'tcpdump' } });
    const detailsHaveTheKeyboard = (): Promise<boolean> =>
      page.evaluate(() => document.activeElement?.className === 'lines');
    await desk.page.until('the details to have the keyboard', detailsHaveTheKeyboard);
    await page.keyboard.press('Escape');
    assert.equal(await detailsHaveTheKeyboard(), false);
    await page.keyboard.press('Enter');
    assert.equal(await detailsHaveTheKeyboard(), true);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+f');
    await page.keyboard.type('icmp');
    await desk.page.until('the search', async () => (await desk.sent('search')).at(-1)?.text === 'icmp');
    desk.table.search('icmp');
    await desk.show();
    await desk.page.until('the matches', async () => /24 shown/.test(await page.locator('.status').innerText()));
  });

  it('sends each button’s command, and only known ones', async () => {
    const desk = await open();
    await desk.show();
    const { page } = desk.page;
    for (const name of [
      'Pause the View',
      'Change the Capture Filter…',
      'Clear',
      'Save as pcapng…',
      'Open in Wireshark',
      'Stop',
    ]) {
      await page.getByRole('button', { name }).click();
    }
    assert.deepEqual(
      (await desk.sent('command')).map(({ command }) => command),
      ['pause', 'changeFilter', 'clear', 'save', 'wireshark', 'stop'],
    );
  });

  /** The number of the row at the top of what is seen. */
  async function topRow(desk: Desk): Promise<string | undefined> {
    return await desk.page.page.evaluate(() => {
      const top = document.querySelector('.scroller')?.getBoundingClientRect().top ?? 0;
      const rows = [...document.querySelectorAll<HTMLElement>('.row')];
      return rows.find((row) => row.getBoundingClientRect().bottom > top + 1)?.dataset['number'];
    });
  }
});
