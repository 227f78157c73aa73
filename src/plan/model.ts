import type { Command } from '../base/command';
import type { YamlPath } from '../topology/model';

/** What a step works on, for the person who reads the plan and for the graph that marks it. */
export interface ObjectRef {
  readonly type:
    | 'namespace'
    | 'bridge'
    | 'link'
    | 'interface'
    | 'address'
    | 'route'
    | 'rule'
    | 'sysctl'
    | 'nat'
    | 'service'
    | 'nameservers'
    | 'process'
    | 'impairment'
    | 'manifest';
  /** `earth`, `earth:earth-veth`, `planet-br`, `earth:default via 10.10.0.1`, `internet` … */
  readonly name: string;
  /** The namespace it lies in; undefined is the root namespace. */
  readonly namespace?: string;
}

/** One step of a plan: what is done, how it is undone, and why. Steps are small enough that each can fail by itself. */
export interface Step {
  readonly action: 'create' | 'change' | 'replace' | 'remove';
  readonly object: ObjectRef;
  /** `not on the host yet`, `is 10.10.0.9/16, the file says 10.10.0.10/16` … */
  readonly why: string;
  readonly run: readonly Command[];
  /** Brings the host back to where it was before `run`, also when `run` stopped in the middle; run in order. */
  readonly undo: readonly Command[];
  /**
   * `run` may take seconds (a service getting ready) and may be killed in the middle when the work is stopped. The
   * commands of every other step take milliseconds and are let finish, so that it is known whether they took effect.
   */
  readonly interruptible?: true;
  /** Seconds for which a command of it may do nothing at all, since the file says so (a service that is ready after a time). */
  readonly waits?: number;
  /** Where it is declared. */
  readonly path?: YamlPath;
}

/** Why a plan cannot or should not run. With an `error` nothing is run. */
export interface PlanProblem {
  readonly severity: 'error' | 'warning';
  readonly reason: 'conflict' | 'unsupported' | 'missingTool' | 'unsafe' | 'invalidTopology';
  readonly message: string;
  readonly advice?: string;
  readonly path?: YamlPath;
}

/** A thing that others made and that becomes the lab's. */
export interface AdoptedThing {
  readonly object: ObjectRef;
  /** What goes with it although the file does not have it, for people: `interface dummy0`, `process sleep (4711, left running …)`. */
  readonly besides: readonly string[];
}

export interface Plan {
  readonly action: 'apply' | 'destroy';
  readonly lab: string;
  /** What is done, for people, where it is no lab's apply or destroy: `Set Down earth-veth`. */
  readonly title?: string;
  /** Empty: the host already is as it should be. */
  readonly steps: readonly Step[];
  readonly problems: readonly PlanProblem[];
  /** What others made that becomes the lab's, where the plan was made to adopt. */
  readonly adopts?: readonly AdoptedThing[];
  /**
   * What the lab's manifest on the host must say afterwards: `write` replaces it, `remove` deletes it; without it the
   * manifest is already right. It is written last, once the steps are confirmed.
   */
  readonly record?: { readonly type: 'write'; readonly text: string } | { readonly type: 'remove' };
  /**
   * What of the host's own network it changes (`addresses`, `routes` …): with any, the work is kept only once a fresh
   * connection has shown that the host can still be reached.
   */
  readonly risks?: readonly string[];
  /** The revision of the manifest that the plan was made from (0: there was none); another one on the host refuses the plan. */
  readonly basedOn: number;
}
