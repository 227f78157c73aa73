import * as l10n from '@vscode/l10n';
import type { MendRequest, MendRoute } from '../../topology/mend-request';
import type { EndpointDeclaration, LinkDeclaration, NetworkScope, Topology, YamlPath } from '../../topology/model';
import type { ParsedTopology } from '../../topology/parse';
import { placeAt, type PlainValue } from '../../topology/yaml/source-tree';
import { editFile, inWords, type Editing } from './editing';
import { bringsForwarding, mendListenAddress, mendMasquerade, mendPortForward, mendSysctls } from './mend-entries';
import { alreadySo, putValue, type Mending } from './mending';
import type { TreeChange } from './tree-change';

/** The edits that make a file say what mends its lab; refused where the file says so already, or says nothing of the thing. */
export function mendTopology(parsed: ParsedTopology, request: MendRequest): Editing {
  const error = parsed.problems.find(({ severity }) => severity === 'error');
  const { topology } = parsed;
  if (error !== undefined || topology === undefined) {
    return {
      refusal: l10n.t`The file has an error first: ${inWords(error?.message ?? l10n.t`it is no topology yet.`)}`,
    };
  }
  const changes = new Mender(parsed, topology).changes(request);
  return 'refusal' in changes ? changes : editFile(parsed, changes);
}

class Mender {
  constructor(
    private readonly parsed: ParsedTopology,
    private readonly topology: Topology,
  ) {}

  changes(request: MendRequest): Mending {
    switch (request.type) {
      case 'up':
        return this.up(request.namespace, request.interface);
      case 'down':
        return this.down(request.namespace, request.interface);
      case 'address':
        return this.address(request);
      case 'route':
        return this.route(request);
      case 'forwarding':
        return this.inScope(request.namespace, ({ forwarding }, path) =>
          forwarding === true || bringsForwarding(this.topology, request)
            ? alreadySo
            : [this.put(path, 'forwarding', true)],
        );
      case 'sysctl':
        return this.inScope(request.namespace, (scope, path) =>
          mendSysctls(this.parsed.root, scope, [...path, 'sysctls'], request.settings),
        );
      case 'masquerade':
        return this.inScope(request.namespace, (scope) => mendMasquerade(scope, request));
      case 'port-forward':
        return this.inScope(request.namespace, (scope) => mendPortForward(scope, request));
      case 'listen-address': {
        const namespace = this.topology.namespaces.find(({ name }) => name === request.namespace);
        return mendListenAddress(this.parsed.root, namespace?.services ?? [], request);
      }
      case 'plug':
        return this.plug(request.bridge, request.port);
      case 'unplug':
        return this.unplug(request.port);
      case 'spanning-tree-off':
        return this.ofBridge(request.bridge, ({ stp, path }) =>
          stp === true ? [this.put(path, 'stp', false)] : alreadySo,
        );
      case 'vlan':
        return this.vlan(request.port, request.vlan);
      case 'mtu':
        return this.inInterface(request.namespace, request.interface, (path) => [this.put(path, 'mtu', request.mtu)]);
      case 'impair':
        return this.impair(request);
      case 'unimpaired': {
        const link = this.linkOf(request.namespace, request.interface);
        if (link?.impair === undefined) return { refusal: l10n.t`The file impairs nothing here: apply it instead.` };
        return [{ type: 'remove', paths: [[...link.path, 'impair']] }];
      }
    }
  }

  private up(namespace: string | undefined, name: string): Mending {
    const link = this.linkOf(namespace, name);
    const paths = [
      ...(link?.up === false ? [[...link.path, 'up']] : []),
      ...this.topology.bridges.filter((one) => one.name === name && one.namespace === namespace && !one.up).map(upPath),
      ...(this.scopeOf(namespace)?.interfaces ?? []).filter((one) => one.name === name && !one.up).map(upPath),
    ];
    return paths.length === 0 ? alreadySo : [{ type: 'remove', paths }];
  }

  private down(namespace: string | undefined, name: string): Mending {
    const bridge = this.topology.bridges.find((one) => one.name === name && one.namespace === namespace);
    if (bridge !== undefined) return bridge.up ? [this.put(bridge.path, 'up', false)] : alreadySo;
    const link = this.linkOf(namespace, name);
    const end = link?.endpoints.find((one) => one.interface === name);
    if (link?.up === false) return alreadySo;
    if (link !== undefined && end?.type === 'bridge') return [this.put(link.path, 'up', false)];
    const declared = this.scopeOf(namespace)?.interfaces.find((one) => one.name === name);
    if (declared?.up === false) return alreadySo;
    return this.inInterface(namespace, name, (path) => [this.put(path, 'up', false)]);
  }

