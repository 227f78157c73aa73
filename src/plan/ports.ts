import { refOf } from './cables';
import type { Desired, DesiredBridge } from './desired';
import { deviceKey, deviceName, objectRef, type Planning } from './planning';
import { masterNow, observedMaster, replug } from './plugging';

/** Makes the existing interfaces that the file names ports of a bridge; they are given back when the file lets go of them. */
export function planPorts(planning: Planning, bridge: DesiredBridge): void {
  for (const name of bridge.ports) {
    const ref = refOf(bridge.namespace, name);
    const observed = planning.link(ref);
    const path = [...bridge.path, 'ports'];
    if (observed === undefined) {
      const where = bridge.namespace === undefined ? 'on the host' : `in namespace ${bridge.namespace}`;
      planning.refuse(
        'invalidTopology',
        `There is no interface ${name} ${where} to make a port of ${bridge.name}.`,
        path,
      );
    } else if (masterNow(planning, ref)?.name !== bridge.name) {
      const before = masterNow(planning, ref);
      const wanted = { name: bridge.name, isOpenVswitch: bridge.openVswitch !== undefined };
      planning.addStep('ports', {
        action: 'change',
        object: objectRef('interface', deviceName(ref), ref.namespace),
        why: `is no port of ${bridge.name} yet`,
        run: replug(ref, before, wanted),
        undo: replug(ref, wanted, before),
        path,
      });
    }
  }
}

/** Gives back the interfaces that were made ports by an earlier apply and are no longer wanted as such. */
export function planReleasedPorts(planning: Planning, desired: Desired): void {
  const wanted = new Set(
    desired.bridges.flatMap(({ namespace, name, ports }) =>
      ports.map((port) => `${deviceKey(refOf(namespace, port))} ${name}`),
    ),
  );
  for (const port of planning.manifest.ports) {
    const observed = planning.link(port);
    if (wanted.has(`${deviceKey(port)} ${port.bridge}`) || observed?.master !== port.bridge) continue;
    const namespace = planning.namespace(port.namespace);
    const [now, before] = [observedMaster(namespace, port.bridge), observedMaster(namespace, port.before)];
    planning.addStep('releasePorts', {
      action: 'change',
      object: objectRef('interface', deviceName(port), port.namespace),
      why: `is no longer wanted as a port of ${port.bridge}`,
      run: replug(port, now, before),
      undo: replug(port, before, now),
    });
  }
}
