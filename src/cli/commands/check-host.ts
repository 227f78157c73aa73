import { describeFindings, summarizeFindings } from '../../host/check/report';
import { runHostCheck } from '../../lab/check-host';
import type { RunCommand } from './work';

/** `check-host`: what the host has and lacks; fails where something is lacking. */
export const runCheckHost: RunCommand = async ({ output, signal, connect }) => {
  const { findings } = await runHostCheck(await connect(), signal);
  output.result(`${describeFindings(findings)}\n\n${summarizeFindings(findings)}`);
  return { ok: findings.every(({ state }) => state !== 'lack'), document: { findings } };
};
