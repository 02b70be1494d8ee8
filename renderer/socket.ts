import { socketPath } from '../shared/contract/channels.ts';
import type { Envelope, SocketAsk, SocketMessage } from '../shared/contract/envelope.ts';
import type { RawBridge } from './rawBridge.ts';

const firstRetryMs = 500;
const lastRetryMs = 10_000;

/** The bridge of a browser: requests and events over one socket, which is opened again whenever it is lost. */
export function openSocket(): RawBridge {
  const waiting = new Map<number, (answer: Envelope) => void>();
  const eventListeners = new Set<(name: string, value: unknown) => void>();
  const connectionListeners = new Set<(connected: boolean) => void>();
  /** Asked before the socket was open. */
  let unsent: SocketAsk[] = [];
  let socket: WebSocket | null = null;
  /** Also when it could not be opened at first: whoever asked meanwhile has to hear that it is there now. */
  let wasLost = false;
  let retryMs = firstRetryMs;
  let nextId = 1;

  const connect = () => {
    const url = new URL(socketPath, window.location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    socket = new WebSocket(url);
    socket.addEventListener('open', () => {
      retryMs = firstRetryMs;
      for (const ask of unsent) socket?.send(JSON.stringify(ask));
      unsent = [];
      if (wasLost) for (const listener of connectionListeners) listener(true);
      wasLost = false;
    });
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as SocketMessage;
      if ('event' in message) for (const listener of eventListeners) listener(message.event, message.value);
      else {
        waiting.get(message.id)?.(message.answer);
        waiting.delete(message.id);
      }
    });
    socket.addEventListener('close', () => {
      socket = null;
      wasLost = true;
      unsent = [];
      for (const answer of waiting.values()) answer(lost);
      waiting.clear();
      for (const listener of connectionListeners) listener(false);
      setTimeout(connect, retryMs);
      retryMs = Math.min(lastRetryMs, retryMs * 2);
    });
  };
  connect();

  return {
    request(name, ask) {
      return new Promise((resolve) => {
        if (socket === null) {
          resolve(lost);
          return;
        }
        const message: SocketAsk = { id: nextId++, name, ask };
        waiting.set(message.id, resolve);
        if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
        else unsent.push(message);
      });
    },
    onEvent(listener) {
      eventListeners.add(listener);
      return () => eventListeners.delete(listener);
    },
    onConnection(listener) {
      connectionListeners.add(listener);
      return () => connectionListeners.delete(listener);
    },
  };
}

const lost: Envelope = {
  ok: false,
  failure: {
    code: 'CONSOLE_LOST',
    message: 'the console does not answer',
    hint: 'It is tried again by itself. If it was stopped, start it again and open the address that it prints.',
    details: {},
  },
};
