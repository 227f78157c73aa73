import type { Change } from './change';
import { newBridge, newCable, removeBridge, removeCable, removeInterface } from './device-changes';
import { addForward } from './forward-changes';
import { clearCable, impairCable } from './impairment-changes';
import {
  addInterfaceAddress,
  flapInterface,
  plugCableIn,
  removeInterfaceAddress,
  setInterfaceDown,
  setInterfaceMtu,
  setInterfaceUp,
  unplugCable,
} from './interface-changes';
import { newNamespace, newRoute, removeNamespace, removeRoute, sendSignal } from './namespace-changes';
import { restartTheService, startTheService, stopTheService } from './service-changes';

/** Every change that can be made by hand, in the order of docs/actions.md. */
export const allChanges = [
  setInterfaceUp,
  setInterfaceDown,
  flapInterface,
  setInterfaceMtu,
  addInterfaceAddress,
  removeInterfaceAddress,
  newRoute,
  removeRoute,
  unplugCable,
  plugCableIn,
  impairCable,
  clearCable,
  addForward,
  newNamespace,
  newBridge,
  newCable,
  removeNamespace,
  removeBridge,
  removeCable,
  removeInterface,
  startTheService,
  restartTheService,
  stopTheService,
  sendSignal,
] as const satisfies readonly Change[];
