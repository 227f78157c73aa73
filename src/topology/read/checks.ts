import * as l10n from '@vscode/l10n';
import { splitPort } from '../endpoints';
import type { Check } from '../generated/topology-file';
import type { CheckAction, CheckDeclaration } from '../model';
import { quote } from '../names';
import type { Cursor } from './cursor';
import { readEach } from './values';

/** The seconds that a check may take where the file does not say. */
const usualPatience = 5;

export function readChecks(checks: Cursor<Check[]>): CheckDeclaration[] {
  return readEach(checks.items(), (check) => {
    const from = check.at('from').text;
    const action = readAction(check);
    if (from === undefined || action === undefined) return undefined;
    return {
      path: check.path,
      from,
      action,
      expect: check.at('expect').oneOf('pass', 'fail') ?? 'pass',
      within: check.at('within').number ?? usualPatience,
    };
  });
}

function readAction(check: Cursor<Check>): CheckAction | undefined {
  const target = check.at('ping').text;
  if (target !== undefined) return { type: 'ping', target };
  for (const type of ['tcp', 'udp'] as const) {
    if (check.at(type).exists) return readPortAction(type, check.at(type));
  }
  if (check.at('http').exists) return readHttp(check);
  const name = check.at('dns').text;
  if (name !== undefined) return { type: 'dns', name };
  const command = check.at('command').text;
  return command === undefined ? undefined : { type: 'command', command };
}

function readPortAction(type: 'tcp' | 'udp', { text, path, problems }: Cursor<string>): CheckAction | undefined {
  if (text === undefined) return undefined;
  const split = splitPort(text);
  if (split !== undefined) return { type, ...split };
  const message = l10n.t`${quote(text)} should be \`TARGET:PORT\`, such as \`10.10.0.10:8000\`, with a port from 1 to 65535.`;
  problems.find({ code: 'bad-target', message, path });
  return undefined;
}

/** An http URL as RFC 3986 and RFC 9110 have it, loosely: a host or bracketed IPv6 address, a port, the rest without spaces. */
const urlPattern = /^http:\/\/(\[[0-9A-Fa-f:.]+\]|[^\s/:?#@[\]]+)(:[0-9]{1,5})?([/?#]\S*)?$/;

function readHttp(check: Cursor<Check>): CheckAction | undefined {
  const { text: url, path, problems } = check.at('http');
  if (url === undefined) return undefined;
  if (!urlPattern.test(url)) {
    const message = l10n.t`${quote(url)} is not an HTTP URL such as \`http://10.10.0.10:8000/\`.`;
    const suggestion = urlPattern.test(`http://${url}`) ? `http://${url}` : undefined;
    problems.find({ code: 'bad-url', message, path, data: { suggestion } });
    return undefined;
  }
  const status = check.at('status').integer;
  const body = check.at('body').text;
  return { type: 'http', url, ...(status !== undefined && { status }), ...(body !== undefined && { body }) };
}
