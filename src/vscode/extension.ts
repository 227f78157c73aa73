import './l10n/texts';
import path from 'node:path';
import { commands, l10n, window, type ExtensionContext } from 'vscode';
import { DisposableList } from '../base/disposable';
import { Emitter } from '../base/events';
import { OutputDocuments } from './actions/output-documents';
import { registerAdoptCommand } from './adopt/adopt-command';
import { registerAllActions } from './actions/all';
import { openShell } from './actions/open-shell';
import { Turns } from './actions/turns';
import { UndoList } from './actions/undo';
import type { GraphDrawn, NetnsApi } from './api';
import type { Subject } from '../protocol/subject';
import { BrowserRelays } from './browser-relays';
import { registerCaptureCommands } from './capture/capture-commands';
import { registerCaptureFiles } from './capture/capture-files';
import { CapturePanels } from './capture/capture-panels';
import { CaptureStore } from './capture/capture-store';
import { registerCodeLenses } from './editor/code-lenses';
import { showDiagnostics } from './editor/diagnostics';
import { registerLanguageFeatures } from './editor/language-features';
import { registerCheckEvidence } from './editor/lenses/check-evidence';
import { registerQuickFixes } from './editor/quick-fixes';
import { LanguageService, languageWorkerScript } from './editor/service/language-service';
import { registerSymbols } from './editor/symbols';
import { TopologyDocuments } from './editor/topology-documents';
import { exportApi } from './exported-api';
import { FileEditor } from './graph/file-editor';
import { registerGraphCommands } from './graph/graph-commands';
import { graphMenu, type MenuManifest } from './graph/graph-menu';
import { GraphPanels } from './graph/graph-panels';
import { linkSelections } from './graph/selection-link';
import { HostHistories } from './graph/host-histories';
import { PlaceStore } from './graph/place-store';
import { TraceBoard } from './graph/trace-board';
import { PersonPrompts } from './hosts/connect-prompts';
import { registerHostCommands } from './hosts/host-commands';
import { HostConnector } from './hosts/host-connector';
import { HostRegistry } from './hosts/host-registry';
import { hostServices } from './hosts/host-services';
import { watchForLoss } from './hosts/loss-notices';
import { SecretStore } from './hosts/secret-store';
import { followHostSettings } from './hosts/settings-watcher';
import { CommandId } from './ids';
import { MeasurePanels } from './measure/measure-panels';
import { registerReportIssue } from './report/report-issue';
import { createStatusBarItem } from './status-bar';
import { registerTasks } from './tasks/task-provider';
import { registerCheckTests } from './testing/check-tests';
import { CheckResults } from './topology/check-results';
import { CheckRunner } from './topology/check-runner';
import { CommandApproval } from './topology/command-approval';
import { showDrift } from './topology/drift-decorations';
import { LabStates } from './topology/lab-states';
import { PlanDocuments } from './topology/plan-documents';
import { registerPlanEditor } from './topology/plan-editor';
import { showPlansInFiles } from './topology/plan-file-marks';
import { TargetChooser } from './topology/target-chooser';
import { registerTerminalProfile } from './terminals/terminal-profile';
import { registerTopologyCommands } from './topology/topology-commands';
import { labFaces } from './tree/lab-nodes';
import { registerCheckWhy } from './trace/check-why';
import { registerTraceCommands } from './trace/trace-commands';
import { TraceHistory } from './trace/trace-history';
import { TracePanels } from './trace/trace-panels';
import { registerRevealInTree } from './tree/reveal-in-tree';
import { createHostTreeView } from './tree/tree-view';
import { followWalkthrough } from './walkthrough';

