import * as l10n from '@vscode/l10n';
/** A list for a dialog, which cannot be scrolled. */
export function listed(lines: readonly string[], most = 15): string {
  const rest = lines.length - most;
  return [...lines.slice(0, most), ...(rest > 0 ? [l10n.t`… and ${rest} more`] : [])].join('\n');
}
