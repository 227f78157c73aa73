import * as l10n from '@vscode/l10n';
import { randomBytes, randomInt } from 'node:crypto';
import { NetnsError } from '../../base/errors';
import { quoteCommand } from '../../base/shell-quote';
import { rootNamespace, type HostSnapshot, type ObservedNamespace } from '../../host/model';
import { readConnections } from '../../host/conntrack';
import { parseJson } from '../../host/json';
import type { Sections } from '../../host/sections';
import { splitSections } from '../../host/sections';
import { placed, placeOfNamespace } from '../../plan/actions/place';
import { parseAddress } from '../../topology/addresses';
import {
  ownerLink,
  routeQuestionKey,
  type NamespaceDetails,
  type RouteQuestion,
  type TraceFacts,
} from '../../trace/facts';
import { readFilterTraces } from '../../trace/filter/read-trace';
import type { TraceQuestion } from '../../trace/model';
import { countedBetween, readDetails, readFilterChains, readNeighbours } from '../../trace/read-details';
import { reportOf, type TraceReport } from '../../trace/report';
import { placesOf, traceScript } from '../../trace/script';
import { readWatch } from '../../trace/sightings';
import { flowQuestionKey, readFlowAnswer, type FlowAnswer, type FlowQuestion } from '../../trace/switch-flows';
import { newConnections } from '../../trace/tracked';
import { walk, type PaperWay } from '../../trace/walk';
import type { Transport } from '../../transport/transport';
import { readQuestion, type AskedTrace } from './question';
import { unaddressedReport } from './unaddressed';

export interface TraceOptions {
  /** Stops the trace, on the host as well; the promise rejects with `cancelled`. */
  readonly signal?: AbortSignal;
  /** Work the way out only, and send nothing. */
  readonly paperOnly?: boolean;
  /** Told at once, before anything is sent: the way by what is known already. */
  readonly onPaper?: (way: PaperWay) => void;
}

/** More namespaces than the ways of packets have. */
const mostPlaces = 16;

/**
 * Finds out whether a packet gets from one place to another and back, and if not, where and why it ends. One round trip,
 * two where the kernel must be asked again; nothing is changed on the host, and nothing stays there.
 *
 * @param snapshot the host as it is now
 * @throws NetnsError `unsupported` for a question that makes no sense on this host, `commandFailed`, `unexpectedOutput`,
 *   `cancelled`, and whatever the transport throws
 */
export async function traceRoute(
  transport: Transport,
  snapshot: HostSnapshot,
  asked: AskedTrace,
  options: TraceOptions = {},
): Promise<TraceReport> {
  const read = readQuestion(asked, snapshot);
  if ('withoutAddress' in read) return unaddressedReport(read, snapshot);
  const found = 'name' in read ? await lookUpName(transport, snapshot, read.name, read.question, options) : read;
  const question: TraceQuestion = { ...found, sourcePort: randomInt(20_000, 32_000) };
  const first = walk({ snapshot, details: new Map() }, question);
  options.onPaper?.(first);
  const ids = placesOnTheWay(snapshot, question, first.passed);
  const reading = await runTrace(transport, snapshot, question, ids, first, options);
  let facts = reading.facts;
  let paper = walk(facts, question);
  const open = unasked(paper, facts);
  if (open.questions.length > 0 || open.flowQuestions.length > 0 || open.namespaces.length > 0) {
    const more = await runTrace(
      transport,
      snapshot,
      question,
      [...new Set([...open.namespaces, ...open.questions.map((one) => one.namespaceId)])],
      open,
      { ...options, paperOnly: true },
    );
    facts = merged(facts, more.facts);
    paper = walk(facts, question);
  }
  return reportOf(question, { ...reading, facts, paper });
}

/** Where the way leads on paper, and where it might: those it was asked for, the host, those that pass packets on or serve. */
function placesOnTheWay(
  { namespaces, ...rest }: HostSnapshot,
  question: TraceQuestion,
  passed: readonly string[],
): string[] {
  const owners = namespaces.filter((one) => ownerLink(one, question.destination) !== undefined);
  const between = namespaces.filter(
    ({ links, isRoot }) => !isRoot && links.filter(({ kind }) => kind !== 'loopback').length > 1,
  );
  const serving = question.protocol === 'icmp' ? [] : namespaces.filter(({ processes }) => processes.length > 0);
  const meant = question.meantNamespaceId === undefined ? [] : [question.meantNamespaceId];
  const ids = [
    ...passed,
    rootNamespace({ namespaces, ...rest }).id,
    ...meant,
    ...[...owners, ...between, ...serving].map(({ id }) => id),
  ];
  return [...new Set(ids)].slice(0, mostPlaces);
}

