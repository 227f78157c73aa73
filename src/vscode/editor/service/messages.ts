import type { Question } from './questions';

/** To the thread that answers. Messages arrive in the order in which they were sent. */
export type ToDesk =
  | { readonly type: 'text'; readonly file: string; readonly version: number; readonly text: string }
  | { readonly type: 'forget'; readonly file: string }
  | {
      readonly type: 'ask';
      readonly id: number;
      readonly file: string;
      readonly version: number;
      readonly question: Question;
      readonly args: readonly unknown[];
    }
  | { readonly type: 'cancel'; readonly id: number };

/** From the thread that answers: one message for each question, and one when it is there. */
export type FromDesk =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  /** It was cancelled, or is about a version that has been replaced. */
  | { readonly type: 'dropped'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };
