import type { NamespaceDetails } from '../../../src/trace/facts';

/** Of a namespace of which nothing was read that a trace would mind. */
export const emptyDetails: NamespaceDetails = {
  sysctls: {},
  neighbours: [],
  portStates: new Map(),
  fixedFdb: [],
  filter: { chains: [] },
  sockets: [],
  answers: new Map(),
  unread: [],
};
