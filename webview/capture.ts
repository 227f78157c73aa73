import './texts';
import type { FromCapture, ToCapture } from '../src/protocol/capture';
import { parseToCapture } from '../src/protocol/capture-parse';
import { openChannel } from '../src/protocol/channel';
import { CapturePage, type CapturePageState } from './capture-page';
import { registerControls } from './controls';

declare function acquireVsCodeApi(): {
  postMessage(message: FromCapture): void;
  getState(): unknown;
  setState(state: CapturePageState): void;
};

registerControls();
const api = acquireVsCodeApi();
const app = document.getElementById('app');
if (app !== null) {
  const channel = openChannel<ToCapture, FromCapture>({
    send: (message) => api.postMessage(message),
    listen: (receive) => {
      const listener = (event: MessageEvent): void => receive(event.data);
      window.addEventListener('message', listener);
      return { dispose: () => window.removeEventListener('message', listener) };
    },
    parse: parseToCapture,
    onMessage: (message) => page.receive(message),
  });
  const page = new CapturePage(app, api, channel);
  channel.post({ type: 'ready' });
}