  /** A cable's end that was a bridge's port lies where the bridge does. */
  private unplug(port: string): Mending {
    const bridge = this.topology.bridges.find(({ ports }) => ports.includes(port));
    if (bridge !== undefined) {
      return [{ type: 'remove', paths: [[...bridge.path, 'ports', bridge.ports.indexOf(port)]] }];
    }
    const end = this.endOf(port);
    if (end?.type !== 'bridge') return { refusal: l10n.t`The file has no cable end ${port} at a bridge.` };
    const place = this.topology.bridges.find(({ name }) => name === end.bridge)?.namespace ?? 'host';
    const vlans = ['vlan', 'trunk'].filter((key) => placeAt(this.parsed.root, [...end.path, key]) !== undefined);
    return [
      { type: 'replace', path: this.wordOf(end), value: `${place}:${port}` },
      ...(vlans.length === 0 ? [] : [{ type: 'remove' as const, paths: vlans.map((key) => [...end.path, key]) }]),
    ];
  }

  private impair({ namespace, interface: name, direction, impair }: Extract<MendRequest, { type: 'impair' }>): Mending {
    const link = this.linkOf(namespace, name);
    if (link === undefined) return { refusal: l10n.t`The file declares no cable with the end ${name}.` };
    const [a] = link.endpoints;
    const outwards = a.interface === name && this.namespaceOf(a) === namespace ? 'toB' : 'toA';
    const to = { toA: link.impair?.toA ?? {}, toB: link.impair?.toB ?? {} };
    if (direction !== 'in') to[outwards] = impair;
    if (direction !== 'out') to[outwards === 'toA' ? 'toB' : 'toA'] = impair;
    const [one, other] = [Object.entries(to.toA), Object.entries(to.toB)];
    const value: PlainValue =
      JSON.stringify(one) === JSON.stringify(other)
        ? { ...to.toA }
        : {
            ...(one.length === 0 ? {} : { 'to-a': { ...to.toA } }),
            ...(other.length === 0 ? {} : { 'to-b': { ...to.toB } }),
          };
    return [
      ...(link.impair === undefined ? [] : [{ type: 'remove' as const, paths: [[...link.path, 'impair']] }]),
      { type: 'set', path: link.path, key: 'impair', value },
    ];
  }

  private address({ namespace, interface: name, add, remove }: Extract<MendRequest, { type: 'address' }>): Mending {
    const bridge = this.topology.bridges.find((one) => one.name === name && one.namespace === namespace);
    if (bridge !== undefined) return this.addresses(bridge.path, add, remove);
    return this.inInterface(namespace, name, (path) => this.addresses(path, add, remove));
  }

  private addresses(path: YamlPath, add: string | undefined, remove: string | undefined): Mending {
    const list = placeAt(this.parsed.root, [...path, 'addresses'])?.node;
    const written =
      list?.type === 'list' ? list.items.map((one) => (one.type === 'scalar' ? one.value : undefined)) : [];
    const index = remove === undefined ? -1 : written.indexOf(remove);
    if (add !== undefined && written.includes(add)) return alreadySo;
    if (index >= 0) {
      const own = [...path, 'addresses', index];
      return [add === undefined ? { type: 'remove', paths: [own] } : { type: 'replace', path: own, value: add }];
    }
    if (add === undefined) return { refusal: l10n.t`The file does not give it the address ${remove ?? ''}.` };
    return [{ type: 'append', path: [...path, 'addresses'], item: add }];
  }

  private route({ namespace, add, remove }: Extract<MendRequest, { type: 'route' }>): Mending {
    return this.inScope(namespace, ({ routes }, path) => {
      const is = (wanted: MendRoute) =>
        routes.find(
          ({ to, via, dev, type, table }) =>
            to === wanted.to &&
            (wanted.dev === undefined || dev === wanted.dev) &&
            (wanted.via === undefined || via === wanted.via) &&
            (wanted.type === undefined || type === wanted.type) &&
            (wanted.table ?? 'main') === (table ?? 'main'),
        );
      const old = remove && is(remove);
      if (add !== undefined && is(add) !== undefined) return alreadySo;
      if (add === undefined) {
        if (old === undefined) return { refusal: l10n.t`The file has no route to ${remove?.to ?? ''}.` };
        return [{ type: 'remove', paths: [old.path] }];
      }
      if (old !== undefined && add.via !== undefined && placeAt(this.parsed.root, [...old.path, 'via']) !== undefined)
        return [{ type: 'replace', path: [...old.path, 'via'], value: add.via }];
      return [{ type: 'append', path: [...path, 'routes'], item: { ...add } }];
    });
  }

