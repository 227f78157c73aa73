import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Reads known_hosts text as OpenSSH does (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). Pure: no file is opened here.
 */

/** A line that names keys; comments and lines that cannot be read are left out, as ssh leaves them out. */
export interface KnownHostEntry {
  /** The file the line stands in, as it was given. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** `@revoked`: never to be accepted. `@cert-authority`: signs host certificates, which ssh2 cannot check. */
  readonly marker: 'none' | 'revoked' | 'cert-authority';
  /** The host field as it is written. */
  readonly hosts: string;
  readonly keyType: string;
  /** The key in the SSH wire format (RFC 4253, section 6.6). */
  readonly key: Buffer;
}

/** What known_hosts says about a key that a host has shown. */
export type KeyVerdict =
  | { readonly type: 'known'; readonly entry: KnownHostEntry }
  /** No key is known. `authority` is a line that trusts a certificate authority for this host instead. */
  | { readonly type: 'unknown'; readonly authority?: KnownHostEntry }
  /** Keys are known, and this is none of them. `entry` is the first, of the same type if there is one. */
  | { readonly type: 'changed'; readonly entry: KnownHostEntry }
  | { readonly type: 'revoked'; readonly entry: KnownHostEntry };

const markers = { '@revoked': 'revoked', '@cert-authority': 'cert-authority' } as const;

/** The lines of one file that name keys. Never throws: a line that cannot be read says nothing. */
export function parseKnownHosts(text: string, file: string): KnownHostEntry[] {
  return text.split('\n').flatMap((line, index) => parseLine(line, file, index + 1) ?? []);
}

function parseLine(text: string, file: string, line: number): KnownHostEntry | undefined {
  const words = text.trim().split(/[ \t]+/);
  const first = words[0] ?? '';
  if (first === '' || first.startsWith('#')) return undefined;
  let marker: KnownHostEntry['marker'] = 'none';
  if (first.startsWith('@')) {
    if (!Object.hasOwn(markers, first)) return undefined;
    marker = markers[first as keyof typeof markers];
    words.shift();
  }
  const [hosts = '', keyType = '', encoded = ''] = words;
  const key = decodeKey(keyType, encoded);
  return key === undefined ? undefined : { file, line, marker, hosts, keyType, key };
}

/** The key's bytes, if they are whole base64 and say the same type as the line. */
function decodeKey(keyType: string, encoded: string): Buffer | undefined {
  if (encoded.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return undefined;
  const key = Buffer.from(encoded, 'base64');
  return keyTypeOf(key) === keyType && keyType !== '' ? key : undefined;
}

/** The type that a key in the wire format names, `''` if it is no key. */
export function keyTypeOf(key: Buffer): string {
  if (key.length < 4) return '';
  const length = key.readUInt32BE(0);
  return length > 64 || 4 + length > key.length ? '' : key.toString('latin1', 4, 4 + length);
}

/** The name under which known_hosts keeps a host: `host`, or `[host]:port` for a port other than 22. */
export function knownHostName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/**
 * What ssh-keygen(1) prints for a key: `SHA256:` and the hash in base64 without padding.
 *
 * @param key The key in the wire format.
 */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** Whether a line's host field names `name` (a host name in lower case, or `[host]:port`). */
export function matchesHost(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return matchesHash(hosts, name);
  let matches = false;
  for (const pattern of hosts.toLowerCase().split(',')) {
    const isNegated = pattern.startsWith('!');
    if (!matchesPattern(isNegated ? pattern.slice(1) : pattern, name)) continue;
    if (isNegated) return false;
    matches = true;
  }
  return matches;
}

/** `|1|salt|hash`: HMAC-SHA1 of the name, keyed with the salt, both in base64. One line hides one name. */
function matchesHash(hosts: string, name: string): boolean {
  const [, version, salt, hash, rest] = hosts.split('|');
  if (version !== '1' || salt === undefined || hash === undefined || rest !== undefined) return false;
  const expected = Buffer.from(hash, 'base64');
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** A name as known_hosts hides it, with a salt of its own. */
export function hashedName(name: string): string {
  const salt = randomBytes(20);
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}

/** `*` stands for any characters, `?` for one. Brackets are plain text here: `[host]:port` is a name. */
export function matchesPattern(pattern: string, name: string): boolean {
  // Going back only to the last star keeps this linear in practice, where a regular expression could explode.
  let p = 0;
  let n = 0;
  let star = -1;
  let resume = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** The lines about one host. Like ssh, a host on another port is also known by a line without a port, but only for the same key. */
export class KnownHost {
  readonly name: string;
  private readonly own: readonly KnownHostEntry[];
  private readonly withoutPort: readonly KnownHostEntry[];

  constructor(entries: readonly KnownHostEntry[], host: string, port: number) {
    this.name = knownHostName(host, port);
    this.own = entries.filter(({ hosts }) => matchesHost(hosts, this.name));
    const plain = knownHostName(host, 22);
    this.withoutPort = port === 22 ? [] : entries.filter(({ hosts }) => matchesHost(hosts, plain));
  }

  /** The types of the keys that would be taken, those of this very port first. */
  get keyTypes(): readonly string[] {
    const known = [...this.own, ...this.withoutPort].filter(({ marker }) => marker === 'none');
    return [...new Set(known.map(({ keyType }) => keyType))];
  }

  /**
   * Judges a key (in the wire format) that the host has shown. As ssh does, what is said of this very port counts first, and what is
   * said of the host without a port only where nothing is known of the port (check_host_key in OpenSSH's sshconnect.c).
   */
  judge(key: Buffer): KeyVerdict {
    const ofPort = exactVerdict(this.own, key);
    if (ofPort !== undefined) return ofPort;
    const others = this.own.filter(({ marker }) => marker === 'none');
    const other = others.find(({ keyType }) => keyType === keyTypeOf(key)) ?? others[0];
    if (other !== undefined) return { type: 'changed', entry: other };
    const ofHost = exactVerdict(this.withoutPort, key);
    if (ofHost !== undefined) return ofHost;
    const authority = [...this.own, ...this.withoutPort].find(({ marker }) => marker === 'cert-authority');
    return authority === undefined ? { type: 'unknown' } : { type: 'unknown', authority };
  }
}

/** What entries say of this very key: a revocation outweighs all. */
function exactVerdict(entries: readonly KnownHostEntry[], key: Buffer): KeyVerdict | undefined {
  const about = entries.filter((entry) => entry.key.equals(key));
  const revoked = about.find(({ marker }) => marker === 'revoked');
  if (revoked !== undefined) return { type: 'revoked', entry: revoked };
  const known = about.find(({ marker }) => marker === 'none');
  return known === undefined ? undefined : { type: 'known', entry: known };
}

/** Each type of key with the signature algorithms that prove it (RFC 8332 for RSA), in ssh2's order of preference. */
const hostKeyAlgorithms = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
} as const;

/** A host key algorithm that we offer. SHA-1 (`ssh-rsa`) and DSA are not among them, as in OpenSSH since 8.8. */
export type HostKeyAlgorithm = (typeof hostKeyAlgorithms)[keyof typeof hostKeyAlgorithms][number];

/** All algorithms, those of the known keys first: a host that shows another of its keys would look like a changed one. */
export function preferredAlgorithms(knownTypes: readonly string[]): HostKeyAlgorithm[] {
  const known = Object.entries(hostKeyAlgorithms).filter(([type]) => knownTypes.includes(type));
  const others = Object.entries(hostKeyAlgorithms).filter(([type]) => !knownTypes.includes(type));
  return [...known, ...others].flatMap(([, algorithms]) => algorithms);
}
