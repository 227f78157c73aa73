import * as l10n from '@vscode/l10n';
import { parseAddress } from '../addresses';
import { splitPort } from '../endpoints';
import type { PortForwards } from '../generated/topology-file';
import type { PortForwardDeclaration } from '../model';
import { quote } from '../names';
import { suggest } from '../suggest';
import type { Cursor } from './cursor';
import { defined } from './defined';
import { readEach, readInterfaceName } from './values';

/** Reads port forwards; `namespaces` are the declared ones, which `to` may name. */
export function readPortForwards(
  forwards: Cursor<PortForwards>,
  namespaces: ReadonlySet<string>,
): PortForwardDeclaration[] {
  return readEach(forwards.entries(), ([name, forward]) => {
    const listen = readListen(forward.at('listen'));
    const to = readDestination(forward.at('to'), namespaces, listen?.listenPort);
    const settings = defined({
      path: forward.path,
      name,
      in: readInterfaceName(forward.at('in')),
      enabled: forward.at('enabled').flag ?? true,
    });
    return listen === undefined || to === undefined ? undefined : { ...settings, ...listen, ...to };
  });
}

type Listen = Pick<PortForwardDeclaration, 'protocol' | 'listenPort' | 'listenAddress'>;

/** Reads `PORT`, `PORT/udp`, `ADDRESS:PORT` or `ADDRESS:PORT/udp`. */
function readListen(listen: Cursor<number | string>): Listen | undefined {
  const written = listen.textOrNumber;
  if (written === undefined) return undefined;
  const match = /^(.*?)(?:\/(tcp|udp))?$/s.exec(written);
  const place = match?.[1] ?? '';
  const protocol = match?.[2] === 'udp' ? 'udp' : 'tcp';
  if (isPort(place)) return { protocol, listenPort: Number(place) };
  const withAddress = splitPort(place);
  if (withAddress !== undefined && parseAddress(withAddress.target) !== undefined) {
    return { protocol, listenPort: withAddress.port, listenAddress: withAddress.target };
  }
  listen.problems.find({
    code: 'bad-listen',
    message: l10n.t`${quote(written)} is nothing to listen at: write \`PORT\`, \`PORT/udp\` or \`ADDRESS:PORT\`, with a port from 1 to 65535.`,
    path: listen.path,
    data: { suggestion: likelyListen(written) },
  });
  return undefined;
}

/** Other programs' spellings of a port (`:80`, `tcp/80`, `80/TCP`), and the names of well-known ones (RFC 6335). */
function likelyListen(written: string): string | undefined {
  const named = new Map([['http', '80'], ['https', '443'], ['ssh', '22'], ['telnet', '23'], ['dns', '53/udp'], ['domain', '53/udp']]); // prettier-ignore
  const text = written.trim().toLowerCase();
  const [, before, port = '', behind] = /^(?:(tcp|udp)[/:])?:?([0-9]{1,5})(?:[/:](tcp|udp))?$/.exec(text) ?? [];
  if (!isPort(port)) return named.get(text);
  return (before ?? behind) === 'udp' ? `${port}/udp` : port;
}

/** Reads `NAMESPACE:PORT` or `ADDRESS:PORT`. */
function readDestination(
  to: Cursor<string>,
  namespaces: ReadonlySet<string>,
  listenPort: number | undefined,
): Pick<PortForwardDeclaration, 'to' | 'toPort'> | undefined {
  const { text, path, problems } = to;
  if (text === undefined) return undefined;
  const split = splitPort(text);
  if (split === undefined) {
    const message = l10n.t`${quote(text)} should be \`NAMESPACE:PORT\` or \`ADDRESS:PORT\`, with a port from 1 to 65535.`;
    const suggestion = /^[^:]+$/.test(text) && listenPort !== undefined ? `${text}:${listenPort}` : undefined;
    problems.find({ code: 'bad-destination', message, path, data: { suggestion } });
    return undefined;
  }
  const { target, port } = split;
  if (namespaces.has(target)) return { to: { namespace: target }, toPort: port };
  if (parseAddress(target) !== undefined) return { to: { address: target }, toPort: port };
  const near = suggest(target, namespaces);
  const hint = near === undefined ? '' : l10n.t` Did you mean \`${near}\`?`;
  const message = l10n.t`${quote(target)} is neither an address nor a namespace of this file.${hint}`;
  problems.find({
    code: 'unknown-namespace',
    message,
    path,
    data: { name: target, suggestion: near && `${near}:${port}` },
  });
  return undefined;
}

function isPort(text: string): boolean {
  return /^[1-9][0-9]{0,4}$/.test(text) && Number(text) <= 65535;
}
