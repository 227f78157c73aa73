import { Hover, languages, MarkdownString, type Disposable } from 'vscode';
import type { HoverText } from '../../language/hover/hover';
import { describeLive } from '../../language/hover/live-facts';
import type { Host } from '../hosts/host';
import { languageId } from '../ids';
import { toRange, type TopologyDocuments } from './topology-documents';

/** Finds the host that a file is for, by the file's `target` where it has one. */
export type FindHost = (target: string | undefined) => Host | undefined;

/**
 * Explains what stands under the mouse, and while the file's host is connected, how it is there. The Markdown runs no command
 * and loads no picture.
 */
export function registerHover(documents: TopologyDocuments, findHost: FindHost): Disposable {
  return languages.registerHoverProvider(languageId, {
    provideHover: async (document, position, token) => {
      const found = await documents.ask(document, 'hover', [document.offsetAt(position)], token);
      if (found === undefined) return undefined;
      const parts = [liveText(found, findHost(found.target)), found.markdown].filter((part) => part !== '');
      if (parts.length === 0) return undefined;
      return new Hover(
        parts.map((part) => new MarkdownString(part)),
        toRange(document, found.range),
      );
    },
  });
}

/** What is known of the host at this moment, without asking it; empty where it is not connected. */
function liveText({ live }: HoverText, host: Host | undefined): string {
  const snapshot = host?.snapshot;
  return live === undefined || host === undefined || snapshot === undefined
    ? ''
    : describeLive(live, snapshot, host.label);
}