async function runTrace(
  transport: Transport,
  snapshot: HostSnapshot,
  question: TraceQuestion,
  ids: readonly string[],
  { questions, flowQuestions }: Pick<PaperWay, 'questions' | 'flowQuestions'>,
  { signal, paperOnly }: TraceOptions,
) {
  const boundary = randomBytes(12).toString('hex');
  const places = placesOf(snapshot, ids);
  const { from, protocol, destination, port, sourcePort, size } = question;
  const isSent = from.type === 'namespace' && paperOnly !== true;
  const probe = isSent
    ? {
        namespaceId: from.namespaceId,
        protocol,
        destination,
        ...(port === undefined ? {} : { port }),
        ...(sourcePort === undefined ? {} : { sourcePort }),
        ...(from.address === undefined ? {} : { source: from.address }),
        ...(size === undefined ? {} : { size }),
        pattern: randomBytes(4).toString('hex'),
      }
    : undefined;
  const script = traceScript(snapshot, {
    boundary,
    namespaces: ids,
    questions: distinctQuestions(questions),
    flowQuestions: distinctFlows(flowQuestions),
    ...(probe === undefined ? {} : { probe }),
  });
  const { code, stdout, stderr } = await transport.run(script, signal === undefined ? {} : { signal });
  if (signal?.aborted === true) throw new NetnsError('cancelled', l10n.t`The trace was stopped.`);
  if (code !== 0) {
    throw new NetnsError('commandFailed', l10n.t`The trace on ${transport.description} ended with code ${code}.`, {
      hostSaid: stderr.slice(-1000),
      advice: l10n.t`Try again; the host needs a POSIX shell, ip and nsenter.`,
    });
  }
  const sections = splitSections(stdout, boundary);
  const watched = sections.get('watch');
  const facts: TraceFacts = {
    snapshot,
    details: readDetails(sections, places),
    flows: readFlows(sections, distinctFlows(flowQuestions)),
    ...(watched === undefined ? {} : { traced: readTraced(watched, sections, places, question) }),
  };
  return {
    facts,
    counted: countedIn(sections, places, facts),
    tracked: trackedIn(sections, places),
    neighboursAfter: new Map(
      places.map(({ id }, number) => [id, readNeighbours(parseJson(sections.get(`neighbours after${number}`) ?? ''))]),
    ),
    watchedIds: new Set(
      probe === undefined || snapshot.tools['tcpdump'] === undefined ? [] : places.map(({ id }) => id),
    ),
    ...(watched === undefined ? {} : { watch: readWatch(watched, places, question) }),
  };
}

function readTraced(
  watched: string,
  sections: Sections,
  places: readonly ObservedNamespace[],
  { protocol, sourcePort }: TraceQuestion,
) {
  const listings = places.map((_, number) => sections.get(`nft-text ${number}`) ?? '');
  return readFilterTraces(watched, places, protocol === 'icmp' ? undefined : sourcePort, listings);
}

function trackedIn(sections: Sections, places: readonly { readonly id: string }[]) {
  return new Map(
    places.map(({ id }, number) => {
      const [before, after] = ['', 'after'].map((when) =>
        readConnections(sections.lines(`connections ${when}${number}`)),
      );
      return [id, newConnections(before ?? [], after ?? [])] as const;
    }),
  );
}

function countedIn(sections: Sections, places: readonly { readonly id: string }[], facts: TraceFacts) {
  return new Map(
    places.map(({ id }, number) => {
      const before = facts.details.get(id)?.filter.chains ?? [];
      return [id, countedBetween(before, readFilterChains(sections, `after${number}`))] as const;
    }),
  );
}

function distinctQuestions(questions: readonly RouteQuestion[]): RouteQuestion[] {
  const seen = new Map(questions.map((one) => [`${one.namespaceId} ${routeQuestionKey(one)}`, one]));
  return [...seen.values()];
}

function distinctFlows(questions: readonly FlowQuestion[]): FlowQuestion[] {
  return [...new Map(questions.map((one) => [flowQuestionKey(one), one])).values()];
}

/** What Open vSwitch was asked and does not say is no answer, and not asked again. */
function readFlows(
  sections: Sections,
  questions: readonly FlowQuestion[],
): ReadonlyMap<string, FlowAnswer | undefined> {
  return new Map(
    questions.map((question, number) => [
      flowQuestionKey(question),
      readFlowAnswer(sections.get(`flow ${number}`) ?? ''),
    ]),
  );
}

function unasked({ questions, flowQuestions, passed }: PaperWay, { details, flows }: TraceFacts) {
  return {
    flowQuestions: flowQuestions.filter((one) => flows?.has(flowQuestionKey(one)) !== true),
    namespaces: passed.filter((id) => !details.has(id)),
    questions: distinctQuestions(
      questions.filter((one) => details.get(one.namespaceId)?.answers.has(routeQuestionKey(one)) !== true),
    ),
  };
}

function merged(facts: TraceFacts, more: TraceFacts): TraceFacts {
  const details = new Map<string, NamespaceDetails>(facts.details);
  for (const [id, found] of more.details) {
    const known = details.get(id);
    const answers = new Map([...(known?.answers ?? []), ...found.answers]);
    details.set(id, { ...(known ?? found), answers });
  }
  return { ...facts, details, flows: new Map([...(facts.flows ?? []), ...(more.flows ?? [])]) };
}

/** Asks the source itself, by whatever it looks names up with. @throws NetnsError `unsupported` for a name without address */
async function lookUpName(
  transport: Transport,
  snapshot: HostSnapshot,
  name: string,
  question: Omit<TraceQuestion, 'destination'>,
  { signal }: TraceOptions,
): Promise<TraceQuestion> {
  const { from } = question;
  const source = from.type === 'namespace' ? snapshot.namespaces.find(({ id }) => id === from.namespaceId) : undefined;
  const place = source === undefined ? ({ type: 'root' } as const) : placeOfNamespace(source);
  const command = placed(place, { argv: ['timeout', '5', 'getent', 'ahosts', name] });
  const { stdout } = await transport.run(quoteCommand(command.argv), signal === undefined ? {} : { signal });
  const address = stdout.split(/\s/)[0] ?? '';
  if (parseAddress(address) === undefined) {
    throw new NetnsError(
      'unsupported',
      l10n.t`${name} is no namespace of this host, and looking the name up found no address.`,
      {
        advice: l10n.t`Write the address, or mend the name servers first (cat /etc/resolv.conf).`,
      },
    );
  }
  return { ...question, destination: address };
}
