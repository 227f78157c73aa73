import * as l10n from '@vscode/l10n';
import type { CaptureFacts } from '../../capture/pcapng-writer';
import type { CaptureSession } from '../../lab/capture/capture-session';
import type { CaptureContent } from './capture-content';
import type { CaptureRequest } from './capture-panel';

/** What a saved file says of itself. */
export function captureFacts(
  { title, filter }: CaptureRequest,
  { whereOf, dropped }: CaptureContent,
  session: CaptureSession | undefined,
): CaptureFacts {
  const own = new Set(session?.plans.map(({ source }) => source.filter) ?? []);
  const left = [...own].find((one) => one !== filter && one !== '');
  return {
    comment: [
      l10n.t`Capture of ${title} by Netns Topology.`,
      ...(left === undefined ? [] : [l10n.t`In the root namespace with the filter: ${left}.`]),
      ...(dropped === 0 ? [] : [l10n.t`${dropped} packets were lost by the host.`]),
    ].join(' '),
    system: 'Linux',
    filter,
    whereOf,
    describe: (where) => {
      const [, namespace, name] = /^(.*):([^:]+)$/.exec(where) ?? [];
      const host = title.split(' @ ').at(-1) ?? '';
      return namespace === undefined
        ? l10n.t`interface ${where} on ${host}`
        : l10n.t`interface ${name ?? ''} in namespace ${namespace} on ${host}`;
    },
  };
}
