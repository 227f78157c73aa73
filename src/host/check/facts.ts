import { splitSections } from '../sections';

/** What Check Host learnt besides the reading of the host. */
export interface HostFacts {
  /** `ID`, then the words of `ID_LIKE`, of os-release(5): `ubuntu`, `debian`. */
  readonly distributions: readonly string[];
  /** `PRETTY_NAME` of os-release(5). */
  readonly system?: string;
  /** By program, what it says of its version; a program that is not there has none. */
  readonly versions: ReadonlyMap<string, string>;
  /** By path below /proc/sys. */
  readonly sysctls: ReadonlyMap<string, string>;
  /** `MaxSessions` of sshd_config(5): the channels of one connection. Only root can ask for it. */
  readonly maxSessions?: number;
  /** The host's clock, seconds since 1970. */
  readonly time?: number;
}

/** @throws NetnsError `unexpectedOutput` where the script's output was cut off. */
export function readHostFacts(output: string, boundary: string): HostFacts {
  const sections = splitSections(output, boundary);
  const release = new Map(sections.lines('os').flatMap((line) => assignment(line)));
  const maxSessions = numberAfter(sections.lines('sshd')[0], 'maxsessions');
  const time = Number(sections.lines('time')[0]);
  const system = release.get('PRETTY_NAME');
  return {
    distributions: [release.get('ID') ?? '', ...(release.get('ID_LIKE') ?? '').split(' ')].filter((id) => id !== ''),
    ...(system !== undefined && { system }),
    versions: pairs(sections.lines('versions')),
    sysctls: pairs(sections.lines('sysctls')),
    ...(maxSessions !== undefined && { maxSessions }),
    ...(Number.isFinite(time) && time > 0 && { time }),
  };
}

/** `NAME="value"`, as os-release(5) has it. */
function assignment(line: string): [string, string][] {
  const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
  return name === undefined || value === undefined ? [] : [[name, value.replace(/^(["'])(.*)\1$/, '$2')]];
}

function pairs(lines: readonly string[]): Map<string, string> {
  return new Map(
    lines.map((line) => {
      const space = line.indexOf(' ');
      return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1).trim()];
    }),
  );
}

function numberAfter(line: string | undefined, word: string): number | undefined {
  const [, digits] = new RegExp(`^${word} (\\d+)$`, 'i').exec(line ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits);
}
