import { randomBytes } from 'node:crypto';
import { readHostFacts, type HostFacts } from '../host/check/facts';
import { checkHost, type CheckInput, type Finding } from '../host/check/findings';
import { checkHostScript } from '../host/check/script';
import type { Transport } from '../transport/transport';
import { canBeRoot, observe } from './observe';

export interface HostCheck {
  readonly facts: HostFacts;
  readonly findings: readonly Finding[];
}

function rootOf({ privilege }: Transport): CheckInput['root'] {
  if (privilege === undefined || privilege.type === 'root') return { type: 'root' };
  return privilege.type === 'sudo' ? privilege : { type: 'none', why: privilege.error.message };
}

/**
 * Looks at what a host has and lacks. Two round trips; changes nothing.
 *
 * @throws NetnsError as `observe` does.
 */
export async function runHostCheck(transport: Transport, signal?: AbortSignal): Promise<HostCheck> {
  const snapshot = await observe(transport, signal);
  const boundary = randomBytes(12).toString('hex');
  const begun = Date.now() / 1000;
  const { stdout } = await transport.run(checkHostScript(boundary), {
    asRoot: canBeRoot(transport),
    ...(signal === undefined ? {} : { signal }),
  });
  const ended = Date.now() / 1000;
  const facts = readHostFacts(stdout, boundary);
  const findings = checkHost({
    facts,
    snapshot,
    root: rootOf(transport),
    // The host's clock was read somewhere in between, in whole seconds.
    ...(facts.time !== undefined && {
      clockAhead: { seconds: facts.time + 0.5 - (begun + ended) / 2, within: (ended - begun) / 2 + 0.5 },
    }),
  });
  return { facts, findings };
}
