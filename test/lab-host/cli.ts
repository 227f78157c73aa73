import { startLabHost } from './index';

/** `tsx test/lab-host/cli.ts [NAME]`: starts a lab host, says how to reach it, and holds it until Ctrl-C. */
async function main(name: string): Promise<void> {
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  const lab = await startLabHost({ name });
  const options = `-i ${lab.identityFile} -o UserKnownHostsFile=${lab.knownHostsFile} -o IdentitiesOnly=yes`;
  const target = `--target ssh://root@${lab.address} --identity ${lab.identityFile} --known-hosts ${lab.knownHostsFile}`;
  const { root, sudoNoPassword, sudoWithPassword, password } = lab.users;

  console.log(`The lab host ${lab.name} is up at ${lab.address}. Its internet is 203.0.113.8 and 8.8.8.8 (ping, HTTP).

  ssh ${options} ${root}@${lab.address}
  npm run lab -- observe ${target}

Other users: ${sudoNoPassword} (sudo without a password), ${sudoWithPassword} (sudo with the password "${password}").
Host key: ${lab.hostKeyFingerprint}
Ctrl-C ends it.`);

  // A pending promise alone does not keep Node.js running.
  const keepRunning = setInterval(() => undefined, 1 << 30);
  await asked;
  clearInterval(keepRunning);
  await lab.stop();
}

void main(process.argv[2] ?? 'lab1');
