import { linkTrouble } from '../../src/host/link-trouble';
import { namespaceTitle, type HostSnapshot, type ObservedLink, type ObservedNamespace } from '../../src/host/model';
import type { HostStore } from '../../src/lab/model';
import type { LabHost } from '../lab-host';
import { type, until } from './observed-lab';

/** What stands after a command that was typed. */
export interface TypedPicture {
  readonly command: string;
  /** As the store shows it by itself, without being asked to read. */
  readonly snapshot: HostSnapshot;
}

/**
 * Types commands one after the other, and yields after each what a store shows that follows the host: once that is what it should
 * be, or has come to rest.
 *
 * @param isRight whether a snapshot shows what the commands so far have made; without it, the store is asked to read until two
 *   readings say the same
 */
export async function* typedPictures(
  lab: LabHost,
  store: HostStore,
  commands: readonly string[],
  isRight?: (snapshot: HostSnapshot, index: number) => boolean,
): AsyncGenerator<TypedPicture> {
  for (const [index, command] of commands.entries()) {
    await type(lab, [command]);
    if (isRight === undefined) await settled(store);
    else {
      const holds = (): Promise<boolean> =>
        Promise.resolve(store.snapshot !== undefined && isRight(store.snapshot, index));
      // What does not come about is for the caller to see, who can say more of it.
      await until(holds, command, 6000).catch(() => undefined);
    }
    if (store.snapshot !== undefined) yield { command, snapshot: store.snapshot };
  }
}

async function settled(store: HostStore): Promise<void> {
  let last = '';
  await until(async () => {
    const now = pictureOf(await store.refresh()).join('\n');
    await new Promise((resolve) => setTimeout(resolve, 400));
    const isSame = now === last;
    last = now;
    return isSame;
  }, 'two readings say the same');
}

/** What a tutorial's drawing shows of a host, a line for each thing: without MAC and link-local addresses, numbers and counters. */
export function pictureOf(snapshot: HostSnapshot): string[] {
  return snapshot.namespaces.flatMap((namespace) => {
    const label = labelOf(namespace);
    const { routes, nat, sysctls, sockets = [], processes } = namespace;
    const lines = [
      ...namespace.links.map((link) => linkLine(snapshot, namespace, link)),
      ...routes
        .filter(({ table, protocol, family }) => table !== 'local' && protocol !== 'kernel' && family === 'inet')
        .map(({ to, via, dev }) => `route ${to}${via === undefined ? '' : ` via ${via}`} dev ${dev ?? '?'}`),
      ...nat.map(({ text }) => `NAT ${text.replace(/ counter packets \d+ bytes \d+/, '')}`),
      ...(sysctls['net.ipv4.ip_forward'] === '1' ? ['forwards IPv4'] : []),
      ...(namespace.isRoot ? [] : processes.map(({ command }) => `runs ${command}`)),
      ...sockets.map(({ protocol, address, port }) => `listens on ${protocol} ${address} port ${port}`),
    ];
    return [...(namespace.isRoot ? [] : [`namespace ${label}`]), ...lines.map((line) => `${label}: ${line}`)];
  });
}

function labelOf(namespace: ObservedNamespace): string {
  return namespace.isRoot ? 'host' : namespaceTitle(namespace);
}

function linkLine(snapshot: HostSnapshot, namespace: ObservedNamespace, link: ObservedLink): string {
  const there = snapshot.namespaces.find(({ id }) => id === link.peer?.namespaceId);
  const trouble = linkTrouble(snapshot, namespace, link);
  const culprit =
    trouble?.culprit === undefined ? '' : ` (${labelOf(trouble.culprit.namespace)}:${trouble.culprit.link.name})`;
  const shown = link.addresses.filter(({ scope }) => scope !== 'link').map(({ cidr }) => cidr);
  return [
    `${link.name}${link.peer === undefined || there === undefined ? '' : ` <-> ${labelOf(there)}:${link.peer.name}`}`,
    link.peer === undefined ? link.kind : undefined,
    link.master === undefined ? undefined : `in ${link.master}`,
    ...shown,
    trouble === undefined ? 'up' : `${trouble.reason}${culprit}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** What a command changed: the lines that came and went. */
export function changeOf(before: readonly string[], after: readonly string[]): string[] {
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `  - ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `  + ${line}`),
  ];
}