  private plug(bridge: string, port: string): Mending {
    return this.ofBridge(bridge, ({ path, ports }) => {
      const ends = this.topology.links.flatMap(({ endpoints }) => endpoints);
      const end = ends.find((one) => one.interface === port && one.type !== 'namespace');
      if ((end?.type === 'bridge' && end.bridge === bridge) || ports.includes(port)) return alreadySo;
      if (end === undefined) return [{ type: 'append', path: [...path, 'ports'], item: port }];
      return [{ type: 'replace', path: this.wordOf(end), value: `${bridge}:${port}` }];
    });
  }

  private vlan(port: string, vlan: number | undefined): Mending {
    const end = this.endOf(port);
    if (end?.type !== 'bridge') return { refusal: l10n.t`The file has no cable end ${port} at a bridge.` };
    if (end.vlan === vlan) return alreadySo;
    if (vlan === undefined) return [{ type: 'remove', paths: [[...end.path, 'vlan']] }];
    const bridge = this.topology.bridges.find(({ name }) => name === end.bridge);
    const apart = bridge?.kind === 'linux' && bridge.vlanFiltering !== true;
    const word = placeAt(this.parsed.root, end.path)?.node;
    return [
      ...(apart ? [this.put(bridge.path, 'vlan-filtering', true)] : []),
      word?.type === 'scalar'
        ? { type: 'replace', path: end.path, value: { endpoint: word.value, vlan } }
        : this.put(end.path, 'vlan', vlan),
    ];
  }

  /** The cable end that is a bridge's port of that name. */
  private endOf(port: string): EndpointDeclaration | undefined {
    const ends = this.topology.links.flatMap(({ endpoints }) => endpoints);
    return ends.find((one) => one.type === 'bridge' && one.interface === port);
  }

  /** Where the words `PLACE:INTERFACE` of an end stand, which may be a map of its own. */
  private wordOf({ path }: EndpointDeclaration): YamlPath {
    const isMap = placeAt(this.parsed.root, path)?.node.type === 'map';
    return isMap ? [...path, 'endpoint'] : path;
  }

  private put(path: YamlPath, key: string, value: string | number | boolean): TreeChange {
    return putValue(this.parsed.root, path, key, value);
  }

  private inScope(namespace: string | undefined, make: (scope: NetworkScope, path: YamlPath) => Mending): Mending {
    const scope = this.scopeOf(namespace);
    if (scope === undefined) return { refusal: l10n.t`The file declares no namespace ${namespace ?? ''}.` };
    return make(scope, namespace === undefined ? ['host'] : ['namespaces', namespace]);
  }

  /** With the path of its settings, which need not be written yet for a cable's end. */
  private inInterface(namespace: string | undefined, name: string, make: (path: YamlPath) => Mending): Mending {
    return this.inScope(namespace, ({ interfaces }, path) => {
      if (!interfaces.some((one) => one.name === name) && this.linkOf(namespace, name) === undefined) {
        return { refusal: l10n.t`The file declares no interface ${namespace ?? 'host'}:${name}.` };
      }
      return make([...path, 'interfaces', name]);
    });
  }

  private ofBridge(name: string, make: (bridge: Topology['bridges'][number]) => Mending): Mending {
    const bridge = this.topology.bridges.find((one) => one.name === name);
    return bridge === undefined ? { refusal: l10n.t`The file declares no bridge ${name}.` } : make(bridge);
  }

  private scopeOf(namespace: string | undefined): NetworkScope | undefined {
    const { host, namespaces } = this.topology;
    return namespace === undefined ? host : namespaces.find(({ name }) => name === namespace);
  }

  /** The cable with this end; a bridge's port lies in the bridge's namespace. */
  private linkOf(namespace: string | undefined, name: string): LinkDeclaration | undefined {
    return this.topology.links.find(({ endpoints }) =>
      endpoints.some((end) => end.interface === name && this.namespaceOf(end) === namespace),
    );
  }

  private namespaceOf(end: EndpointDeclaration): string | undefined {
    if (end.type === 'namespace') return end.namespace;
    return end.type === 'host' ? undefined : this.topology.bridges.find((one) => one.name === end.bridge)?.namespace;
  }
}

function upPath({ path }: { readonly path: YamlPath }): YamlPath {
  return [...path, 'up'];
}
