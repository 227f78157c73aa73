import './worker-texts';
import { parentPort } from 'node:worker_threads';
import { Desk } from './desk';
import type { FromDesk, ToDesk } from './messages';

// The worker's entry point, a bundle of its own. There is no `vscode` in it: an import of it fails the build.
// setImmediate comes after all messages that have arrived.
if (parentPort === null) throw new Error('This runs in a worker thread.');
const port = parentPort;
const desk = new Desk(
  (message) => port.postMessage(message),
  (work) => setImmediate(work),
);
port.on('message', (message: ToDesk) => desk.receive(message));
port.postMessage({ type: 'ready' } satisfies FromDesk);
