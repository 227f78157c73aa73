import * as l10n from '@vscode/l10n';
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
    { title: l10n.t`Shell`, command: CommandId.openShell, tooltip: l10n.t`Open a shell in this namespace` },
    { title: l10n.t`Capture`, command: CommandId.capture, tooltip: l10n.t`Show the packets of all its interfaces` },
    { title: l10n.t`Run…`, command: CommandId.runInNamespace, tooltip: l10n.t`Run a command in this namespace` },
  ],
  bridge: [
    {
      title: l10n.t`Toggle NAT`,
      command: CommandId.toggleNat,
      tooltip: l10n.t`Switch the NAT of its network off or on`,
    },
    { title: l10n.t`Capture`, command: CommandId.capture, tooltip: l10n.t`Show the packets on this bridge` },
  ],
  service: [
    { title: l10n.t`Log`, command: CommandId.followLog, tooltip: l10n.t`Follow what this service says` },
    { title: l10n.t`Restart`, command: CommandId.restartService, tooltip: l10n.t`End this service and start it again` },
  ],
  nat: [
    {
      title: l10n.t`Toggle NAT`,
      command: CommandId.toggleNat,
      tooltip: l10n.t`Switch this rule off or on, on the host`,
    },
  ],
  'port-forward': [
    {
      title: l10n.t`Toggle`,
      command: CommandId.toggleNat,
      tooltip: l10n.t`Switch this port forward off or on, on the host`,
    },
  ],
  check: [{ title: l10n.t`$(play) Run`, command: CommandId.runCheck, tooltip: l10n.t`Run this check` }],
};
