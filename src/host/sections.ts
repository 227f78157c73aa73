import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';

/** What the reading script printed, taken apart. */
export class Sections {
  private readonly byHead = new Map<string, string[]>();

  constructor(sections: readonly Section[]) {
    for (const { head, body } of sections) {
      const known = this.byHead.get(head);
      if (known === undefined) this.byHead.set(head, [body]);
      else known.push(body);
    }
  }

  /** The text of the first section of that head, e.g. `nft 3`. */
  get(head: string): string | undefined {
    return this.byHead.get(head)?.[0];
  }

  /** The texts of all sections of that head. */
  all(head: string): readonly string[] {
    return this.byHead.get(head) ?? [];
  }

  /** The lines of a section without the empty ones. */
  lines(head: string): string[] {
    return (this.get(head) ?? '').split('\n').filter((line) => line !== '');
  }
}

interface Section {
  readonly head: string;
  readonly body: string;
}

/**
 * Takes the output of the reading script apart. Text before the first section is left out.
 *
 * @throws NetnsError `unexpectedOutput` when the closing section is missing: the output was cut off.
 */
export function splitSections(output: string, boundary: string): Sections {
  const sections = takeApart(output, boundary);
  if (sections.at(-1)?.head !== 'end') {
    throw new NetnsError('unexpectedOutput', l10n.t`The reading of the host ended in the middle.`, {
      hostSaid: output.slice(-300),
      advice: l10n.t`Try again; if it stays so, look whether the host has a working /bin/sh and enough memory.`,
    });
  }
  return new Sections(sections);
}

/** The same for the output of a part of the reading script, which has no closing section. */
export function readPrinted(output: string, boundary: string): Sections {
  return new Sections(takeApart(output, boundary));
}

function takeApart(output: string, boundary: string): Section[] {
  const mark = `\n@${boundary} `;
  const sections: Section[] = [];
  for (const piece of `\n${output}`.split(mark).slice(1)) {
    const headEnd = piece.indexOf('\n');
    sections.push(
      headEnd === -1 ? { head: piece, body: '' } : { head: piece.slice(0, headEnd), body: piece.slice(headEnd + 1) },
    );
  }
  return sections;
}
