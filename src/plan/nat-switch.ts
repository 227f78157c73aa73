import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';
import { chainKey, type ChainListing, type ChainPlace, type ChainRule } from '../host/chain-reading';
import type { RulePlace, SwitchedOffRule } from '../host/model';
import type { Step } from './model';
import { forget, putBackUnlessThere, putIn, remember, takeOut, takeOutIfThere } from './nat-switch-commands';
import { objectRef } from './planning';

/** A rule that is to be switched off, as it was seen. */
export interface RuleToSwitchOff {
  readonly place: ChainPlace;
  readonly namespaceId: string;
  readonly rule: SwitchedOffRule['rule'];
}

/** A rule that is to be switched on again. */
export interface RuleToSwitchOn {
  readonly place: ChainPlace;
  readonly record: SwitchedOffRule;
}

/**
 * Takes rules out of their chains and keeps each on the host, with what it had counted and what stood before it, so that
 * anyone can put it back exactly as it was.
 *
 * @param listings the chains as they are now, all that the rules are in
 * @param records what is switched off already
 * @param newId a fresh name for a record: hexadecimal digits
 * @throws NetnsError `conflict` if a rule is not in its chain any more
 */
export function planSwitchOff(
  listings: readonly ChainListing[],
  rules: readonly RuleToSwitchOff[],
  records: readonly SwitchedOffRule[],
  newId: () => string,
): Step[] {
  const chains = new Chains(listings);
  const kept = [...records];
  return rules.map(({ place, namespaceId, rule }) => {
    const { now, index, found } = find(chains, place, rule);
    const before = virtualOrder(now, keptIn(kept, place, namespaceId)).beforeIndex(index);
    const id = newId();
    const record = { id, namespaceId, rule: withCounts(rule, found, index), before };
    kept.push({ ...record, by: '', since: '' });
    chains.remove(place, index);
    return {
      action: 'remove',
      object: objectRef('nat', ruleName(place, rule.text), place.namespace),
      why: l10n.t`switched off; it is kept on the host, to be switched on again`,
      run: [remember(record), takeOut(place, found)],
      undo: [putBackUnlessThere(place, found, index), forget(id)],
    };
  });
}

/**
 * Takes rules out of their chains for good; only their undo puts them back.
 *
 * @param listings as for `planSwitchOff`
 * @throws NetnsError `conflict` if a rule is not in its chain any more
 */
export function planTakeOut(listings: readonly ChainListing[], rules: readonly RuleToSwitchOff[]): Step[] {
  const chains = new Chains(listings);
  return rules.map(({ place, rule }) => {
    const { index, found } = find(chains, place, rule);
    chains.remove(place, index);
    return {
      action: 'remove',
      object: objectRef('nat', ruleName(place, rule.text), place.namespace),
      why: l10n.t`asked for by hand`,
      run: [takeOut(place, found)],
      undo: [putBackUnlessThere(place, found, index)],
    };
  });
}

/** Puts rules back in their place and forgets the records. */
export function planSwitchOn(listings: readonly ChainListing[], rules: readonly RuleToSwitchOn[]): Step[] {
  const chains = new Chains(listings);
  return rules.map(({ place, record }) => {
    const now = chains.rulesOf(place);
    const index = placeFor(now, record.before);
    const rule: ChainRule = record.rule;
    chains.insert(place, index, rule);
    return {
      action: 'create',
      object: objectRef('nat', ruleName(place, rule.text), place.namespace),
      why: l10n.t`switched on again, in its place`,
      run: [putIn(place, rule, index), forget(record.id)],
      undo: [takeOutIfThere(place, rule, now), remember(record)],
    };
  });
}

/** A rule for people: `POSTROUTING: -s 10.10.0.0/16 ! -o planet-br -j MASQUERADE`. */
function ruleName({ chain }: ChainPlace, text: string): string {
  return `${chain}: ${text.replace(/^-A \S+ /, '')}`;
}

/** The chains as they will be when the steps so far have run. */
class Chains {
  private readonly rules: Map<string, readonly ChainRule[]>;

  constructor(listings: readonly ChainListing[]) {
    this.rules = new Map(listings.map((listing) => [chainKey(listing), listing.rules]));
  }

  rulesOf(place: ChainPlace): readonly ChainRule[] {
    return this.rules.get(chainKey(place)) ?? [];
  }

  remove(place: ChainPlace, index: number): void {
    this.rules.set(
      chainKey(place),
      this.rulesOf(place).filter((_, at) => at !== index),
    );
  }

  insert(place: ChainPlace, index: number, rule: ChainRule): void {
    const now = this.rulesOf(place);
    this.rules.set(chainKey(place), [...now.slice(0, index), rule, ...now.slice(index)]);
  }
}

/** Where a rule is now. @throws NetnsError `conflict` if it is not there any more */
function find(
  chains: Chains,
  place: ChainPlace,
  rule: SwitchedOffRule['rule'],
): { readonly now: readonly ChainRule[]; readonly index: number; readonly found: ChainRule } {
  const now = chains.rulesOf(place);
  const index = indexOf(now, rule);
  const found = now[index];
  if (found !== undefined) return { now, index, found };
  throw new NetnsError('conflict', l10n.t`This rule is not in ${place.chain} any more: ${rule.text}`, {
    advice: l10n.t`Refresh to see what is there.`,
  });
}

/** The rule with those words; of several the one with its handle, or in its old place. */
function indexOf(rules: readonly ChainRule[], { text, place }: SwitchedOffRule['rule']): number {
  const byHandle = rules.findIndex((one) => one.handle !== undefined && one.handle === place.handle);
  if (rules[byHandle]?.text === text) return byHandle;
  if (rules[place.position - 1]?.text === text) return place.position - 1;
  return rules.findIndex((one) => one.text === text);
}

function keptIn(records: readonly SwitchedOffRule[], place: ChainPlace, namespaceId: string): SwitchedOffRule[] {
  return records.filter(({ namespaceId: id, rule }) => {
    const { engine, table, chain } = place;
    const isSameChain = rule.engine === engine && rule.table === table && rule.chain === chain;
    return (
      id === namespaceId && isSameChain && rule.place.family === place.family && rule.place.backend === place.backend
    );
  });
}

/** The order in which the rules would stand if those that are switched off were on. */
function virtualOrder(
  rules: readonly ChainRule[],
  off: readonly SwitchedOffRule[],
): { beforeIndex: (index: number) => string[] } {
  const order: { readonly text: string; readonly live?: number }[] = rules.map(({ text }, live) => ({ text, live }));
  for (const { rule, before } of off) order.splice(placeFor(order, before), 0, { text: rule.text });
  return {
    beforeIndex: (index) =>
      order
        .slice(
          0,
          order.findIndex(({ live }) => live === index),
        )
        .map(({ text }) => text),
  };
}

/** Where a rule belongs that has stood behind those: behind the last of them that is there. */
function placeFor(rules: readonly { readonly text: string }[], before: readonly string[]): number {
  const left = [...before];
  let index = 0;
  for (const [at, { text }] of rules.entries()) {
    const found = left.indexOf(text);
    if (found < 0) continue;
    left.splice(found, 1);
    index = at + 1;
  }
  return index;
}

function withCounts(rule: SwitchedOffRule['rule'], found: ChainRule, index: number): SwitchedOffRule['rule'] {
  const { packets, bytes } = found;
  const place: RulePlace = { ...rule.place, position: index + 1 };
  return {
    ...rule,
    ...(packets === undefined ? {} : { packets }),
    ...(bytes === undefined ? {} : { bytes }),
    place,
  };
}
