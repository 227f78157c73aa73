import type { LabHost } from '../lab-host';
import { type } from './observed-lab';

/** Starts Open vSwitch's two services on a lab host, as their package's own scripts would; they end with the host. */
export async function startOpenVswitch(lab: Pick<LabHost, 'run'>): Promise<void> {
  const database = '/run/openvswitch/conf.db';
  await type(lab, [
    'mkdir -p /run/openvswitch',
    `ovsdb-tool create ${database} /usr/share/openvswitch/vswitch.ovsschema`,
    `ovsdb-server ${database} --remote=punix:/run/openvswitch/db.sock --pidfile --detach --no-chdir -vconsole:off`,
    'ovs-vsctl --no-wait init',
    'ovs-vswitchd --pidfile --detach --no-chdir -vconsole:off',
  ]);
}
