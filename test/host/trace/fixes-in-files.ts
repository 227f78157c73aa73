import assert from 'node:assert/strict';
import { editOf } from '../../../src/trace/mending';
import type { Cause, CauseId } from '../../../src/trace/model';

/** The topology file can always say what mends it, where a command does. */
const sayable = 'sayable';
/** Nothing is known that mends it: what is wanted there only a person knows. */
const nothing = 'nothing mends it';
const rules = 'a topology file declares no rules of the packet filter';

/** Of each cause: whether a change of the topology file mends it, and if a fix has none, why. */
export const inFiles: Readonly<Record<CauseId, string>> = {
  'interface-down': sayable,
  'loopback-down': sayable,
  'bridge-down': sayable,
  'lower-layer-down': nothing,
  'no-address': sayable,
  'wrong-prefix': sayable,
  'duplicate-address': sayable,
  'no-neighbour': 'a topology file declares no neighbours',
  'no-route': sayable,
  'no-default-route': sayable,
  'no-way-back': sayable,
  'gateway-not-connected': sayable,
  'gateway-self': sayable,
  'gateway-nobody': sayable,
  'routing-loop': nothing,
  'route-refuses': sayable,
  'empty-table': nothing,
  'kernel-refuses': 'a policy rule of a topology file always looks a table up',
  'forwarding-off': sayable,
  'missing-nat': 'the rule before the NAT is none of a topology file’s',
  'nat-wrong-source': sayable,
  'nat-inside': 'a NAT rule of a topology file asks for no destination',
  'answer-from-elsewhere': sayable,
  'dnat-missing': sayable,
  'dnat-not-for-host': sayable,
  'dropped-by-rule': rules,
  'rejected-by-rule': rules,
  'dropped-by-policy': rules,
  'nobody-listens': sayable,
  'listens-on-loopback': sayable,
  'listens-elsewhere': sayable,
  'accept-queue-full': nothing,
  'ping-ignored': sayable,
  'rp-filter': sayable,
  'stp-not-forwarding': 'a topology file declares no states of ports',
  'not-plugged': sayable,
  'wrong-fdb-entry': 'a topology file declares no entries of bridges',
  'vlan-mismatch': sayable,
  mtu: sayable,
  'conntrack-full': sayable,
  'tunnel-end-missing': nothing,
  'patch-peer-missing': 'a topology file declares no patch ports',
  'flow-drops': 'a topology file declares no flows',
  impairment: sayable,
  'unknown-address': nothing,
  'not-known': nothing,
};

/** A fix that is for the host alone, though a file could say it, is a gap. */
export function checkInFile(cause: Cause, shown: string): void {
  const edit = editOf(cause);
  if (edit !== undefined) {
    assert.ok(
      edit.request !== undefined && edit.yaml !== '',
      `${cause.id}: its change of the file is for reading only`,
    );
    assert.notEqual(inFiles[cause.id], nothing, cause.id);
  } else if (cause.fix !== undefined) {
    assert.ok(![sayable, nothing].includes(inFiles[cause.id]), `${cause.id}: no change of the file\n${shown}`);
  }
}
