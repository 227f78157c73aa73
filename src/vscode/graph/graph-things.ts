import { commands, type LogOutputChannel } from 'vscode';
import { nodeOfSubject } from '../../lab/graph/node-of-subject';
import type { GraphView } from '../../protocol/graph';
import { graphContext } from '../../protocol/graph-subject';
import { isOffered, type MenuItem } from '../../protocol/menu';
import type { ToGraph } from '../../protocol/messages';
import type { Subject } from '../../protocol/subject';
import { plainLine } from '../host-data';
import { CommandId } from '../ids';
import type { TextLink } from './text-link';

/**
 * Runs what the page's buttons and double clicks ask for. The page names a command of the menus and a thing that it was sent;
 * what the command is handed is made here, of what was sent.
 */
export class GraphThings {
  private view: GraphView | undefined;
  private hostId: string | undefined;

  constructor(
    private readonly menu: readonly MenuItem[],
    private readonly text: TextLink,
    private readonly file: () => string | undefined,
    private readonly log: LogOutputChannel,
  ) {}

  /** To be told what the page is sent. */
  follow(content: Extract<ToGraph, { type: 'view' | 'notice' }>, hostId: string | undefined): void {
    this.view = content.type === 'view' ? content.view : undefined;
    this.hostId = hostId;
  }

  /** A command of the menus on one thing, or on the ground of the picture. */
  async run(command: string, nodeId: string | undefined): Promise<void> {
    const item = this.menu.find((each) => each.command === command);
    const context = this.context(nodeId);
    if (item === undefined || !isOffered(item, context)) {
      this.log.warn(`The graph asked for what its menus do not offer: ${plainLine(command.slice(0, 80))}`);
      return;
    }
    await commands.executeCommand(item.command, context);
  }

  /** The first thing that can be done: a shell in a namespace that is there, else its place in the text. */
  async open(nodeId: string): Promise<void> {
    const context = this.context(nodeId);
    const shell = this.menu.find(({ command }) => command === CommandId.openShell);
    const isThere = context.webviewSection === 'namespace' && context.netnsLive === true;
    if (isThere && shell !== undefined && isOffered(shell, context))
      await commands.executeCommand(shell.command, context);
    else await this.text.openPlace(nodeId);
  }

  /** What a node is, for actions; undefined for what nothing can be done to. */
  subjectOf(nodeId: string): Subject | undefined {
    return this.context(nodeId).netnsSubject;
  }

  /** What is drawn of the first of these things that is drawn at all, by its id; those of another host are not. */
  nodeOf(subjects: readonly Subject[]): string | undefined {
    const { view, hostId } = this;
    if (view === undefined || hostId === undefined) return undefined;
    for (const subject of subjects) {
      const nodeId = subject.hostId === hostId ? nodeOfSubject(view, subject) : undefined;
      if (nodeId !== undefined) return nodeId;
    }
    return undefined;
  }

  private context(nodeId: string | undefined) {
    const file = this.file();
    return graphContext(this.view, nodeId, {
      ...(this.hostId !== undefined && { hostId: this.hostId }),
      ...(file !== undefined && { file }),
    });
  }
}
