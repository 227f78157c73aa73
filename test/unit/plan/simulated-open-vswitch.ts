import type { OpenVswitchBridge } from '../../../src/host/read-openvswitch';
import { Refusal } from './refusal';

interface Bridge {
  ports: Map<string, Record<string, string>>;
  data: Record<string, string>;
}

/**
 * Open vSwitch's database in memory, with the few words of ovs-vsctl that our plans use. As the real one, it keeps a port
 * whose interface has gone, and refuses to make a bridge or a port twice unless it is told that it may exist.
 */
export class SimulatedOpenVswitch {
  private readonly database = new Map<string, Bridge>();

  /** @param interfaces what ovs-vswitchd does when a bridge comes or goes */
  constructor(private readonly interfaces: { add(name: string): void; remove(name: string): void }) {}

  state(): string {
    const sorted = [...this.database].sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify(
      sorted.map(([name, { ports, data }]) => [
        name,
        [...ports].map(([port, own]) => [port, Object.entries(own).sort()]).sort(),
        Object.entries(data).sort(),
      ]),
    );
  }

  bridges(): OpenVswitchBridge[] {
    return [...this.database].map(([name, { ports, data }]) => ({
      name,
      ports: [...ports.keys()],
      facts: { controllers: [], ports: [] },
      vlans: new Map(
        [...ports].flatMap(([port, { tag, trunks }]) =>
          tag === undefined && trunks === undefined
            ? []
            : [
                [
                  port,
                  {
                    ...(tag === undefined ? {} : { untagged: Number(tag) }),
                    tagged: trunks === undefined ? [] : trunks.split(',').map(Number),
                  },
                ] as const,
              ],
        ),
      ),
      data: { ...data },
    }));
  }

  execute(args: readonly string[]): void {
    const commands: string[][] = [[]];
    for (const word of args) {
      if (word === '--') commands.push([]);
      else commands.at(-1)!.push(word);
    }
    for (const command of commands) this.one(command);
  }

  private one(command: readonly string[]): void {
    const options = new Set(command.filter((word) => word.startsWith('--')));
    const [verb, ...rest] = command.filter((word) => !word.startsWith('--'));
    if (verb === 'add-br') this.addBridge(rest[0]!, options.has('--may-exist'));
    else if (verb === 'del-br') this.deleteBridge(rest[0]!);
    else if (verb === 'add-port') this.addPort(this.bridge(rest[0]!), rest[1]!, rest.slice(2));
    else if (verb === 'clear') this.clear(rest);
    else if (verb === 'del-port') this.bridge(rest[0]!).ports.delete(rest[1]!);
    else if (verb === 'wait-until') this.bridge(rest[1]!);
    else if (verb === 'set') set(rest[0] === 'Port' ? this.port(rest[1]!) : this.bridge(rest[1]!).data, rest.slice(2));
    else if (verb === 'remove')
      Reflect.deleteProperty(this.bridge(rest[1]!).data, `${rest[2]!.replace('_', '-')}:${rest[3]!}`);
    else throw new Refusal(`ovs-vsctl: unknown command '${String(verb)}'`);
  }

  private bridge(name: string): Bridge {
    const bridge = this.database.get(name);
    if (bridge === undefined) throw new Refusal(`ovs-vsctl: no bridge named ${name}`);
    return bridge;
  }

  private addBridge(name: string, mayExist: boolean): void {
    if (this.database.has(name)) {
      if (mayExist) return;
      throw new Refusal(
        `ovs-vsctl: cannot create a bridge named ${name} because a bridge named ${name} already exists`,
      );
    }
    this.interfaces.add(name);
    const data = { datapath_type: 'system', stp_enable: 'false', mcast_snooping_enable: 'false' };
    this.database.set(name, { ports: new Map(), data });
  }

  private deleteBridge(name: string): void {
    if (!this.database.delete(name)) return;
    this.interfaces.remove(name);
  }

  private addPort({ ports }: Bridge, port: string, settings: readonly string[]): void {
    const columns = ports.get(port) ?? {};
    set(columns, settings);
    ports.set(port, columns);
  }

  private port(name: string): Record<string, string> {
    const columns = [...this.database.values()]
      .map(({ ports }) => ports.get(name))
      .find((found) => found !== undefined);
    if (columns === undefined) throw new Refusal(`ovs-vsctl: no row "${name}" in table Port`);
    return columns;
  }

  private clear([table, name, ...columns]: readonly string[]): void {
    const row = table === 'Port' ? this.port(name!) : this.bridge(name!).data;
    for (const column of columns) Reflect.deleteProperty(row, column);
  }
}

function set(row: Record<string, string>, settings: readonly string[]): void {
  for (const setting of settings) {
    const [, key = '', value = ''] = /^([^=]+)=(.*)$/.exec(setting) ?? [];
    row[key] = value.replaceAll('"', '');
  }
}
