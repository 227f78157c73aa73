import { l10n, window } from 'vscode';
import { NetnsError } from '../../base/errors';
import {
  addressToReach,
  measurableTypes,
  objectToTarget,
  planPaths,
  type MeasureRequest,
} from '../../lab/measure/paths';
import { resolveTarget } from '../../lab/actions/target';
import { thingsOf } from '../../lab/actions/things';
import { measureCommands, usualTraffic, type MeasureKind, type Traffic } from '../../plan/actions/measure-script';
import { parseSubject, subjectKey, subjectLabel, type Subject } from '../../protocol/subject';
import { withoutIcons } from '../host-data';
import { CommandId } from '../ids';
import { pickOrType } from '../pick-or-type';
import type { Action, ActionCall } from './action';
import { logCommands } from './log';

export const ping = measureAction(CommandId.ping, 'ping', l10n.t('Ping'), l10n.t('Ping from where?'));
export const traceRoute = measureAction(
  CommandId.traceRoute,
  'route',
  l10n.t('Trace Route'),
  l10n.t('Trace the route from where?'),
);
export const measureThroughput = measureAction(
  CommandId.measureThroughput,
  'throughput',
  l10n.t('Measure Throughput'),
  l10n.t('Measure how much goes through from where?'),
);
export const fetchHttp = measureAction(
  CommandId.fetchHttp,
  'http',
  l10n.t('Fetch HTTP'),
  l10n.t('Fetch a page from where?'),
);

export const measureActions: readonly Action[] = [ping, traceRoute, measureThroughput, fetchHttp];

/**
 * Measures from the first of the things to the others; to what is picked or typed where there is only one. Input: a target or
 * a list of targets, each a subject or a text; of throughput a text `udp` or `reverse` besides them says how.
 */
function measureAction(id: CommandId, kind: MeasureKind, title: string, question: string): Action {
  return {
    id,
    title,
    question,
    appliesTo: measurableTypes,
    many: true,
    accepts: (subject, snapshot) => {
      const { namespace, link, address } = resolveTarget(subject, snapshot);
      const links = link === undefined ? namespace.links : [link];
      return address !== undefined || links.some(({ addresses }) => addresses.length > 0);
    },
    async run(call) {
      const { host, parts } = call;
      const request = await requestOf(kind, title, call);
      if (request === undefined) return { outcome: 'cancelled' };
      const { privilege } = host.transport();
      if (privilege?.type === 'none') throw privilege.error;
      logCommands(parts.log, commandsOf(call, request));
      return { outcome: 'done', value: await parts.measures.start(host, request) };
    },
    async commands(call) {
      const request = await requestOf(kind, title, call);
      return request && commandsOf(call, request);
    },
  };
}

function commandsOf({ host: { snapshot, label } }: ActionCall, request: MeasureRequest) {
  if (snapshot === undefined) throw new NetnsError('connectionLost', l10n.t('{0} is not connected.', label));
  return planPaths(request, snapshot).flatMap(({ path }) => measureCommands(request.kind, path, request.traffic));
}

async function requestOf(kind: MeasureKind, title: string, call: ActionCall): Promise<MeasureRequest | undefined> {
  const [from, ...others] = call.subjects;
  const given = inputOf(call.options.input);
  const words: readonly unknown[] =
    kind !== 'throughput' ? [] : (given ?? []).filter((one) => one === 'udp' || one === 'reverse');
  const asked = given?.filter((one) => !words.includes(one));
  // A URL says more than where: it is always asked for.
  const picked = asked !== undefined && asked.length > 0 ? asked : kind === 'http' ? [] : others;
  const targets = picked.length > 0 ? picked : await askTarget(kind, title, call, from, others[0]);
  if (targets === undefined) return undefined;
  if (kind !== 'throughput') return { kind, from, targets };
  const traffic = given === undefined ? await askTraffic(title) : trafficOf(words);
  return traffic && { kind, from, targets, traffic };
}

function inputOf(input: unknown): (Subject | string)[] | undefined {
  if (input === undefined) return undefined;
  const list: unknown[] = Array.isArray(input) ? input : [input];
  const read = list.map((one) => (typeof one === 'string' ? one : parseSubject(one)));
  if (read.every((one) => one !== undefined)) return read;
  throw new NetnsError('unsupported', l10n.t('The input of a measurement is a target, or a list of targets.'));
}

async function askTarget(
  kind: MeasureKind,
  title: string,
  { host }: ActionCall,
  from: Subject,
  to: Subject | undefined,
): Promise<(Subject | string)[] | undefined> {
  const { snapshot } = host;
  if (snapshot === undefined) throw new NetnsError('connectionLost', l10n.t('{0} is not connected.', host.label));
  const source = resolveTarget(from, snapshot).namespace;
  const things = thingsOf(host.id, snapshot, ['namespace', 'host', 'bridge', 'interface'])
    .filter(({ subject }) => subjectKey(subject) !== subjectKey(from))
    .flatMap(({ subject, label, description }) => {
      const address = addressToReach(source, subject, snapshot);
      return address === undefined ? [] : [{ subject, label, description, address }];
    });
  const objection = (text: string): string | undefined => objectToTarget(kind, text);
  const name = withoutIcons(subjectLabel(from));
  if (kind !== 'http') {
    const offers = things.map(({ subject, label, address }) => ({ label, description: address, value: subject }));
    const options = {
      title,
      placeHolder: l10n.t('From {0} to what? Choose, or type an address', name),
      typed: l10n.t('go there'),
      objection,
    };
    const picked = await pickOrType<Subject>(offers, options);
    return picked === undefined ? undefined : [picked];
  }
  const known = to === undefined ? undefined : addressToReach(source, to, snapshot);
  const url = (address: string): string => `http://${address.includes(':') ? `[${address}]` : address}:8000/`;
  const offers = things.map(({ label, address }) => ({ label: url(address), description: label, value: url(address) }));
  const picked = await pickOrType<string>(offers, {
    title,
    placeHolder: l10n.t('Which page, from {0}? Choose, or type a URL', name),
    typed: l10n.t('fetch this'),
    objection,
    ...(known === undefined ? {} : { value: url(known) }),
  });
  return picked === undefined ? undefined : [picked];
}

async function askTraffic(title: string): Promise<Traffic | undefined> {
  const items = [
    { label: l10n.t('TCP'), description: l10n.t('to the target, 10 seconds'), words: [] },
    { label: l10n.t('TCP, the other way'), description: l10n.t('from the target, 10 seconds'), words: ['reverse'] },
    {
      label: l10n.t('UDP'),
      description: l10n.t('100 Mbit/s to the target, 10 seconds: what is lost?'),
      words: ['udp'],
    },
    {
      label: l10n.t('UDP, the other way'),
      description: l10n.t('100 Mbit/s from the target, 10 seconds'),
      words: ['udp', 'reverse'],
    },
  ];
  const picked = await window.showQuickPick(items, { title, placeHolder: l10n.t('What is sent?') });
  return picked && trafficOf(picked.words);
}

function trafficOf(words: readonly unknown[]): Traffic {
  return {
    ...usualTraffic,
    ...(words.includes('udp') ? { protocol: 'udp' } : {}),
    ...(words.includes('reverse') ? { reverse: true } : {}),
  };
}
