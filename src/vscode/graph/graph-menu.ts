import { inMenuOrder, readWhen, type MenuItem } from '../../protocol/menu';

/** As much of package.json as the graph's menus need. */
export interface MenuManifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly menus: Readonly<
      Record<string, readonly { readonly command: string; readonly when?: string; readonly group?: string }[]>
    >;
  };
}

/** The graph's context menus, in their order, for the buttons that offer the same. */
export function graphMenu({ contributes: { commands, menus } }: MenuManifest): MenuItem[] {
  const titles = new Map(commands.map(({ command, title }) => [command, title]));
  const items = (menus['webview/context'] ?? []).flatMap(({ command, when = '', group = '' }): MenuItem[] => {
    const conditions = readWhen(when);
    const title = titles.get(command);
    if (conditions === undefined || title === undefined) return [];
    return [{ command, title, group, when: conditions.filter(({ key }) => key !== 'webviewId') }];
  });
  return inMenuOrder(items);
}
