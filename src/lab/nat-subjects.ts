import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';
import type { HostSnapshot } from '../host/model';
import { plainRuleName } from '../plan/nat-rules';
import type { Subject } from '../protocol/subject';
import { goneError } from './actions/shell';
import { placeOf } from './actions/subjects';
import { linkOf, resolveTarget } from './actions/target';
import { natGroups, natGroupsIn, sourceNatFor, type DeclaredName, type NatGroup } from './nat-groups';
import { natLabel } from './nat-words';

/** A NAT rule or port forward as it was seen on a host. */
export function natSubject(hostId: string, snapshot: HostSnapshot, group: NatGroup): Subject {
  return {
    type: 'nat',
    hostId,
    ...placeOf(group.namespace),
    name: natLabel(snapshot, group.rule),
    key: group.key,
    enabled: group.state !== 'off',
    ...(group.lab === undefined ? {} : { lab: group.lab }),
  };
}

/** The `key` of a rule's subject that comes from a file: that of one that was seen begins with its tool. */
export function declaredNatKey({ kind, name }: DeclaredName): string {
  return `${kind} ${name}`;
}

/** The entry of the file that a subject names; undefined for one that was seen on a host. */
export function declaredNatOf({ type, key = '' }: Subject): DeclaredName | undefined {
  const [, kind, name] = (type === 'nat' && /^(nat|port-forward) (.*)$/s.exec(key)) || [];
  return (kind === 'nat' || kind === 'port-forward') && name !== undefined ? { kind, name } : undefined;
}

/**
 * What of a host's NAT a subject stands for: a rule itself; of a bridge or a namespace the source NAT that covers its
 * addresses. Empty where nothing does, and for an entry of a file that is not on the host.
 *
 * @throws NetnsError `unsupported` where the thing itself is not there any more
 */
export function natGroupsOf(subject: Subject, snapshot: HostSnapshot): NatGroup[] {
  const target = resolveTarget(subject, snapshot);
  if (subject.type === 'nat') {
    const groups = natGroupsIn(snapshot, target.namespace);
    const declared = declaredNatOf(subject);
    if (declared !== undefined) return groups.filter((group) => isDeclared(group, subject.lab, declared));
    const found = groups.find(({ key }) => key === subject.key);
    if (found === undefined) throw goneError(subject);
    return [found];
  }
  if (subject.type === 'bridge') {
    const addresses = linkOf(target).link.addresses.map(({ cidr }) => cidr);
    return sourceNatFor(natGroupsIn(snapshot, target.namespace), addresses);
  }
  const addresses = target.namespace.links
    .flatMap((link) => link.addresses)
    .filter(({ scope }) => scope === 'global')
    .map(({ cidr }) => cidr);
  // Another lab's namespace may use the same addresses.
  const near = natGroups(snapshot).filter(
    ({ namespace, lab }) =>
      namespace.isRoot || namespace === target.namespace || (lab !== undefined && lab === target.lab),
  );
  return sourceNatFor(near, addresses);
}

/** What of a host's NAT several subjects stand for, each once. */
export function natGroupsOfAll(subjects: readonly Subject[], snapshot: HostSnapshot): NatGroup[] {
  const found = subjects.flatMap((subject) => natGroupsOf(subject, snapshot));
  return [...new Map(found.map((group) => [`${group.namespace.id} ${group.key}`, group])).values()];
}

/** Whether a lab's entry of that name made it. */
export function isDeclared(
  { lab, declared }: NatGroup,
  ofLab: string | undefined,
  { kind, name }: DeclaredName,
): boolean {
  return lab === ofLab && declared?.kind === kind && declared.name === plainRuleName(name);
}

/** @throws NetnsError `unsupported`: the file's entry is not on the host. */
export function notAppliedError(subject: Subject): NetnsError {
  return new NetnsError('unsupported', l10n.t`${subject.name} of the file is not on the host.`, {
    advice: l10n.t`Apply the file first.`,
  });
}
