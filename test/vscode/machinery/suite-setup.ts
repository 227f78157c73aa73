import { cp } from 'node:fs/promises';
import path from 'node:path';
import { startLabHost } from '../../lab-host';
import type { LabHost } from '../../lab-host';
import type { HostSetting } from './settings';

const repository = path.resolve(__dirname, '../../..');

/** The lab host as a user would have configured it in `netns.hosts`. */
export function hostSetting(lab: Pick<LabHost, 'address' | 'port' | 'identityFile' | 'knownHostsFile'>): HostSetting {
  return {
    id: 'lab1',
    host: lab.address,
    port: lab.port,
    user: 'root',
    identityFile: lab.identityFile,
    knownHostsFiles: [lab.knownHostsFile],
  };
}

/** What the suite in the extension host, which configures the hosts itself, may know of its lab host, as JSON in the environment variable NETNS_TEST_LAB_HOST. */
export function labHostEnvironment(lab: LabHost): Record<string, string> {
  const { address, port, identityFile, knownHostsFile, hostKeyFingerprint, users } = lab;
  return {
    NETNS_TEST_LAB_HOST: JSON.stringify({ address, port, identityFile, knownHostsFile, hostKeyFingerprint, users }),
  };
}

/** Copies the examples, so that nobody edits the repository's by accident. */
export async function copyExamples(folder: string): Promise<string> {
  const workspace = path.join(folder, 'examples');
  await cp(path.join(repository, 'examples'), workspace, { recursive: true });
  return workspace;
}

export { startLabHost };
