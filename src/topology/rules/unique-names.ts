import * as l10n from '@vscode/l10n';
import type { Finding } from '../problem-list';
import type { InterfaceOrigin, LabIndex } from './lab-index';
import { nameOf, type Rule } from './rule';

/** In an endpoint, `planet:port` must mean one thing. */
export const placeNamesAreUnique: Rule = function* ({ bridges }, lab) {
  for (const { name, path } of bridges) {
    const namespace = lab.namespaceNamed(name);
    if (namespace === undefined) continue;
    const message = l10n.t`\`${name}\` is a namespace as well: in an endpoint nobody could tell which is meant.`;
    const related = [{ path: namespace.path, message: l10n.t`The namespace \`${name}\`` }];
    yield { code: 'name-taken', message, path, at: 'key', related };
  }
};

/** An interface comes into being once: by one cable, one bridge or one kind. */
export const interfacesAreMadeOnce: Rule = function* (_topology, lab) {
  for (const { name: namespace } of lab.scopes) {
    for (const [first, ...others] of lab.originsIn(namespace).values()) {
      if (first === undefined) continue;
      for (const other of others) yield describeSecond(first, other, namespace);
    }
  }
};

function describeSecond(first: InterfaceOrigin, second: InterfaceOrigin, namespace: string | undefined): Finding {
  const { path, name } = second;
  const place = nameOf(namespace);
  if (first.type === 'link' && second.type === 'link') {
    return {
      code: 'endpoint-used-twice',
      message: l10n.t`\`${name}\` of ${place} is the end of another link already; an interface is the end of one cable.`,
      path,
      related: [{ path: first.path, message: l10n.t`The other link's end` }],
    };
  }
  const what = {
    bridge: l10n.t`a bridge`,
    link: l10n.t`a link's end`,
    kind: l10n.t`an interface with a kind of its own`,
  };
  return {
    code: 'interface-declared-twice',
    message: l10n.t`\`${name}\` of ${place} is ${what[first.type]} already and cannot be ${what[second.type]} too.`,
    path,
    related: [{ path: first.path, message: `\`${name}\` as ${what[first.type]}` }],
  };
}

/** An entry under `interfaces` is about an interface that something makes, and not about a bridge. */
export const interfacesHaveAnOrigin: Rule = function* (_topology, lab) {
  if (!lab.linksAreWhole) return;
  for (const { name: namespace, declared } of lab.scopes) {
    for (const { name, kind, path } of declared.interfaces) {
      if (kind !== 'veth') continue;
      // A kind that is none is reported already.
      if (lab.file.follow<{ kind: string }>(path).at('kind').exists) continue;
      const origins = lab.originsIn(namespace).get(name) ?? [];
      if (origins.length === 0) yield describeOrphan(lab, namespace, name, path);
      const bridge = origins.find(({ type }) => type === 'bridge');
      if (bridge === undefined) continue;
      const message = l10n.t`\`${name}\` is a bridge: its settings stand under \`bridges\`.`;
      const related = [{ path: bridge.path, message: l10n.t`The bridge \`${name}\`` }];
      yield { code: 'bridge-settings-elsewhere', message, path, at: 'key', related };
    }
  }
};

function describeOrphan(lab: LabIndex, namespace: string | undefined, name: string, path: Finding['path']): Finding {
  const endpoint = `${namespace ?? 'host'}:${name}`;
  const bridges = lab.bridgeNamed(name) === undefined ? '' : l10n.t` (The bridge \`${name}\` lies elsewhere.)`;
  return {
    code: 'interface-without-origin',
    message: l10n.t`Nothing makes \`${name}\`: no link ends at \`${endpoint}\`, and it has no \`kind\`.${bridges}`,
    path,
    at: 'key',
    data: { endpoint },
  };
}
