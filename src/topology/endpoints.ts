/** An endpoint's text taken apart at its first `:`; whether the names exist is for its reader to say. */
export interface EndpointText {
  /** A namespace, a bridge, or `host`. */
  readonly place: string;
  /** undefined: only the place was written. */
  readonly interface?: string;
}

/** Takes `NAMESPACE:INTERFACE`, `host:INTERFACE`, `BRIDGE:PORT` or `BRIDGE` apart. Neither half can hold a `:`. */
export function splitEndpoint(text: string): EndpointText {
  const colon = text.indexOf(':');
  return colon < 0 ? { place: text } : { place: text.slice(0, colon), interface: text.slice(colon + 1) };
}

/**
 * Takes `TARGET:PORT` apart: `earth:8000`, `earth:earth-veth:8000`, `10.10.0.10:8000`, `[2001:db8::10]:8000`.
 * The target is without its brackets. undefined: no port from 1 to 65535 at the end, or nothing before it.
 */
export function splitPort(text: string): { readonly target: string; readonly port: number } | undefined {
  const match = /^(?:\[(?<bracketed>[^\]]*)\]|(?<plain>.+)):(?<port>[0-9]{1,5})$/su.exec(text);
  const target = match?.groups?.['bracketed'] ?? match?.groups?.['plain'];
  const port = Number(match?.groups?.['port']);
  return target && port >= 1 && port <= 65535 ? { target, port } : undefined;
}
