import { DisposableList, type Disposable } from '../../base/disposable';
import type { Surroundings } from '../../language/completion/values';
import type { HostRegistry } from '../hosts/host-registry';
import { registerCompletion } from './completion';
import { registerHover, type FindHost } from './hover';
import { registerLinks } from './links';
import { registerNavigation } from './navigation';
import { registerReadingAids } from './reading-aids';
import type { TopologyDocuments } from './topology-documents';

/** What the editor knows of the language while a file is read and written. None of it needs a host, or trust. */
export function registerLanguageFeatures(
  documents: TopologyDocuments,
  registry: HostRegistry,
  findHost: FindHost,
): Disposable {
  const list = new DisposableList();
  list.add(registerCompletion(documents, () => surroundings(registry)));
  list.add(registerHover(documents, findHost));
  list.add(registerNavigation(documents));
  list.add(registerReadingAids(documents));
  list.add(registerLinks(documents));
  return list;
}

/** What is known of hosts at this moment, without asking one. */
function surroundings({ hosts }: HostRegistry): Surroundings {
  const links = hosts.flatMap(({ snapshot }) => snapshot?.namespaces.find(({ isRoot }) => isRoot)?.links ?? []);
  return { hosts: hosts.map(({ id }) => id), hostInterfaces: [...new Set(links.map(({ name }) => name))] };
}
