import type { Uri } from 'vscode';
import type { HostSnapshot } from '../../host/model';
import type { Subject } from '../../protocol/subject';
import type { TraceReport } from '../../trace/report';
import type { ActionParts } from '../actions/action';
import type { GraphPanels } from '../graph/graph-panels';
import type { TraceBoard } from '../graph/trace-board';
import type { TraceFiles } from './trace-files';
import type { TraceHistory } from './trace-history';

/** What traces are made with, and shown by. */
export interface TraceParts extends ActionParts {
  readonly graphs: GraphPanels;
  readonly board: TraceBoard;
  readonly history: TraceHistory;
  readonly extensionUri: Uri;
  /** Selects the row of something in the tree of hosts. @returns whether there is one */
  readonly revealInTree: (subject: Subject) => Promise<boolean>;
}

/** What a finished trace found. */
export interface FoundTrace {
  readonly report: TraceReport;
  /** The reading that it went by. */
  readonly snapshot: HostSnapshot;
  readonly files: TraceFiles;
}
