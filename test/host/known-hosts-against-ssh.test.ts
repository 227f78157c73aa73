import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { HostKeyCheck } from '../../src/transport/host-keys';
import { hashedName, knownHostName } from '../../src/transport/known-hosts';
import { makeKeyPair, noPrompts, startSshd } from '../fixtures/ssh';
import { startLabHost, type LabHost } from '../lab-host';

const exec = promisify(execFile);

/** One line of a known_hosts file, before the lab's addresses and keys are put in. */
interface Line {
  readonly marker: '' | '@revoked ' | '@cert-authority ';
  readonly names: readonly string[];
  readonly isHashed: boolean;
  readonly key: 'right' | 'other' | 'otherType' | 'broken';
}

/** OpenSSH's own client is the judge: generated known_hosts files, a real sshd on two ports, several files at once. */
describe('known_hosts files of any kind', function () {
  this.timeout(300_000);
  let lab: LabHost;
  let otherPort: number;
  let keys: Readonly<Record<Line['key'], string>>;

  before(async () => {
    lab = await startLabHost();
    otherPort = await startSshd(lab, []);
    const right = (await readFile(lab.knownHostsFile, 'utf8')).trim().split(' ').slice(1, 3).join(' ');
    const of = async (type: string): Promise<string> =>
      (await makeKeyPair(path.join(lab.directory, `other-${type}`), type)).publicLine.split(' ').slice(0, 2).join(' ');
    keys = { right, other: await of('ed25519'), otherType: await of('rsa'), broken: right.slice(0, -6) };
  });
  after(() => lab.stop());

  const name = fc.constantFrom(
    'NAME',
    'ADDRESS',
    '[ADDRESS]:22',
    'PREFIX*',
    'PREFIX?',
    '*',
    '!NAME',
    '!ADDRESS',
    'elsewhere',
    '?*',
    '[*]:*',
  );
  const line: fc.Arbitrary<Line> = fc.record({
    marker: fc.constantFrom('' as const, '' as const, '' as const, '@revoked ' as const, '@cert-authority ' as const),
    names: fc.array(name, { minLength: 1, maxLength: 3 }),
    isHashed: fc.boolean(),
    key: fc.constantFrom('right' as const, 'right' as const, 'other' as const, 'otherType' as const, 'broken' as const),
  });
  const file = fc.array(line, { maxLength: 4 });

  function textOf(lines: readonly Line[], port: number): string {
    const own = knownHostName(lab.address, port);
    const place = (text: string): string =>
      text
        .replace('NAME', own)
        .replace('ADDRESS', lab.address)
        .replace(
          'PREFIX',
          own.slice(0, -1).replace(/[[\]]/g, (bracket) => bracket),
        );
    return lines
      .map(({ marker, names, isHashed, key }) => {
        const [first = ''] = names;
        const hosts = isHashed && !/[*?!]/.test(first) ? hashedName(place(first)) : names.map(place).join(',');
        return `${marker}${hosts} ${keys[key]}\n`;
      })
      .join('');
  }

  async function judgedBySsh(files: readonly string[], port: number): Promise<boolean> {
    const options = ['BatchMode=yes', 'StrictHostKeyChecking=yes', `UserKnownHostsFile=${files.join(' ')}`]
      .concat('GlobalKnownHostsFile=/dev/null', 'UpdateHostKeys=no', 'IdentitiesOnly=yes')
      // The host has other keys, which are in no file: both sides are asked about the same one.
      .concat('HostKeyAlgorithms=ssh-ed25519', `Port=${port}`)
      .flatMap((option) => ['-o', option]);
    const args = ['-F', '/dev/null', '-i', lab.identityFile, ...options, `root@${lab.address}`, 'true'];
    return await exec('ssh', args).then(
      () => true,
      () => false,
    );
  }

  /** Whether the host is let in with what two files say: as we judge, which must be as ssh judges. */
  async function isLetIn(one: string, two: string, port: number): Promise<boolean> {
    const files = [path.join(lab.directory, 'known-1'), path.join(lab.directory, 'known-2')];
    await writeFile(files[0] ?? '', one);
    await writeFile(files[1] ?? '', two);
    const check = await HostKeyCheck.read(lab.address, port, files, noPrompts);
    const key = Buffer.from(keys.right.split(' ')[1] ?? '', 'base64');
    const ours = await check.verify(key).then(
      () => true,
      () => false,
    );
    assert.equal(ours, await judgedBySsh(files, port), `port ${port}\n${one}--\n${two}`);
    return ours;
  }

  it('revoke a key without a port for every port of which no key is known, and for no other', async () => {
    const revoked = `@revoked ${lab.address} ${keys.right}\n`;
    const known = `${knownHostName(lab.address, otherPort)} ${keys.right}\n`;
    assert.equal(await isLetIn(revoked, '', 22), false);
    assert.equal(await isLetIn(revoked, '', otherPort), false);
    assert.equal(await isLetIn(revoked, known, otherPort), true);
    assert.equal(await isLetIn(`@revoked * ${keys.right}\n`, known, otherPort), false);
    assert.equal(await isLetIn(`@revoked ${known}`, `${lab.address} ${keys.right}\n`, otherPort), false);
  });

  it('let in whom ssh lets in, and nobody else', async () => {
    let accepted = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(file, file, fc.boolean(), async (one, two, isOtherPort) => {
        const port = isOtherPort ? otherPort : 22;
        if (await isLetIn(textOf(one, port), textOf(two, port), port)) accepted++;
        else refused++;
      }),
      { numRuns: 80 },
    );
    assert.ok(accepted >= 8 && refused >= 8, `${accepted} were let in, ${refused} refused`);
  });
});
