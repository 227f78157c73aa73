import type { ObservedService } from './model';

/**
 * What the labs' services noted: for each the path of its file, then a fact a line: `restarts N`, `started SECONDS PID`,
 * `ended SECONDS CODE`, `stopped`. What is not understood is left out: the last line may just be in the making.
 */
export function readServices(texts: readonly string[]): ObservedService[] {
  return texts.flatMap((text) => readService(text) ?? []);
}

function readService(text: string): ObservedService | undefined {
  const [path = '', ...lines] = text.split('\n');
  const [, lab, namespace, name] =
    /^\/run\/netns-topology\/labs\/([^/]+)\/services\/([^/]+)\/([^/]+)\.status$/.exec(path) ?? [];
  if (lab === undefined || namespace === undefined || name === undefined) return undefined;
  let service: ObservedService = { lab, namespace, name, restarts: 0 };
  for (const line of lines) {
    const [word, first, second] = line.split(' ');
    if (word === 'restarts') service = { ...service, restarts: wholeNumber(first) ?? 0 };
    if (word === 'stopped') service = { ...service, isStopped: true };
    const at = wholeNumber(first);
    const number = wholeNumber(second);
    if (at === undefined || number === undefined) continue;
    if (word === 'started') service = { ...service, since: at, pid: number };
    if (word === 'ended') service = { ...service, ended: { at, code: number } };
  }
  return service;
}

function wholeNumber(text: string | undefined): number | undefined {
  return /^\d{1,12}$/.test(text ?? '') ? Number(text) : undefined;
}
