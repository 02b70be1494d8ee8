import { contextBridge, ipcRenderer } from 'electron';
import { eventChannel, requestChannel } from '../shared/contract/channels.ts';
import type { Envelope } from '../shared/contract/envelope.ts';

/** What a page may do: ask, and be told. A new feature never edits this. */
contextBridge.exposeInMainWorld('strongroom', {
  request: (name: string, ask: unknown): Promise<Envelope> => ipcRenderer.invoke(requestChannel, name, ask),
  onEvent: (listener: (name: string, value: unknown) => void): (() => void) => {
    const heard = (_event: unknown, name: string, value: unknown) => listener(name, value);
    ipcRenderer.on(eventChannel, heard);
    return () => ipcRenderer.off(eventChannel, heard);
  },
});
