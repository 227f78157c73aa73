import * as l10n from '@vscode/l10n';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { utils, type ParsedKey } from 'ssh2';
import { Secret } from '../base/secret';

/** A private key's file, understood. */
export type KeyFile =
  /** `text` is in a form that ssh2 reads. */
  | { readonly type: 'key'; readonly text: Secret }
  /** `publicKey` where it is known without the passphrase: from an OpenSSH file itself, else from the `.pub` file beside it. */
  | { readonly type: 'locked'; readonly text: Secret; readonly publicKey: ParsedKey | undefined; readonly why: string }
  | { readonly type: 'missing' | 'unusable'; readonly why: string };

/** Reads a private key: OpenSSH's own format, PEM, PKCS #8 or PuTTY's. Never throws; `why` is the end of a sentence. */
export async function readKeyFile(file: string): Promise<KeyFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { type: 'missing', why: l10n.t`does not exist` };
    return { type: 'unusable', why: l10n.t`cannot be read (${code ?? message})` };
  }
  const secret = new Secret(text);
  const key = parsePrivateKey(secret);
  if (key.type !== 'locked') return key;
  return { ...key, text: secret, publicKey: publicKeyInside(text) ?? (await publicKeyBeside(file)) };
}

export type ParsedPrivateKey =
  | { readonly type: 'key'; readonly text: Secret }
  | { readonly type: 'locked'; readonly why: string }
  | { readonly type: 'unusable'; readonly why: string };

/** @param passphrase Where it is wrong, the answer is `locked`. */
export function parsePrivateKey(file: Secret, passphrase?: Secret): ParsedPrivateKey {
  const text = file.expose();
  if (/^-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/m.test(text)) return parsePkcs8(text, passphrase);
  const key = utils.parseKey(text, passphrase?.expose());
  if (!(key instanceof Error)) {
    if (!key.isPrivateKey()) return { type: 'unusable', why: l10n.t`is a public key, not a private one` };
    return passphrase === undefined ? { type: 'key', text: file } : unlocked(key);
  }
  if (/not supported|unsupported/i.test(key.message)) return { type: 'unusable', why: unreadable(text, key.message) };
  if (passphrase !== undefined || /passphrase|encrypted/i.test(key.message)) return locked;
  return { type: 'unusable', why: unreadable(text, key.message) };
}

const locked = { type: 'locked', why: l10n.t`is protected by a passphrase` } as const;

/** ssh2's own words never hold any of the key. */
function unreadable(text: string, said: string): string {
  if (keyTypesIn(text).some((type) => type.startsWith('sk-'))) {
    return l10n.t`belongs to a security key (FIDO), which is not supported yet`;
  }
  return l10n.t`holds no private key that can be read (${said})`;
}

/** The key without its passphrase. ssh2 writes Ed25519 keys in a format that it does not read. */
function unlocked(key: ParsedKey): ParsedPrivateKey {
  const text = key.getPrivatePEM();
  return text.startsWith('-----BEGIN PRIVATE KEY-----')
    ? parsePkcs8(text, undefined)
    : { type: 'key', text: new Secret(text) };
}

/** Node.js reads PKCS #8 (RFC 5958), ssh2 does not. */
function parsePkcs8(text: string, passphrase: Secret | undefined): ParsedPrivateKey {
  const isLocked = text.includes('BEGIN ENCRYPTED PRIVATE KEY');
  if (isLocked && passphrase === undefined) return locked;
  let key: KeyObject;
  try {
    key = createPrivateKey({
      key: text,
      format: 'pem',
      ...(passphrase === undefined ? {} : { passphrase: passphrase.expose() }),
    });
  } catch {
    return isLocked ? locked : { type: 'unusable', why: l10n.t`holds no private key that can be read (PKCS #8)` };
  }
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return { type: 'key', text: new Secret(key.export({ type: 'pkcs1', format: 'pem' }).toString()) };
    case 'ec':
      return { type: 'key', text: new Secret(key.export({ type: 'sec1', format: 'pem' }).toString()) };
    case 'ed25519':
      return { type: 'key', text: new Secret(openSshEd25519(key)) };
    default:
      return {
        type: 'unusable',
        why: l10n.t`holds a key of the kind ${key.asymmetricKeyType ?? 'unknown'}, not of SSH`,
      };
  }
}

/** An Ed25519 key in OpenSSH's format (PROTOCOL.key in its sources), the only one that ssh2 reads it in. */
function openSshEd25519(key: KeyObject): string {
  const { d = '', x = '' } = key.export({ format: 'jwk' });
  const publicPart = Buffer.from(x, 'base64url');
  const publicBlob = Buffer.concat([field('ssh-ed25519'), field(publicPart)]);
  const secretPart = Buffer.concat([
    Buffer.alloc(8), // The check number, twice the same.
    publicBlob,
    field(Buffer.concat([Buffer.from(d, 'base64url'), publicPart])),
    field(''),
  ]);
  const padding = Buffer.from(Array.from({ length: (8 - (secretPart.length % 8)) % 8 }, (_, n) => n + 1));
  const blob = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...['none', 'none', ''].map(field),
    uint32(1),
    field(publicBlob),
    field(Buffer.concat([secretPart, padding])),
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

function field(value: string | Buffer): Buffer {
  return Buffer.concat([uint32(Buffer.byteLength(value)), Buffer.from(value)]);
}

/** The blob of an OpenSSH file's public key, which stands in the open before the locked part. */
function publicBlobInside(text: string): Buffer | undefined {
  const [, encoded = ''] = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(text) ?? [];
  const blob = Buffer.from(encoded, 'base64');
  let at = 'openssh-key-v1\0'.length;
  const next = (): Buffer | undefined => {
    if (at + 4 > blob.length) return undefined;
    const length = blob.readUInt32BE(at);
    const part = blob.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    return part.length === length ? part : undefined;
  };
  for (let skipped = 0; skipped < 3; skipped++) if (next() === undefined) return undefined;
  at += 4; // How many keys: there is only ever one.
  return next();
}

function typeOf(blob: Buffer): string {
  if (blob.length < 4) return '';
  return blob.toString('latin1', 4, 4 + Math.min(blob.readUInt32BE(0), 64));
}

function keyTypesIn(text: string): string[] {
  const blob = publicBlobInside(text);
  return blob === undefined ? [] : [typeOf(blob)];
}

function publicKeyInside(text: string): ParsedKey | undefined {
  const blob = publicBlobInside(text);
  return blob === undefined ? undefined : parsePublic(`${typeOf(blob)} ${blob.toString('base64')}`);
}

/** The key of the `.pub` file that belongs to a private key's file. */
export async function publicKeyBeside(file: string): Promise<ParsedKey | undefined> {
  const text = await readFile(`${file}.pub`, 'utf8').catch(() => '');
  return text === '' ? undefined : parsePublic(text);
}

/** A public key from its blob or its line; undefined for kinds that ssh2 does not know. */
export function parsePublic(key: string | Buffer): ParsedKey | undefined {
  const parsed = utils.parseKey(key);
  return parsed instanceof Error ? undefined : parsed;
}
