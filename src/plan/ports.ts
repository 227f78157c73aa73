import { refOf } from './cables';
import { ip } from './commands';
import type { Desired, DesiredBridge } from './desired';
import { deviceKey, deviceName, objectRef, type Planning } from './planning';

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
    } else if (observed.addresses.some(({ cidr }) => cidr.split('/')[0] === planning.snapshot.ssh?.serverAddress)) {
      const message = `Interface ${name} carries this SSH connection; as a port of ${bridge.name} it would lose its address.`;
      planning.refuse('unsafe', message, path, 'Reach the host over another interface first.');
    } else if (observed.master !== bridge.name) {
      const before = observed.master === undefined ? ['nomaster'] : ['master', observed.master];
      planning.addStep('ports', {
        action: 'change',
        object: objectRef('interface', deviceName(ref), ref.namespace),
        why: `is no port of ${bridge.name} yet`,
        run: [ip(ref.namespace, 'link', 'set', 'dev', name, 'master', bridge.name)],
        undo: [ip(ref.namespace, 'link', 'set', 'dev', name, ...before)],
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
    const before = port.before === undefined ? ['nomaster'] : ['master', port.before];
    planning.addStep('releasePorts', {
      action: 'change',
      object: objectRef('interface', deviceName(port), port.namespace),
      why: `is no longer wanted as a port of ${port.bridge}`,
      run: [ip(port.namespace, 'link', 'set', 'dev', port.name, ...before)],
      undo: [ip(port.namespace, 'link', 'set', 'dev', port.name, 'master', port.bridge)],
    });
  }
}
