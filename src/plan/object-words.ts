import * as l10n from '@vscode/l10n';
import type { ObjectRef } from './model';

/** What a step can work on, for people. */
export const objectWords: Readonly<Record<ObjectRef['type'], string>> = {
  namespace: l10n.t`namespace`,
  bridge: l10n.t`bridge`,
  link: l10n.t`link`,
  interface: l10n.t`interface`,
  address: l10n.t`address`,
  route: l10n.t`route`,
  rule: l10n.t`rule`,
  sysctl: 'sysctl',
  nat: 'nat',
  service: l10n.t`service`,
  nameservers: l10n.t`nameservers`,
  process: l10n.t`process`,
  impairment: l10n.t`impairment`,
  manifest: l10n.t`manifest`,
};

/** `bridge planet-br`. */
export function objectTitle({ type, name }: ObjectRef): string {
  return `${objectWords[type]} ${name}`;
}
