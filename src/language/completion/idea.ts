import type { Proposal } from './proposal';

/** What may be written, before it is known how it must be spelt at the place. */
export interface Idea extends Pick<Proposal, 'label' | 'kind' | 'detail' | 'documentation'> {
  /** The scalar's text, without quotes. */
  readonly text: string;
  /** What follows the scalar, as it is written. */
  readonly after?: string;
  /** 0 is the likeliest. */
  readonly rank: number;
  readonly asksAgain?: boolean;
  /** A word of YAML, such as `true`, that quotes would turn into text. */
  readonly isWord?: boolean;
}

/** Without those of a label that came before. */
export function unique(ideas: readonly Idea[]): Idea[] {
  const byLabel = new Map<string, Idea>();
  for (const idea of ideas) if (!byLabel.has(idea.label)) byLabel.set(idea.label, idea);
  return [...byLabel.values()];
}
