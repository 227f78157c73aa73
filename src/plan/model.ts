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

export interface Plan {
  readonly action: 'apply' | 'destroy';
  readonly lab: string;
  /** Empty: the host already is as it should be. */
  readonly steps: readonly Step[];
  readonly problems: readonly PlanProblem[];
}
