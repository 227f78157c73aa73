import './texts';
import { openChannel } from '../src/protocol/channel';
import type { FromTrace, ToTrace } from '../src/protocol/trace';
import { parseToTrace } from '../src/protocol/trace-parse';
import { registerControls } from './controls';
import { TracePage, type TracePageState } from './trace-page';

declare function acquireVsCodeApi(): {
  postMessage(message: FromTrace): void;
  getState(): unknown;
  setState(state: TracePageState): void;
};

registerControls();
const api = acquireVsCodeApi();
const app = document.getElementById('app');
if (app !== null) {
  const channel = openChannel<ToTrace, FromTrace>({
    send: (message) => api.postMessage(message),
    listen: (receive) => {
      const listener = (event: MessageEvent): void => receive(event.data);
      window.addEventListener('message', listener);
      return { dispose: () => window.removeEventListener('message', listener) };
    },
    parse: parseToTrace,
    onMessage: (message) => page.receive(message),
  });
  const page = new TracePage(app, (state) => api.setState(state), channel);
  channel.post({ type: 'ready' });
}
