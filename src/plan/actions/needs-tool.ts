import { quoteArgument } from '../../base/shell-quote';

/** What a script prints on its standard error where the host lacks a program: this, the program, and its distribution's ids. */
export const missingToolMark = 'netns-topology: no ';

/** Lines of a script that end it with 127 where the host lacks a program; `readMissingTool` reads what they say. */
export function needsTool(program: string): string {
  const word = quoteArgument(program);
  return [
    `if ! command -v ${word} >/dev/null 2>&1; then`,
    '  ID=; ID_LIKE=; [ ! -r /etc/os-release ] || . /etc/os-release',
    `  printf '%s%s; %s %s\\n' '${missingToolMark}' ${word} "$ID" "$ID_LIKE" >&2`,
    '  exit 127',
    'fi',
  ].join('\n');
}
