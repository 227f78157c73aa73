import type { GraphView } from '../../protocol/graph';
import type { Subject, SubjectPlace } from '../../protocol/subject';
import { bridgeNodeId, interfaceNodeId, namespaceNodeId } from './picture';

/**
 * What of a picture a thing is, by its id there. What is not drawn itself is found by what it belongs to: an address or a route by its
 * interface, a process, a socket or a service by its namespace.
 *
 * @returns undefined for what the picture does not show, and for the host as a whole
 */
export function nodeOfSubject(view: GraphView, subject: Subject): string | undefined {
  const ids = new Set(view.nodes.map(({ id }) => id));
  return candidates(view, subject).find((id) => ids.has(id) || isDrawn(view, id));
}

function candidates(view: GraphView, subject: Subject): string[] {
  const { type, name, dev, peer } = subject;
  const key = keyOf(subject);
  const home = key === undefined ? [] : [namespaceNodeId(key)];
  const linkIds = (where: SubjectPlace, link: string): string[] => [
    bridgeNodeId(keyOf(where), link),
    interfaceNodeId(keyOf(where), link),
  ];
  switch (type) {
    case 'namespace':
      return [namespaceNodeId(key ?? name)];
    case 'bridge':
    case 'interface':
      return linkIds(subject, name);
    case 'address':
    case 'route':
      return [...(dev === undefined ? [] : linkIds(subject, dev)), ...home];
    case 'cable': {
      const ends = [linkIds(subject, name), peer === undefined ? [] : linkIds(peer, peer.name)];
      const isEnd = (id: string): boolean => ends.some((each) => each.includes(id));
      const cable = view.cables.find(({ from, to }) => isEnd(from) && isEnd(to));
      return [...(cable === undefined ? [] : [cable.id]), ...ends.flat()];
    }
    case 'nat': {
      const rule = view.nat.find((each) => each.key !== undefined && each.key === subject.key);
      return rule === undefined ? [] : [rule.id];
    }
    case 'process':
    case 'socket':
    case 'service':
      return home;
    case 'host':
    case 'lab':
      return [];
  }
}

function isDrawn(view: GraphView, id: string): boolean {
  return view.cables.some((cable) => cable.id === id) || view.nat.some((nat) => nat.id === id);
}

/** As in the ids of nodes: the name, or `#` and the inode; undefined in the root namespace. */
function keyOf({ namespace, namespaceId }: SubjectPlace): string | undefined {
  return namespaceId === undefined ? namespace : `#${namespaceId}`;
}
