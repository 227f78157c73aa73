import * as l10n from '@vscode/l10n';
import type { GraphNat } from '../../protocol/graph';

/** What a NAT rule does, from the host's rules or from the file: both become the same drawing with the same id. */
export interface NatFacts {
  readonly kind: GraphNat['kind'];
  /** The source network of egress NAT. */
  readonly source?: string;
  readonly protocol?: string;
  /** The port listened on. */
  readonly port?: number;
  readonly listenAddress?: string;
  /** The namespace's name or the address that packets are sent to, or that they get as their source. */
  readonly to?: string;
  readonly toPort?: number;
  readonly enabled: boolean;
  readonly key: string;
  readonly lab?: string;
  readonly inside?: string;
  readonly outside?: string;
  readonly text?: string;
}

/** The drawing of a NAT rule, named by what it does. */
export function natDrawing(facts: NatFacts): GraphNat {
  const { kind, enabled, key, lab, inside, outside, text } = facts;
  const label = kind === 'dnat' || kind === 'redirect' ? ingressLabel(facts) : egressLabel(facts);
  return {
    id: `nat:${label}`,
    kind,
    label,
    enabled,
    key,
    ...(lab === undefined ? {} : { lab }),
    ...(inside === undefined ? {} : { inside }),
    ...(outside === undefined ? {} : { outside }),
    ...(text === undefined ? {} : { text }),
  };
}

function egressLabel({ source, to }: NatFacts): string {
  const base = source === undefined ? 'NAT' : l10n.t`NAT ${source}`;
  return to === undefined ? base : `${base} → ${to}`;
}

function ingressLabel({ protocol, port, listenAddress, to, toPort }: NatFacts): string {
  const listen = `${listenAddress ?? ''}${port === undefined ? '' : `:${port}`}`;
  const suffix = protocol === undefined || protocol === 'tcp' ? '' : `/${protocol}`;
  const target = `${to ?? ''}${toPort === undefined ? '' : `:${toPort}`}`;
  return `${listen === '' ? l10n.t`all` : listen}${suffix} → ${target === '' ? l10n.t`here` : target}`;
}
