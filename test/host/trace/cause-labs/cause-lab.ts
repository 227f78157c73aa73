import type { AskedTrace } from '../../../../src/lab/trace/question';
import type { CauseId } from '../../../../src/trace/model';
import type { KernelFeature } from '../../../lab-host/kernel';

/** One thing (or two) broken in the world where all works, and what a trace must say of it. */
export interface CauseLab {
  readonly name: string;
  readonly broken: readonly string[];
  readonly ask: AskedTrace;
  /** Exactly these, in the order in which they bite. */
  readonly causes: readonly CauseId[];
  /** Part of the first cause's text. */
  readonly says?: string;
  /** Part of the first cause's evidence. */
  readonly sees?: string;
  /** Part of a note: what could not be read, or not understood. */
  readonly notes?: string;
  /** Where what is read and what is seen differ; none by default. */
  readonly differences?: readonly string[];
  /** Whether they differ is up to chance. */
  readonly mayDiffer?: true;
  /** Besides the fixes that the trace offers: what has to be typed before the packet gets through. */
  readonly byHand?: readonly string[];
  /** It gets through all the same, and that is said in the notes or remarks. */
  readonly reached?: true;
  readonly needs?: KernelFeature;
  /** It needs Open vSwitch's daemons. */
  readonly openVswitch?: true;
}

export const out = { from: 'earth', to: '8.8.8.8' } as const;
export const near = { from: 'earth', to: 'neptune' } as const;
export const far = { from: 'earth', to: 'mars' } as const;
export const near6 = { from: 'earth', to: 'fd00:10::20' } as const;
export const far6 = { from: 'earth', to: 'fd00:30::2' } as const;
