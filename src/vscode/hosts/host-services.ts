import { createHostStore } from '../../lab/host-store';
import type { HostStore } from '../../lab/model';
import { recordedSysctls } from '../../plan/record-drift';
import type { HostServices } from './host';

/** The real thing. SSH is loaded when the first host is connected, so that opening a window does not pay for it. */
export const hostServices: HostServices = {
  async connect(target, prompts, signal) {
    const { connect } = await import('../../transport/connect');
    return await connect(target, prompts, signal);
  },
  createStore: (transport) => {
    // What the labs there have set is read too, so that it is seen when someone changes it.
    const store: HostStore = createHostStore(transport, { sysctls: () => recordedSysctls(store.snapshot) });
    return store;
  },
};
