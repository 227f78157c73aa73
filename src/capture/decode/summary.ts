import type { PacketGroup } from '../../protocol/capture';

/** What a packet is, in one line. */
export interface Summary {
  readonly from: string;
  readonly to: string;
  /** As people call it: `TCP`, `DNS`, `ARP`. */
  readonly protocol: string;
  readonly text: string;
  readonly group: PacketGroup;
}

/** What a layer says of itself; the layer below knows from and to. */
export type Content = Pick<Summary, 'protocol' | 'text' | 'group'> & {
  readonly sourcePort?: number;
  readonly destinationPort?: number;
};
