import { workerData } from 'node:worker_threads';
import * as l10n from '@vscode/l10n';
import type { Texts } from './answering-thread';

// To be imported before all else of the worker: what constants say is translated when their file is loaded.
const texts = workerData as Texts | null | undefined;
if (texts !== null && texts !== undefined) l10n.config({ contents: texts });
