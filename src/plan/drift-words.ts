import * as l10n from '@vscode/l10n';
import type { ObjectRef, Step } from './model';

/** What an object is called in a sentence; a name alone where that says what it is. */
const nouns: Readonly<Record<ObjectRef['type'], string>> = {
  namespace: l10n.t`namespace`,
  bridge: l10n.t`bridge`,
  link: l10n.t`cable`,
  interface: '',
  address: l10n.t`address`,
  route: l10n.t`route`,
  rule: l10n.t`policy rule`,
  sysctl: '',
  nat: 'NAT',
  service: l10n.t`service`,
  nameservers: l10n.t`the name servers of`,
  process: l10n.t`process`,
  impairment: l10n.t`the impairment of`,
  manifest: l10n.t`the record of`,
};

/** `cable earth:earth-veth — planet-br`, `veth1`. */
export function thingInWords({ type, name }: ObjectRef): string {
  return [nouns[type], name].filter((part) => part !== '').join(' ');
}

/** What a step says about the difference that it would mend. */
export function driftWords({ action, object, why }: Step, cause: 'host' | 'file'): string {
  const thing = thingInWords(object);
  if (action === 'remove') return l10n.t`${thing} is no longer in the file`;
  if (action === 'create') {
    if (cause === 'file') return l10n.t`${thing} is not applied yet`;
    if (object.type === 'nameservers') return l10n.t`${thing} are gone`;
    return object.type === 'service' ? l10n.t`${thing} has ended` : l10n.t`${thing} is gone`;
  }
  const [, value] = /\bit is (\S+)$/.exec(why) ?? [];
  if (object.type === 'sysctl' && cause === 'host' && value !== undefined) return l10n.t`${thing} is ${value}`;
  // Where it is down, nobody needs to be told that it should be up.
  const facts = why.replaceAll(/, should be (up|down)\b/g, '');
  return /^(is [^,;]*|are .*|name none)$/.test(facts) ? `${thing} ${facts}` : l10n.t`${thing}: ${facts}`;
}
