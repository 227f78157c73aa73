import type { ObjectRef, Step } from './model';

/** What an object is called in a sentence; a name alone where that says what it is. */
const nouns: Readonly<Record<ObjectRef['type'], string>> = {
  namespace: 'namespace',
  bridge: 'bridge',
  link: 'cable',
  interface: '',
  address: 'address',
  route: 'route',
  rule: 'policy rule',
  sysctl: '',
  nat: 'NAT',
  service: 'service',
  nameservers: 'the name servers of',
  process: 'process',
  impairment: 'the impairment of',
  manifest: 'the record of',
};

/** `cable earth:earth-veth — planet-br`, `veth1`. */
export function thingInWords({ type, name }: ObjectRef): string {
  return [nouns[type], name].filter((part) => part !== '').join(' ');
}

/** What a step says about the difference that it would mend. */
export function driftWords({ action, object, why }: Step, cause: 'host' | 'file'): string {
  const thing = thingInWords(object);
  if (action === 'remove') return `${thing} is no longer in the file`;
  if (action === 'create') {
    if (cause === 'file') return `${thing} is not applied yet`;
    if (object.type === 'nameservers') return `${thing} are gone`;
    return object.type === 'service' ? `${thing} has ended` : `${thing} is gone`;
  }
  const [, value] = /\bit is (\S+)$/.exec(why) ?? [];
  if (object.type === 'sysctl' && cause === 'host' && value !== undefined) return `${thing} is ${value}`;
  // Where it is down, nobody needs to be told that it should be up.
  const facts = why.replaceAll(/, should be (up|down)\b/g, '');
  return /^(is [^,;]*|are .*|name none)$/.test(facts) ? `${thing} ${facts}` : `${thing}: ${facts}`;
}
