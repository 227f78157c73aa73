/** Every id that package.json and the code must agree on; a test compares the two. */

export const languageId = 'netns-topology';

export const CommandId = {
  apply: 'netns.topology.apply',
  plan: 'netns.topology.plan',
  verify: 'netns.topology.verify',
  destroy: 'netns.topology.destroy',
  exportScript: 'netns.topology.export',
  runCheck: 'netns.check.run',
  checkWhy: 'netns.check.why',
  pingMatrix: 'netns.topology.pingMatrix',
  showCheckResult: 'netns.check.showResult',
  showTopologyGraph: 'netns.topology.showGraph',
  selectTarget: 'netns.topology.selectTarget',
  newTopology: 'netns.topology.new',
  connect: 'netns.host.connect',
  disconnect: 'netns.host.disconnect',
  refresh: 'netns.host.refresh',
  addHost: 'netns.host.add',
  removeHost: 'netns.host.remove',
  editHost: 'netns.host.edit',
  moveHostUp: 'netns.host.moveUp',
  moveHostDown: 'netns.host.moveDown',
  useHost: 'netns.host.useForWorkspace',
  forgetSecrets: 'netns.host.forgetSecrets',
  editHosts: 'netns.host.editSettings',
  checkHost: 'netns.host.check',
  showHostGraph: 'netns.host.showGraph',
  filterTree: 'netns.tree.filter',
  clearTreeFilter: 'netns.tree.clearFilter',
  adopt: 'netns.host.adopt',
  graphAddNamespace: 'netns.graph.addNamespace',
  graphAddBridge: 'netns.graph.addBridge',
  graphConnect: 'netns.graph.connect',
  graphRename: 'netns.graph.rename',
  graphDelete: 'netns.graph.delete',
  graphShowInFile: 'netns.graph.showInFile',
  graphExport: 'netns.graph.export',
  graphCopyImage: 'netns.graph.copyImage',
  graphExportForPrint: 'netns.graph.exportForPrint',
  graphFullScreen: 'netns.graph.fullScreen',
  showLog: 'netns.showLog',
  reportIssue: 'netns.reportIssue',
  openShell: 'netns.namespace.shell',
  startWebServer: 'netns.namespace.startWebServer',
  runInNamespace: 'netns.namespace.run',
  showConnections: 'netns.namespace.connections',
  capture: 'netns.capture.start',
  captureFiltered: 'netns.capture.startFiltered',
  captureInTerminal: 'netns.capture.terminal',
  ping: 'netns.measure.ping',
  traceRoute: 'netns.measure.route',
  measureThroughput: 'netns.measure.throughput',
  fetchHttp: 'netns.measure.http',
  captureOpen: 'netns.capture.open',
  captureStop: 'netns.capture.stop',
  captureRestart: 'netns.capture.restart',
  captureSave: 'netns.capture.save',
  captureWireshark: 'netns.capture.openInWireshark',
  traceStart: 'netns.trace.start',
  traceFrom: 'netns.trace.from',
  traceTo: 'netns.trace.to',
  traceBetween: 'netns.trace.between',
  traceAgain: 'netns.trace.again',
  traceStop: 'netns.trace.stop',
  traceApplyFix: 'netns.trace.applyFix',
  traceChangeFile: 'netns.trace.changeFile',
  traceSave: 'netns.trace.save',
  traceCopy: 'netns.trace.copy',
  traceShowPackets: 'netns.trace.showPackets',
  traceSavePackets: 'netns.trace.savePackets',
  interfaceUp: 'netns.interface.up',
  interfaceDown: 'netns.interface.down',
  interfaceFlap: 'netns.interface.flap',
  interfaceMtu: 'netns.interface.mtu',
  addAddress: 'netns.interface.addAddress',
  removeAddress: 'netns.interface.removeAddress',
  addRoute: 'netns.route.add',
  removeRoute: 'netns.route.remove',
  unplugCable: 'netns.cable.unplug',
  plugCableIn: 'netns.cable.plugIn',
  impairCable: 'netns.cable.impair',
  clearImpairment: 'netns.cable.clearImpairment',
  createNamespace: 'netns.namespace.create',
  createBridge: 'netns.bridge.create',
  createCable: 'netns.cable.create',
  deleteNamespace: 'netns.namespace.delete',
  deleteBridge: 'netns.bridge.delete',
  deleteCable: 'netns.cable.delete',
  deleteInterface: 'netns.interface.delete',
  followLog: 'netns.service.followLog',
  startService: 'netns.service.start',
  restartService: 'netns.service.restart',
  stopService: 'netns.service.stop',
  followProcess: 'netns.process.follow',
  signalProcess: 'netns.process.signal',
  addForward: 'netns.forward.add',
  removeForward: 'netns.forward.remove',
  openForward: 'netns.forward.openInBrowser',
  toggleNat: 'netns.nat.toggle',
  copyAsCommand: 'netns.copyAsCommand',
  copyName: 'netns.copyName',
  revealInTree: 'netns.revealInTree',
  copyAddress: 'netns.copyAddress',
  copyMac: 'netns.copyMac',
  undo: 'netns.undo',
  askAgain: 'netns.askAgain',
} as const;
export type CommandId = (typeof CommandId)[keyof typeof CommandId];

