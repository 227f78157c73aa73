import assert from 'node:assert/strict';
import { spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from '../../../src/base/command';
import type { Plan, Step } from '../../../src/plan/model';
import { ScriptEvents, type ScriptEvent } from '../../../src/plan/script-events';

export const token = 'T0KENT0KENT0KEN';
export const shells = ['dash', 'bash', 'busybox'].filter((shell) => spawnSync('which', [shell]).status === 0);

export function step(run: Command[], undo: Command[], more: Partial<Step> = {}): Step {
  return { action: 'create', object: { type: 'interface', name: 'x' }, why: 'test', run, undo, ...more };
}

export function plan(steps: Step[], more: Partial<Plan> = {}): Plan {
  const record = { type: 'write', text: '{\n "revision": 1,\n "x": 1\n}\n' } as const;
  return { action: 'apply', lab: 'test', steps, problems: [], basedOn: 0, record, ...more };
}

/** A script under way in a directory that stands for /run. */
export class Running {
  readonly events: ScriptEvent[] = [];
  readonly exited: Promise<number | null>;
  private readonly reader = new ScriptEvents(token);
  private waiting: { readonly wanted: (event: ScriptEvent) => boolean; readonly found: () => void }[] = [];

  constructor(readonly child: ChildProcessWithoutNullStreams) {
    child.stdin.on('error', () => undefined);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      for (const event of this.reader.feed(text)) {
        this.events.push(event);
        for (const { wanted, found } of this.waiting) if (wanted(event)) found();
      }
    });
    this.exited = new Promise((resolve) => child.on('close', resolve));
  }

  async until(type: ScriptEvent['type'], stepNumber?: number): Promise<void> {
    const wanted = (event: ScriptEvent): boolean =>
      event.type === type && (stepNumber === undefined || ('step' in event && event.step === stepNumber));
    if (this.events.some(wanted)) return;
    const found = new Promise<true>((resolve) => this.waiting.push({ wanted, found: () => resolve(true) }));
    const seen = await Promise.race([found, this.exited.then(() => this.events.some(wanted))]);
    assert.ok(seen, `The script ended without "${type}": ${JSON.stringify(this.events)}`);
  }

  say(word: 'commit' | 'cancel'): void {
    this.child.stdin.write(`${word} ${token}\n`);
  }

  types(): string[] {
    return this.events.map((event) => ('step' in event ? `${event.type} ${event.step}` : event.type));
  }
}

export function workerOf(state: string): number {
  return Number(readFileSync(path.join(state, 'journal/worker'), 'utf8').split(' ')[0]);
}
