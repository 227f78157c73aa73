import {
  l10n,
  TestRunProfileKind,
  TestRunRequest,
  tests,
  type CancellationToken,
  type TestController,
  type TestItem,
  type TestRun,
  type Uri,
} from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { checkKeys } from '../../plan/checks';
import { logError } from '../notify';
import type { ActionParts } from '../topology/action';
import type { CheckResults } from '../topology/check-results';
import type { CheckRun, CheckRunEvent } from '../topology/check-runner';
import type { LabStates } from '../topology/lab-states';
import { pingEveryPair } from '../topology/ping-matrix';
import { reportMatrix, reportNotRun } from './matrix-report';
import { openSubject } from './open-subject';
import { TestFiles } from './test-files';
import { TestReport } from './test-report';
import { documentOf, TestTree } from './test-tree';

/** Shows each file's checks as tests, in VS Code's own Test Explorer and beside their lines. */
export function registerCheckTests(parts: ActionParts, results: CheckResults, labs: LabStates): Disposable {
  return new CheckTests(parts, results, labs);
}

class CheckTests implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly controller: TestController;
  private readonly tree: TestTree;
  private readonly files: TestFiles;
  /** The reports of the runs that are under way. */
  private readonly reports = new Map<CheckRun, TestReport>();
  /** Reports of runs that this view has not begun end with their run. */
  private readonly endings = new Map<CheckRun, () => void>();
  /** The keys of the checks that have a result, by the URI of their file. */
  private readonly kept = new Map<string, ReadonlySet<string>>();

  constructor(
    private readonly parts: ActionParts,
    private readonly results: CheckResults,
    private readonly labs: LabStates,
  ) {
    const { documents, log, checks } = parts;
    this.controller = this.disposables.add(tests.createTestController('netns.checks', l10n.t('Netns')));
    this.tree = new TestTree(this.controller);
    this.files = this.disposables.add(new TestFiles(documents, log));
    this.disposables.add(this.files.onDidFind((uri) => void this.tree.add(uri)));
    this.disposables.add(this.files.onDidLose((uri) => this.tree.remove(uri)));
    this.disposables.add(this.files.onDidRead((file) => this.invalidate(this.tree.update(file))));
    this.disposables.add(results.onDidChange((uri) => this.followResults(uri)));
    this.disposables.add(labs.onDidChange(({ hostId, lab }) => this.invalidateMatrix(hostId, lab)));
    this.disposables.add(checks.onDidHappen((event) => this.report(event)));
    this.controller.resolveHandler = (item) => this.resolve(item);
    this.controller.refreshHandler = () => this.refresh();
    const profile = this.controller.createRunProfile(
      l10n.t('Run Checks'),
      TestRunProfileKind.Run,
      (request, token) => this.handle(request, token),
      true,
    );
    profile.supportsContinuousRun = true;
    this.disposables.add(profile);
    this.files.start();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async resolve(item: TestItem | undefined): Promise<void> {
    const subject = item === undefined ? undefined : this.tree.subjectOf(item);
    if (item === undefined) await this.files.discover();
    else if (subject?.type === 'file') await this.files.read(subject.uri);
  }

  private async refresh(): Promise<void> {
    await this.files.discover();
    const uris: Uri[] = [];
    this.controller.items.forEach(({ uri }) => uri && uris.push(uri));
    await Promise.all(uris.map((uri) => this.files.read(uri)));
  }

  private async handle(request: TestRunRequest, token: CancellationToken): Promise<void> {
    if (request.continuous !== true) {
      await this.run(request, token);
      return;
    }
    // Each time when a lab has changed on its host: it was applied, or somebody did something there.
    const subscription = this.labs.onDidChange(({ hostId, lab }) => {
      const state = this.labs.ofLab(hostId, lab);
      const item = state?.document === undefined ? undefined : this.tree.fileItem(state.document.uri);
      if (item === undefined || state?.drift.state === 'absent') return;
      const wanted = this.selected(request).filter(({ uri }) => uri?.toString() === item.uri?.toString());
      if (wanted.length > 0) void this.run(new TestRunRequest(wanted, request.exclude, request.profile, true), token);
    });
    token.onCancellationRequested(() => subscription.dispose());
  }

  /** Runs what was asked for, the files one after the other and each file's checks side by side. */
  private async run(request: TestRunRequest, token: CancellationToken): Promise<void> {
    const testRun = this.controller.createTestRun(request);
    const controller = new AbortController();
    const subscription = token.onCancellationRequested(() => controller.abort());
    try {
      await this.readUnread(request);
      for (const item of this.selectedMatrices(request)) await this.runMatrix(item, testRun, controller.signal);
      const byFile = new Map<string, { uri: Uri; items: Map<string, TestItem> }>();
      for (const item of this.selected(request)) {
        const subject = this.tree.subjectOf(item);
        if (subject?.type !== 'check') continue;
        const key = subject.uri.toString();
        const group = byFile.get(key) ?? { uri: subject.uri, items: new Map<string, TestItem>() };
        group.items.set(subject.key, item);
        byFile.set(key, group);
      }
      const groups = [...byFile.values()].map(({ uri, items }) => ({
        uri,
        items,
        report: new TestReport(testRun, items),
      }));
      for (const { uri, items, report } of groups) await this.runFile(uri, items, report, controller.signal);
    } catch (error) {
      logError(this.parts.log, l10n.t('Running checks as tests failed'), error);
    } finally {
      subscription.dispose();
      testRun.end();
    }
  }

  private async runFile(
    uri: Uri,
    items: ReadonlyMap<string, TestItem>,
    report: TestReport,
    signal: AbortSignal,
  ): Promise<void> {
    let run: CheckRun | undefined;
    try {
      signal.throwIfAborted();
      const { subject, host } = await openSubject(this.parts, uri);
      const keys = checkKeys(subject.topology.checks);
      const checks = subject.topology.checks.filter((_, index) => items.has(keys[index] ?? ''));
      run = { subject, host, checks };
      this.reports.set(run, report);
      signal.throwIfAborted();
      if (checks.length > 0) await this.parts.checks.run(run, signal);
      report.ended();
    } catch (error) {
      report.ended(error);
    } finally {
      if (run !== undefined) this.reports.delete(run);
    }
  }

  /** Pings every pair of a file's lab; what the file's checks say is to fail has to. */
  private async runMatrix(item: TestItem, testRun: TestRun, signal: AbortSignal): Promise<void> {
    testRun.started(item);
    const begun = performance.now();
    try {
      signal.throwIfAborted();
      const uri = this.tree.subjectOf(item)?.uri;
      if (uri === undefined) return;
      const { subject, host } = await openSubject(this.parts, uri);
      const matrix = await pingEveryPair(subject, host, signal);
      this.parts.checks.recordMatrix(subject, host, matrix);
      reportMatrix(testRun, item, matrix, performance.now() - begun);
    } catch (error) {
      reportNotRun(testRun, item, error);
    }
  }

  /** Reports every run of checks, also those that began elsewhere: by a command or a lens. */
  private report(event: CheckRunEvent): void {
    const { run } = event;
    const { subject } = run;
    switch (event.type) {
      case 'started':
        if (!this.reports.has(run)) this.reportFromElsewhere(run);
        this.reports.get(run)?.started();
        break;
      case 'result': {
        const key = checkKeys(subject.topology.checks)[subject.topology.checks.indexOf(event.result.check)];
        if (key !== undefined) this.reports.get(run)?.result(key, event.result);
        break;
      }
      case 'ended': {
        const end = this.endings.get(run);
        if (end === undefined) break;
        this.reports.get(run)?.ended(event.error);
        this.reports.delete(run);
        this.endings.delete(run);
        end();
        break;
      }
    }
  }

  private reportFromElsewhere(run: CheckRun): void {
    const { document, topology } = run.subject;
    const keys = checkKeys(topology.checks);
    const items = new Map<string, TestItem>();
    for (const check of run.checks) {
      const key = keys[topology.checks.indexOf(check)] ?? '';
      const item = this.tree.checkItem(document.uri, key);
      if (item !== undefined) items.set(key, item);
    }
    if (items.size === 0) return;
    const testRun = this.controller.createTestRun(
      new TestRunRequest([...items.values()]),
      l10n.t('Verify {0}', topology.name),
    );
    this.reports.set(run, new TestReport(testRun, items));
    this.endings.set(run, () => testRun.end());
  }

  /** Files that were found and not opened in the tree have no checks below them yet. */
  private async readUnread(request: TestRunRequest): Promise<void> {
    const files: TestItem[] = [];
    if (request.include === undefined) this.controller.items.forEach((item) => files.push(item));
    else files.push(...request.include);
    const unread = files.filter((item) => item.canResolveChildren).map((item) => this.tree.subjectOf(item)?.uri);
    await Promise.all(unread.filter((uri) => uri !== undefined).map((uri) => this.files.read(uri)));
  }

  /** The checks that a request is for. */
  private selected({ include, exclude }: TestRunRequest): TestItem[] {
    const found = new Set<TestItem>();
    const visit = (item: TestItem): void => {
      if (exclude?.includes(item) === true) return;
      if (this.tree.subjectOf(item)?.type === 'check') found.add(item);
      item.children.forEach(visit);
    };
    if (include === undefined) this.controller.items.forEach(visit);
    else include.forEach(visit);
    return [...found];
  }

  /**
   * The matrices that were asked for themselves: many a lab keeps some of its pairs apart, and says so in no check, so that
   * "run all" would be red for ever.
   */
  private selectedMatrices({ include = [], exclude }: TestRunRequest): TestItem[] {
    return include.filter((item) => this.tree.subjectOf(item)?.type === 'matrix' && exclude?.includes(item) !== true);
  }

  /** Results that were put away, because the file or the lab changed, are shown as outdated. */
  private followResults(uri: Uri): void {
    const before = this.kept.get(uri.toString());
    const kept = this.results.keysOf(uri);
    this.kept.set(uri.toString(), kept);
    const item = this.tree.fileItem(uri);
    // A file that was closed is as it was.
    if (item === undefined || documentOf(item) === undefined) return;
    // One that was never run has nothing that could be outdated: a ping matrix alone changes the results of its file too.
    const isGone = (key: string): boolean => before?.has(key) === true && !kept.has(key);
    this.invalidate([...this.tree.checksOf(uri)].filter(([key]) => isGone(key)).map(([, child]) => child));
  }

  /** What was found of every pair does not hold any more once the lab is another on its host. */
  private invalidateMatrix(hostId: string, lab: string): void {
    const document = this.labs.ofLab(hostId, lab)?.document;
    const item = document === undefined ? undefined : this.tree.matrixItem(document.uri);
    if (item !== undefined) this.invalidate([item]);
  }

  private invalidate(items: readonly TestItem[]): void {
    if (items.length > 0) this.controller.invalidateTestResults(items);
  }
}
