import type { CheckDeclaration } from '../../topology/model';
import type { AskedTrace } from './question';

/**
 * The trace that says why a check fails: of a ping, a connection, a datagram or a URL.
 *
 * @returns undefined for a look-up or a command, which are no packet's way
 */
export function askOfCheck({ from, action }: Pick<CheckDeclaration, 'from' | 'action'>): AskedTrace | undefined {
  switch (action.type) {
    case 'ping':
      return { from, to: action.target };
    case 'tcp':
    case 'udp':
      return { from, to: action.target, protocol: action.type, port: action.port };
    case 'http':
      return { from, to: action.url };
    default:
      return undefined;
  }
}
