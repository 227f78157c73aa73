import type { ObservedNatRule } from './model';

/**
 * Which program made a rule, by what these programs call their tables and chains, or write into their comments. A person
 * who types such a name is taken for the program; nothing is done to either without asking.
 */
const names: readonly (readonly [maker: string, pattern: RegExp])[] = [
  ['Docker', /^DOCKER\b|^docker-bridges$/],
  ['Podman', /^NETAVARK\b|^netavark$/],
  ['libvirt', /^LIBVIRT_|^libvirt_/],
  ['Kubernetes', /^(KUBE-|cali-|CILIUM_)|^kube-/],
  ['CNI', /^CNI-|^cni_/],
  ['flannel', /^FLANNEL-/],
  ['ufw', /^ufw6?-/],
  ['firewalld', /^firewalld$/],
  ['LXD', /^lxd$/],
  ['Incus', /^incus$/],
];

const comments: readonly (readonly [maker: string, pattern: RegExp])[] = [
  ['Kubernetes', /kubernetes/i],
  ['flannel', /flanneld/],
  ['LXD', /generated for LXD network/],
  ['Incus', /generated for Incus network/],
  ['CNI', /\bname: "|^name: /],
];

/** Docker's own bridges: `docker0` and those of its networks. */
const dockerBridge = /^(docker0|docker_gwbridge|br-[0-9a-f]{12})$/;

/** How other programs call the bridges that they make and look after. */
const toolBridges: readonly (readonly [tool: string, pattern: RegExp])[] = [
  ['Docker', dockerBridge],
  ['Podman', /^podman\d+$/],
  ['libvirt', /^virbr\d+$/],
  ['LXC', /^lxcbr\d+$/],
  ['LXD', /^lxdbr\d+$/],
  ['Incus', /^incusbr\d+$/],
  ['Kubernetes', /^(cni\d+|cbr0|kube-bridge|flannel[.-].*)$/],
];

/** The program that makes bridges of that name; undefined: none that we know. */
export function toolOfBridge(name: string): string | undefined {
  return toolBridges.find(([, pattern]) => pattern.test(name))?.[0];
}

export function makerOf(
  rule: Pick<ObservedNatRule, 'table' | 'chain' | 'text' | 'in' | 'out' | 'notOut' | 'engine'>,
  comment: string | undefined,
): string | undefined {
  const jump = /(?:-j |jump )(\S+)/.exec(rule.text)?.[1];
  for (const [maker, pattern] of names) {
    if (pattern.test(rule.chain) || pattern.test(rule.table) || (jump !== undefined && pattern.test(jump)))
      return maker;
  }
  // Docker writes its masquerading straight into POSTROUTING.
  if ([rule.in, rule.out, rule.notOut].some((name) => name !== undefined && dockerBridge.test(name))) return 'Docker';
  return comments.find(([, pattern]) => comment !== undefined && pattern.test(comment))?.[0];
}
