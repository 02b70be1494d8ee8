type Handler = (event: object, ...args: unknown[]) => unknown;

const handlers = new Map<string, Handler>();

export const ipcMain = {
  handle(channel: string, handler: Handler): void {
    if (handlers.has(channel)) throw new Error(`there is a second handler for ${channel}`);
    handlers.set(channel, handler);
  },
};

/** What a page's `ipcRenderer.invoke` comes to. */
export async function invoke(channel: string, event: object, args: unknown[]): Promise<unknown> {
  const handler = handlers.get(channel);
  if (!handler) throw new Error(`there is no handler for ${channel}`);
  return handler(event, ...args);
}
