import { LinkType, type Packet } from '../packet';
import { macText } from './address-text';
import { Cursor } from './cursor';
import { ethernet, network } from './network';
import type { Summary } from './summary';

/** What a packet is, in one line. Whatever its bytes say: a packet that makes no sense is described as such. */
export function summarize({ linkType, data }: Pick<Packet, 'linkType' | 'data'>): Summary {
  const frame = new Cursor(data);
  switch (linkType) {
    case LinkType.ethernet:
      return ethernet(frame);
    case LinkType.cooked:
      return cooked(frame, { type: 14, address: 6, addressLength: 4, payload: 16 });
    case LinkType.cooked2:
      return cooked(frame, { type: 0, address: 12, addressLength: 11, payload: 20 });
    case LinkType.raw:
    case LinkType.ipv4:
    case LinkType.ipv6:
      return network(frame.u8(0) >> 4 === 6 ? 0x86dd : 0x0800, frame, { from: '', to: '' });
    default:
      return {
        from: '',
        to: '',
        protocol: 'Frame',
        text: `Link type ${linkType}, ${data.length} bytes`,
        group: 'other',
      };
  }
}

/** Which way a packet goes by the interface that it was captured at, where the capture says. */
export type Direction = 'in' | 'out';

/** Of a packet of Linux' cooked capture (LINKTYPE_LINUX_SLL2): the interface's number and the direction. */
export function cookedPlace({ linkType, data }: Pick<Packet, 'linkType' | 'data'>): {
  readonly interfaceIndex?: number;
  readonly direction?: Direction;
} {
  const frame = new Cursor(data);
  if (linkType === LinkType.cooked) return { direction: frame.u16(0) === 4 ? 'out' : 'in' };
  if (linkType !== LinkType.cooked2 || data.length < 20) return {};
  return { interfaceIndex: frame.u32(4), direction: frame.u8(10) === 4 ? 'out' : 'in' };
}

interface CookedLayout {
  readonly type: number;
  readonly address: number;
  readonly addressLength: number;
  readonly payload: number;
}

/** A cooked header has only the sender's address. */
function cooked(frame: Cursor, { type, address, addressLength, payload }: CookedLayout): Summary {
  if (frame.length < payload) return { from: '', to: '', protocol: 'Frame', text: 'cut short', group: 'other' };
  const length = addressLength === 4 ? frame.u16(4) : frame.u8(11);
  const from = length === 6 ? macText(frame, address) : '';
  // 4: an IEEE 802.2 frame (ETH_P_802_2), whose type would be a length.
  const protocol = frame.u16(type) === 4 ? 0 : frame.u16(type);
  return network(protocol, frame.rest(payload), { from, to: '' });
}
