import { CaptureSession } from '../../src/lab/capture/capture-session';
import { captureSources } from '../../src/lab/capture/sources';
import type { CaptureLimits } from '../../src/lab/capture/capture-limits';
import { observe } from '../../src/lab/observe';
import { rowOf } from '../../src/capture/row';
import type { CaptureRow } from '../../src/protocol/capture';
import type { Subject } from '../../src/protocol/subject';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { subject } from './actions-on-a-host';
import { until } from '../fixtures/ssh';

export const usualLimits: CaptureLimits = {
  snapLength: 262_144,
  keepPackets: 100_000,
  keepMegabytes: 64,
  stopAfterPackets: 0,
  stopAfterMegabytes: 0,
  stopAfterSeconds: 0,
};

/** Two namespaces on a bridge. */
export const planetsScript = [
  'ip link add br0 up type bridge && ip addr add 10.9.0.1/24 dev br0',
  ...['earth', 'mars'].flatMap((name, index) => [
    `ip netns add ${name} && ip -n ${name} link set lo up`,
    `ip link add ${name}-br up master br0 type veth peer name eth0 netns ${name}`,
    `ip -n ${name} addr add 10.9.0.${index + 10}/24 dev eth0 && ip -n ${name} link set eth0 up`,
  ]),
].join('\n');

export const earth = subject('namespace', 'earth');
export const mars = subject('namespace', 'mars');

/** A capture that runs. */
export async function startSession(
  transport: Transport,
  subjects: readonly Subject[],
  { filter = '', ...limits }: Partial<CaptureLimits> & { filter?: string; silence?: number } = {},
): Promise<CaptureSession> {
  const plans = captureSources(subjects, await observe(transport), filter);
  const session = new CaptureSession(plans, { ...usualLimits, ...limits });
  await session.start(transport);
  await until('the capture runs', () => session.phase !== 'starting');
  return session;
}

/** The rows of all packets that are kept. */
export function rowsOf({ ring, whereOf }: CaptureSession): CaptureRow[] {
  return ring.all().map((packet, index) => rowOf(packet, ring.first + index, whereOf));
}

/** The programs of captures on the host; `lines` of ps(1). */
export async function captureProcesses(lab: LabHost): Promise<string> {
  const { stdout } = await lab.run(
    `ps -e -o pid=,args= | grep -E 'tcpdump|selectors|timeout .* dd' | grep -v grep || :`,
  );
  return stdout.trim();
}

export async function untilNothingIsLeft(lab: LabHost): Promise<void> {
  let left = '';
  try {
    await until('nothing of the capture is left', async () => (left = await captureProcesses(lab)) === '');
  } catch (error) {
    throw new Error(`Still there:\n${left}`, { cause: error });
  }
}
