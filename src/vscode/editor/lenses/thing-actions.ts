import type { LensPlace } from '../../../language/lens-places';
import { CommandId } from '../../ids';

/** A lens that does something to a thing. */
export interface ThingAction {
  readonly title: string;
  /** Takes the thing as a `Subject`; one on a check takes the file's Uri and the check's number in it, from 0. */
  readonly command: CommandId;
  readonly tooltip: string;
}

/** What the lenses on each kind of thing offer, in their order. */
export const thingActions: Readonly<Record<LensPlace['kind'], readonly ThingAction[]>> = {
  namespace: [
    { title: 'Shell', command: CommandId.openShell, tooltip: 'Open a shell in this namespace' },
    { title: 'Capture', command: CommandId.capture, tooltip: 'Show the packets of all its interfaces' },
    { title: 'Run…', command: CommandId.runInNamespace, tooltip: 'Run a command in this namespace' },
  ],
  bridge: [
    { title: 'Toggle NAT', command: CommandId.toggleNat, tooltip: 'Switch the NAT of its network off or on' },
    { title: 'Capture', command: CommandId.capture, tooltip: 'Show the packets on this bridge' },
  ],
  service: [
    { title: 'Log', command: CommandId.followLog, tooltip: 'Follow what this service says' },
    { title: 'Restart', command: CommandId.restartService, tooltip: 'End this service and start it again' },
  ],
  nat: [{ title: 'Toggle NAT', command: CommandId.toggleNat, tooltip: 'Switch this rule off or on, on the host' }],
  'port-forward': [
    { title: 'Toggle', command: CommandId.toggleNat, tooltip: 'Switch this port forward off or on, on the host' },
  ],
  check: [{ title: '$(play) Run', command: CommandId.runCheck, tooltip: 'Run this check' }],
};
