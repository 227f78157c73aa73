import assert from 'node:assert/strict';
import type { AskedTrace } from '../../../src/lab/trace/question';
import { describeTrace } from '../../../src/trace/describe';
import { probeKernel } from '../../lab-host';
import { checkLab, traceOn } from './cause-bench';
import { arpLabs } from './cause-labs/arp';
import { cableLabs } from './cause-labs/cables';
import { filterLabs } from './cause-labs/filters';
import { neighbourDiscoveryLabs } from './cause-labs/neighbour-discovery';
import { notKnownLabs } from './cause-labs/not-known';
import { openVswitchLabs } from './cause-labs/open-vswitch';
import { pairLabs } from './cause-labs/pairs';
import { routeLabs } from './cause-labs/routes';
import { serviceLabs } from './cause-labs/services';
import { Ahead, LabPool } from './lab-pool';
import { type } from '../observed-lab';
import { makeWorld, startNameServer, withoutProgram } from './world';

const hosts = 4;

/** Every cause that a trace knows is made on a real host, found there, and mended by the trace's own fix. */
describe('the causes of a trace', function () {
  this.timeout(180_000);
  const pool = new LabPool(hosts);

  after(() => pool.stop());

  const sound: readonly AskedTrace[] = [
    { from: 'earth', to: 'neptune' },
    { from: 'earth', to: '8.8.8.8' },
    { from: 'earth', to: 'mars' },
    { from: 'mars', to: '8.8.8.8' },
    { from: 'mars', to: '198.51.100.2:8080' },
    { from: 'neptune', to: 'earth:8000' },
    { from: 'mars', to: 'earth', protocol: 'udp', port: 5353 },
    { from: 'host', to: 'earth' },
    { from: 'host', to: 'mars' },
    { from: 'host', to: 'http://10.10.0.10:8000/' },
    { from: 'earth', to: 'http://8.8.8.8/' },
    { from: 'earth', to: '10.10.0.10:8000' },
    { from: 'earth', to: '10.10.0.1' },
    { from: 'earth', to: 'fd00:10::20' },
    { from: 'earth', to: 'fd00:30::2' },
    { from: 'mars', to: '[fd00:10::10]:8000' },
    { from: 'earth', to: '127.0.0.1:8001' },
    { from: 'earth', to: 'neptune', size: 1500 },
  ];

  it('are not claimed where all is well', async () => {
    const reports = await pool.run(async ({ lab, transport }) => {
      await makeWorld(lab);
      const found = [];
      for (const asked of sound) found.push(await traceOn(transport, asked));
      return found;
    });
    for (const report of reports) {
      assert.equal(report.reached, 'yes', describeTrace(report));
      const { causes, remarks, notes, differences } = report;
      assert.deepEqual([causes, remarks, notes, differences], [[], [], [], []], describeTrace(report));
      assert.notDeepEqual(report.lesson, []);
    }
  });

  it('are of the address that the source itself finds for a name: in its own hosts file, or by its own name server', async () => {
    await pool.run(async ({ lab, transport }) => {
      await makeWorld(lab);
      await startNameServer(lab);
      const byFile = await traceOn(transport, { from: 'earth', to: 'planet.example' });
      assert.deepEqual([byFile.question.destination, byFile.reached], ['10.10.0.20', 'yes'], describeTrace(byFile));
      const byServer = await traceOn(transport, { from: 'earth', to: 'http://mars.example/' });
      assert.equal(byServer.question.destination, '10.30.0.2');
      assert.deepEqual(
        byServer.causes.map(({ id }) => id),
        ['nobody-listens'],
        describeTrace(byServer),
      );
      // The host itself knows neither.
      for (const asked of [
        { from: 'host', to: 'planet.example' },
        { from: 'earth', to: 'nobody.example' },
      ])
        await assert.rejects(traceOn(transport, asked), {
          reason: 'unsupported',
          message: /looking the name up found no address/,
        });
      await type(lab, ['rm -r /etc/netns/earth']);
    });
  });

  it('are not guessed where the rules cannot be read: what is missing is said', async () => {
    await pool.run(async ({ lab, transport }) => {
      await makeWorld(lab);
      await type(lab, [
        "nft 'add table inet lab; add chain inet lab f { type filter hook forward priority 0; }; add rule inet lab f ip daddr 8.8.8.8 drop'",
      ]);
      const report = await traceOn(withoutProgram(transport, 'nft'), { from: 'earth', to: '8.8.8.8' });
      const shown = describeTrace(report);
      assert.deepEqual([report.reached, report.causes, report.differences], ['no', [], []], shown);
      assert.match(report.verdict, /the cause was not found. It was last seen at host:planet-br/, shown);
      assert.match(report.notes.join('\n'), /^Ruled out: .*route look-ups/, shown);
      assert.match(report.notes.join('\n'), /Not read in host: nftables: the host has no nft/, shown);
    });
  });

  const groups = {
    'cables and bridges': cableLabs,
    'addresses and routes': routeLabs,
    'the packet filter and NAT': filterLabs,
    'ARP and the packet filter': arpLabs,
    'neighbour discovery and the packet filter': neighbourDiscoveryLabs,
    'Open vSwitch': openVswitchLabs,
    services: serviceLabs,
    'two at once': pairLabs,
    'a cause that is not known': notKnownLabs,
  };
  const labs = Object.values(groups).flat();
  const checks = new Ahead(
    labs.map((one) => async (): Promise<'done' | 'lacking'> => {
      if (one.needs !== undefined && !(await probeKernel())[one.needs]) return 'lacking';
      await pool.run((host) => checkLab(host, one));
      return 'done';
    }),
    hosts,
  );
  for (const [title, own] of Object.entries(groups)) {
    describe(title, () => {
      for (const one of own) {
        it(one.name, async function () {
          if ((await checks.result(labs.indexOf(one))) === 'lacking') this.skip();
        });
      }
    });
  }
});
