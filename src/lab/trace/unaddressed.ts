import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import type { HostSnapshot } from '../../host/model';
import { parseCidr } from '../../plan/cidr';
import { labelOf, type TraceFacts } from '../../trace/facts';
import { freeAddress } from '../../trace/gateways';
import { reportOf, type TraceReport } from '../../trace/report';
import { noAddress } from '../../trace/route-causes';
import { reachFrom } from '../../trace/wire';
import type { UnaimedQuestion } from './question';

/**
 * The report on a trace to a namespace that has no address: nothing can be sent to it.
 *
 * @throws NetnsError `unsupported` for one that has no interface either
 */
export function unaddressedReport(
  asked: { readonly withoutAddress: string; readonly dev?: string; readonly question: UnaimedQuestion },
  snapshot: HostSnapshot,
): TraceReport {
  const facts: TraceFacts = { snapshot, details: new Map() };
  const { from } = asked.question;
  const namespace = snapshot.namespaces.find(({ id }) => id === asked.withoutAddress);
  const usable = namespace?.links.filter(({ kind }) => kind !== 'loopback') ?? [];
  const link = usable.find(({ name }) => name === asked.dev) ?? usable[0];
  if (namespace === undefined || link === undefined) {
    const label = namespace === undefined ? asked.withoutAddress : labelOf(namespace);
    throw new NetnsError('unsupported', l10n.t`${label} has no interface but its loopback: nothing leads there.`, {
      advice: l10n.t`Connect it with a cable first, or name an address as the destination.`,
    });
  }
  const source = from.type === 'namespace' ? snapshot.namespaces.find(({ id }) => id === from.namespaceId) : undefined;
  const ours = (source?.links ?? []).find(
    (own) =>
      own.kind !== 'loopback' &&
      source !== undefined &&
      reachFrom(facts, 'out', source, own).some((reach) => reach.link === link),
  );
  const cidr = ours?.addresses.find(({ scope }) => scope === 'global')?.cidr;
  const network = cidr === undefined ? undefined : parseCidr(cidr);
  const suggestion = network === undefined ? undefined : freeAddress(facts, network);
  const cause = noAddress('out', namespace, link.name, network?.family ?? 'inet', suggestion);
  const question = { ...asked.question, destination: labelOf(namespace), meantNamespaceId: namespace.id };
  return reportOf(question, {
    paper: {
      hops: [],
      causes: [cause],
      remarks: [],
      end: 'stops',
      questions: [],
      flowQuestions: [],
      passed: [],
      uncertain: [],
      otherwise: [],
    },
    watchedIds: new Set(),
    counted: new Map(),
    facts,
  });
}
