import * as l10n from '@vscode/l10n';
import { familyOf, holds, parseAddress, parseCidr } from '../addresses';
import type { PortForwardDeclaration } from '../model';
import { onlyAddress, onlyNetwork } from './likely';
import { type Rule } from './rule';

/** NAT for addresses that no interface of the lab has translates nothing. */
export const natIsOfUse: Rule = function* (_topology, lab) {
  for (const { declared } of lab.scopes) {
    for (const { name, source, kind, path } of declared.nat) {
      const network = parseCidr(source);
      if (
        network === undefined ||
        !lab.everythingIsWhole ||
        lab.addresses.some(({ address }) => holds(network, address))
      )
        continue;
      const suggestion = onlyNetwork(lab, familyOf(network.address));
      const message = l10n.t`No interface of this lab has an address in ${source}: \`${name}\` translates nothing.`;
      yield { severity: 'warning', code: 'nat-unused', message, path: [...path, kind], data: { suggestion } };
    }
  }
};

/** An address is translated to one of its own family. */
export const natKeepsToOneFamily: Rule = function* (_topology, lab) {
  for (const { name, declared } of lab.scopes) {
    for (const { source, to, path } of declared.nat) {
      const from = parseCidr(source)?.address;
      const target = to === undefined ? undefined : parseAddress(to);
      if (from === undefined || target === undefined || familyOf(from) === familyOf(target)) continue;
      const message = l10n.t`${familyOf(from)} addresses cannot be translated to the ${familyOf(target)} address ${target.toString()}.`;
      const suggestion = onlyAddress(lab, name, familyOf(from));
      yield { code: 'families-differ', message, path: [...path, 'to'], data: { suggestion } };
    }
  }
};

/** What is translated is also passed on, which takes forwarding. */
export const natHasForwarding: Rule = function* (_topology, lab) {
  for (const { declared } of lab.scopes) {
    if (declared.forwarding !== false) continue;
    const translating = [...declared.nat, ...declared.portForwards].find(({ enabled }) => enabled);
    if (translating === undefined) continue;
    const message = l10n.t`With \`forwarding: false\` nothing is passed on, so that \`${translating.name}\` has no effect.`;
    const related = [{ path: translating.path, message: l10n.t`\`${translating.name}\` needs forwarding` }];
    yield {
      severity: 'warning',
      code: 'nat-without-forwarding',
      message,
      path: [...declared.path, 'forwarding'],
      related,
    };
  }
};

/** A port forward leads to an address. */
export const portForwardsArrive: Rule = function* (_topology, lab) {
  for (const { declared } of lab.scopes) {
    for (const { to, path } of declared.portForwards) {
      if (!('namespace' in to) || lab.addressesIn(to.namespace).length > 0) continue;
      const namespace = lab.namespaceNamed(to.namespace);
      if (namespace === undefined || !lab.isWhole(to.namespace)) continue;
      const message = l10n.t`\`${to.namespace}\` has no address that the port could be forwarded to.`;
      const related = [{ path: namespace.path, message: l10n.t`The namespace \`${to.namespace}\`` }];
      const data = { namespace: to.namespace };
      yield { code: 'namespace-without-address', message, path: [...path, 'to'], related, data };
    }
  }
};

/** One address, port and protocol is forwarded to one place. */
export const portsAreForwardedOnce: Rule = function* (_topology, lab) {
  for (const { declared } of lab.scopes) {
    const seen = new Map<string, PortForwardDeclaration>();
    for (const forward of declared.portForwards.filter(({ enabled }) => enabled)) {
      const { listenAddress, listenPort, protocol, path } = forward;
      const address = listenAddress === undefined ? null : (parseAddress(listenAddress)?.toString() ?? listenAddress);
      const key = JSON.stringify([address, listenPort, protocol, forward.in ?? null]);
      const first = seen.get(key);
      seen.set(key, first ?? forward);
      if (first === undefined) continue;
      const message = l10n.t`${protocol.toUpperCase()} port ${listenPort} is forwarded by \`${first.name}\` already.`;
      const related = [{ path: [...first.path, 'listen'], message: l10n.t`The port of \`${first.name}\`` }];
      const taken = new Set(declared.portForwards.map((other) => other.listenPort));
      let free = listenPort + 1;
      while (taken.has(free)) free++;
      const data = free > 65535 ? {} : { port: String(listenPort), free: String(free) };
      yield { code: 'duplicate-port-forward', message, path: [...path, 'listen'], related, data };
    }
  }
};
