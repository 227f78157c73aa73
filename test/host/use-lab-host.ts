import type { Transport } from '../../src/transport/transport';
import { startLabHost, type LabHost, type LabHostOptions } from '../lab-host';
import { connectTo } from './observed-lab';

export interface UsedLabHost {
  lab: LabHost;
  /** A connection as root. */
  transport: Transport;
}

/** A lab host of this suite's own, from before its first test until after its last; `started` takes it over. */
export function useLabHost(started: (host: UsedLabHost) => void, options?: LabHostOptions): void {
  let lab: LabHost | undefined;
  let transport: Transport | undefined;

  before(async () => {
    lab = await startLabHost(options);
    transport = await connectTo(lab);
    started({ lab, transport });
  });
  after(async () => {
    transport?.dispose();
    await lab?.stop();
  });
}
