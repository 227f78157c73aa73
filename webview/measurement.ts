import './texts';
import { openChannel } from '../src/protocol/channel';
import { parseToMeasure, type FromMeasure, type MeasureKept, type ToMeasure } from '../src/protocol/measure';
import { registerControls } from './controls';
import { MeasurePage } from './measure-page';

declare function acquireVsCodeApi(): {
  postMessage(message: FromMeasure): void;
  setState(state: { readonly kept: MeasureKept }): void;
};

registerControls();
const api = acquireVsCodeApi();
const app = document.getElementById('app');
if (app !== null) {
  const channel = openChannel<ToMeasure, FromMeasure>({
    send: (message) => api.postMessage(message),
    listen: (receive) => {
      const listener = (event: MessageEvent): void => receive(event.data);
      window.addEventListener('message', listener);
      return { dispose: () => window.removeEventListener('message', listener) };
    },
    parse: parseToMeasure,
    onMessage: (message) => {
      if (message.type === 'keep') api.setState({ kept: message.state });
      else page.receive(message);
    },
  });
  const page = new MeasurePage(app, (command) => channel.post({ type: 'command', command }));
  channel.post({ type: 'ready' });
}
