/**
 * What was most likely meant by a text that is not spelt as a value with this title in the schema must be; undefined where
 * nobody could say. The result may still be wrong: the caller checks it by the schema's pattern where it matters.
 */
export function likelySpelling(title: string, written: string): string | undefined {
  const text = written.trim().slice(0, 200);
  switch (title) {
    case 'Lab name':
      return (
        toName(text.toLowerCase(), /[^a-z0-9]+/g, '-')
          .slice(0, 31)
          .replace(/-+$/, '') || undefined
      );
    case 'Name':
      return toName(text, /[^A-Za-z0-9._-]+/g, '-') || undefined;
    case 'Variable name':
      return /[A-Za-z_]/.test(text) ? text.replaceAll(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=[0-9])/, '_') : undefined;
    case 'setting name':
      return toSettingName(text);
    case 'MAC address':
      return toMacAddress(text);
    case 'Delay':
    case 'Jitter':
      return withUnit(text, { '': 'ms', ms: 'ms', msec: 'ms', msecs: 'ms', us: 'us', usec: 'us', usecs: 'us', s: 's', sec: 's', secs: 's' }); // prettier-ignore
    case 'Loss':
    case 'Duplication':
    case 'Reordering':
    case 'Corruption':
      return withUnit(text, { '': '%', '%': '%', percent: '%' });
    case 'Rate':
      return withUnit(text, { '': 'mbit', k: 'kbit', kbps: 'kbit', kbit: 'kbit', m: 'mbit', mbps: 'mbit', mbit: 'mbit', g: 'gbit', gbps: 'gbit', gbit: 'gbit', bit: 'bit', bps: 'bit' }); // prettier-ignore
    default:
      return undefined;
  }
}

function toName(text: string, bad: RegExp, instead: string): string {
  return text.replaceAll(bad, instead).replace(/^[^A-Za-z0-9]+/, '');
}

/** `net/ipv4/ip_forward`, as the path below /proc/sys has it, or without its `net.`. */
function toSettingName(text: string): string | undefined {
  const dotted = text.includes('.') ? text : text.replaceAll('/', '.');
  const inner = dotted.replace(/^\.*(proc\.sys\.)?/, '');
  const name = /^(ipv4|ipv6|core|netfilter)\./.test(inner) ? `net.${inner}` : inner;
  return /^net(\.[A-Za-z0-9_-]+)+$/.test(name) && name !== text ? name : undefined;
}

/** `02-00-00-00-00-01`, `0200.0000.0001` and `020000000001`, as other systems write it. */
function toMacAddress(text: string): string | undefined {
  const digits = text.replaceAll(/[-.: ]/g, '');
  if (!/^[0-9A-Fa-f]{12}$/.test(digits)) return undefined;
  return digits.toLowerCase().match(/../g)?.join(':');
}

function withUnit(text: string, units: Readonly<Record<string, string>>): string | undefined {
  const [, number, unit = ''] = /^([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*([a-z%]*)$/i.exec(text) ?? [];
  const known = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined;
  return number === undefined || known === undefined ? undefined : number + known;
}
