import * as l10n from '@vscode/l10n';
import { parseAddress } from '../addresses';
import { splitEndpoint } from '../endpoints';
import type { CheckDeclaration, YamlPath } from '../model';
import { quote } from '../names';
import type { Finding } from '../problem-list';
import { suggest } from '../suggest';
import type { LabIndex } from './lab-index';
import { onlyInterface } from './likely';
import type { Rule } from './rule';

/** A check starts in a namespace of this file, or on the host. */
export const checksStartSomewhere: Rule = function* ({ checks }, lab) {
  for (const { from, path } of checks) {
    if (from === 'host' || lab.namespaceNamed(from) !== undefined) continue;
    const suggestion = suggest(from, [...lab.namespaceNames, 'host']);
    const hint =
      suggestion === undefined ? l10n.t`Declare it under \`namespaces\`.` : l10n.t`Did you mean \`${suggestion}\`?`;
    const message = l10n.t`This file declares no namespace ${quote(from)}. ${hint}`;
    yield { code: 'unknown-namespace', message, path: [...path, 'from'], data: { name: from, suggestion } };
  }
};

/** A check's target is an address, or something of this file (or the host) that has one. */
export const checksHaveATarget: Rule = function* ({ checks }, lab) {
  for (const check of checks) {
    const target = targetOf(check);
    if (target === undefined || parseAddress(target.text) !== undefined) continue;
    yield* checkTarget(target, lab);
  }
};

interface Target {
  readonly text: string;
  /** What stands behind it: `:8000`, or nothing. */
  readonly port: string;
  readonly path: YamlPath;
}

/** The target that a check names, and where. */
export function targetOf({ action, path }: CheckDeclaration): Target | undefined {
  if (action.type !== 'ping' && action.type !== 'tcp' && action.type !== 'udp') return undefined;
  const port = action.type === 'ping' ? '' : `:${action.port}`;
  return { text: action.target, port, path: [...path, action.type] };
}

function* checkTarget({ text, port, path }: Target, lab: LabIndex): Iterable<Finding> {
  const { place, interface: name } = splitEndpoint(text);
  // Which addresses and interfaces the host has beside the lab's is not known before it is looked at.
  if (place === 'host') return;
  const namespace = lab.namespaceNamed(place);
  if (namespace === undefined) {
    const near = suggest(place, [...lab.namespaceNames, 'host']);
    const hint = near === undefined ? '' : l10n.t` Did you mean \`${near}\`?`;
    const suggestion = near && near + text.slice(place.length) + port;
    const message = l10n.t`${quote(text)} is neither an address nor a namespace of this file.${hint}`;
    yield { code: 'unknown-target', message, path, data: { name: place, suggestion } };
    return;
  }
  if (!lab.isWhole(place)) return;
  if (name !== undefined && !lab.hasInterface(place, name)) {
    const near = suggest(name, lab.originsIn(place).keys());
    const hint = near === undefined ? '' : l10n.t` Did you mean \`${near}\`?`;
    const likely = near ?? onlyInterface(lab, place);
    const message = l10n.t`\`${place}\` has no interface ${quote(name)}.${hint}`;
    const suggestion = likely && `${place}:${likely}${port}`;
    yield { code: 'unknown-interface', message, path, data: { name, suggestion } };
    return;
  }
  const addresses = lab.addressesIn(place);
  if (addresses.some((address) => name === undefined || address.interface === name)) return;
  const message = l10n.t`${quote(text)} has no address to try.`;
  const related = [{ path: namespace.path, message: `\`${place}\`` }];
  yield { code: 'target-without-address', message, path, related, data: { namespace: place, interface: name } };
}
