import type { Action } from './action';
import { openShell } from './open-shell';

/** Every action on live things, in the order of docs/actions.md. */
export const allActions: readonly Action[] = [openShell];