/** Sections below `netns`, as `workspace.getConfiguration('netns')` takes them. */
export const settingsSection = 'netns';
export const SettingId = {
  hosts: 'hosts',
  graphLayout: 'graph.layout',
  codeLens: 'editor.codeLens',
  terminalLocation: 'terminal.location',
  confirmWithin: 'apply.confirmWithin',
  captureSnapLength: 'capture.snapLength',
  captureKeepPackets: 'capture.keepPackets',
  captureKeepMegabytes: 'capture.keepMegabytes',
  captureStopAfterPackets: 'capture.stopAfterPackets',
  captureStopAfterMegabytes: 'capture.stopAfterMegabytes',
  captureStopAfterSeconds: 'capture.stopAfterSeconds',
  captureWireshark: 'capture.wireshark',
  natInFile: 'nat.alsoInFile',
  askBeforeCommands: 'commands.askFirst',
} as const;

export const ViewId = {
  hosts: 'netns.hosts',
  graph: 'netns.graph',
  capture: 'netns.capture',
  measurement: 'netns.measurement',
  trace: 'netns.trace',
} as const;

/** What `when` clauses in package.json go by. */
export const ContextKey = { treeFiltered: 'netns.treeFiltered' } as const;

/** Editors for files. */
export const EditorId = { capture: 'netns.captureFile' } as const;

/** Terminal profiles. */
export const ProfileId = { namespace: 'netns.namespaceShell' } as const;

/** The scheme of the read-only documents that show a plan. */
export const planScheme = 'netns-plan';

/** The scheme of the read-only documents that show what a check's result stands on. */
export const checkEvidenceScheme = 'netns-check';

/** The scheme of the read-only documents with what Check Host found. */
export const hostCheckScheme = 'netns-host-check';

/** The scheme of the read-only documents that list the commands of a file. */
export const fileCommandsScheme = 'netns-commands';

/** Where the workspace keeps the hashes of the commands of files that a person has seen. */
export const seenCommandsKey = 'netns.seenCommands';

/** The scheme of the read-only documents with what commands say. */
export const outputScheme = 'netns-output';

/** Where the workspace keeps the lines that were run in namespaces, the newest first. */
export const runHistoryKey = 'netns.runHistory';

/** Where the workspace keeps the filters of captures, the newest first. */
export const captureFiltersKey = 'netns.captureFilters';

/** Where the workspace keeps what was traced, for each host the newest first. */
export const traceHistoryKey = 'netns.traceHistory';

/** What the Test Explorer's menus know a check's message by, where it did not hold. */
export const failedCheckContext = 'netns.failedCheck';

/** Where the workspace keeps what a person does not want to be asked again. */
export const dontAskKey = 'netns.dontAsk';

/** Where the workspace's choice of a host for files without `target` is kept. */
export const rememberedTargetKey = 'netns.target';
