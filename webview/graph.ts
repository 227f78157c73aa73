import './texts';
import { openChannel } from '../src/protocol/channel';
import type { FromGraph, ToGraph } from '../src/protocol/messages';
import { parseToGraph } from '../src/protocol/parse';
import { registerControls } from './controls';
import { Page } from './page';
import type { VsCodeApi } from './page-state';

declare function acquireVsCodeApi(): VsCodeApi;

registerControls();
const api = acquireVsCodeApi();
const app = document.getElementById('app');
if (app !== null) {
  const channel = openChannel<ToGraph, FromGraph>({
    send: (message) => api.postMessage(message),
    listen: (receive) => {
      const listener = (event: MessageEvent): void => receive(event.data);
      window.addEventListener('message', listener);
      return { dispose: () => window.removeEventListener('message', listener) };
    },
    parse: parseToGraph,
    onMessage: (message) => void page.receive(message),
  });
  const page = new Page(app, api, channel);
  channel.post({ type: 'ready' });
}
