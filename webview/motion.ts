const query = matchMedia('(prefers-reduced-motion: reduce)');

/** Whether things may move by themselves: the operating system's setting, and VS Code's own. */
export function mayMove(): boolean {
  return !query.matches && !document.body.classList.contains('vscode-reduce-motion');
}