/** Puts the parts together. Nothing connects and nothing is read here: that begins when a person asks for it. */
export function activate(context: ExtensionContext): NetnsApi {
  const begin = performance.now();
  const parts = new DisposableList();
  context.subscriptions.push(parts);

  const log = parts.add(window.createOutputChannel('Netns Topology', { log: true }));
  parts.add(commands.registerCommand(CommandId.showLog, () => log.show(true)));

  const registry = parts.add(new HostRegistry(hostServices));
  parts.add(followHostSettings(registry, log));
  const secrets = new SecretStore(context.secrets, context.globalState);
  const connector = new HostConnector(registry, log, new PersonPrompts(secrets, log));
  parts.add(watchForLoss(registry, log));

  const language = parts.add(new LanguageService(context.asAbsolutePath(languageWorkerScript), log, l10n.bundle));
  const documents = parts.add(new TopologyDocuments(language));
  const targets = new TargetChooser(registry, connector, context.workspaceState);
  const labs = parts.add(new LabStates({ registry, documents, targets, log }));
  parts.add(showDrift(labs));
  const results = parts.add(new CheckResults(documents, labs, log));
  const approval = parts.add(new CommandApproval(context.workspaceState));
  const checks = parts.add(new CheckRunner(results, approval, log));
  parts.add(showDiagnostics(documents, log));
  parts.add(registerQuickFixes(documents));
  parts.add(registerSymbols(documents));
  parts.add(
    registerLanguageFeatures(documents, registry, (target) =>
      targets.knownTarget(target === undefined ? {} : { target }),
    ),
  );
  parts.add(registerCodeLenses({ documents, registry, targets, results, labs }));
  parts.add(registerCheckEvidence(documents, results));

  const editor = new FileEditor(documents, log);
  const drawings = parts.add(new Emitter<GraphDrawn>());
  const { extensionUri } = context;
  const measures = parts.add(new MeasurePanels({ registry, connector, log, extensionUri }));
  const board = parts.add(new TraceBoard());
  const graphs = parts.add(
    new GraphPanels(
      {
        registry,
        documents,
        results,
        targets,
        connector,
        editor,
        menu: graphMenu(context.extension.packageJSON as MenuManifest),
        places: new PlaceStore(context.workspaceState),
        histories: parts.add(new HostHistories(registry)),
        measures,
        board,
        log,
        extensionUri,
        onDrawn: ({ nodes, cables }, source) => drawings.fire({ ...source, nodes, cables }),
      },
      context.workspaceState,
    ),
  );
  documents.fileOfGraphInFront = () => graphs.active?.source.topologyUri;
  parts.add(registerGraphCommands(graphs));
  const faces = labFaces(labs, results);
  const tree = parts.add(createHostTreeView(registry, faces, targets));
  parts.add(linkSelections(tree, graphs));
  parts.add(createStatusBarItem(registry, faces));

  const plans = parts.add(new PlanDocuments());
  parts.add(registerPlanEditor(plans, documents));
  parts.add(followWalkthrough(registry, labs, results, plans));
  parts.add(showPlansInFiles(plans));
  const showGraph = (host: { readonly id: string; readonly label: string }): void =>
    graphs.show({ hostId: host.id }, host.label);
  parts.add(registerHostCommands({ registry, connector, targets, secrets, log, showGraph }));
  parts.add(registerReportIssue(context, registry, log));
  parts.add(registerAdoptCommand({ connector, log }, registry));
  const topologyParts = { documents, targets, connector, checks, approval, plans, log };
  parts.add(registerTopologyCommands(topologyParts, graphs, registry, context.extensionUri));
  parts.add(registerCheckTests(topologyParts, results, labs));
  parts.add(registerTasks(topologyParts, registry));

  const { workspaceState } = context;
  const storage = context.storageUri ?? context.globalStorageUri;
  const store = new CaptureStore(storage.scheme === 'file' ? path.join(storage.fsPath, 'captures') : undefined);
  const captures = parts.add(new CapturePanels({ registry, connector, log, extensionUri, store }, workspaceState));
  parts.add(registerCaptureCommands(captures));
  parts.add(registerCaptureFiles(captures, log));
  const actionParts = {
    registry,
    connector,
    documents,
    targets,
    log,
    workspaceState,
    editor,
    outputs: parts.add(new OutputDocuments()),
    captures,
    measures,
    relays: parts.add(new BrowserRelays(log)),
    undo: new UndoList(),
    turns: new Turns(),
    selectedInTree: () => tree.selected(),
  };
  parts.add(registerAllActions(actionParts));
  parts.add(registerTerminalProfile(actionParts, openShell));
  const traceParts = {
    ...actionParts,
    graphs,
    board,
    history: new TraceHistory(workspaceState),
    extensionUri,
    revealInTree: (subject: Subject) => tree.reveal(subject),
  };
  parts.add(registerRevealInTree(actionParts, (subject) => tree.reveal(subject)));
  const traces = parts.add(new TracePanels(traceParts));
  parts.add(registerTraceCommands(traceParts, traces));
  parts.add(registerCheckWhy(traceParts, topologyParts, traces));

  const activationMilliseconds = performance.now() - begin;
  log.info(`Activated in ${activationMilliseconds.toFixed(1)} ms`);
  return exportApi({
    ...topologyParts,
    registry,
    labs: (hostId, name) => faces.faceOf(hostId, name),
    captures,
    drawings: drawings.event,
    activationMilliseconds,
    measures,
    traces,
  });
}

/** Everything is disposed through the context's subscriptions. */
export function deactivate(): void {
  // VS Code disposes the subscriptions right after this.
}
