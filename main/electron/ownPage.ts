/** A frame as Electron describes the sender of a message. */
interface Frame {
  readonly url: string;
  /** Null for the page itself, the frame around it for every other one. */
  readonly parent: unknown;
}

/** Whether an address is a page of the console itself. */
export function isOwnPage(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed?.protocol === 'app:' && parsed.host === 'strongroom' && parsed.username === '' && parsed.port === '';
}

/** Whether a message was sent by the page of our window, and by no frame inside it. */
export function sentByOwnPage(sender: Frame | null, mainFrame: Frame | null): boolean {
  return sender !== null && sender === mainFrame && sender.parent === null && isOwnPage(sender.url);
}
