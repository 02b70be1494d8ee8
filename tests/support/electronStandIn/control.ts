type Command = (...args: never[]) => unknown;

const commands = new Map<string, Command>();

/** What the app has done that a test wants to see. */
export const seen = {
  visible: false,
  tray: { image: '', toolTip: '', menu: [] as SeenMenuItem[] },
  appMenu: [] as SeenMenuItem[],
  notifications: [] as { title: string; body: string }[],
  dialogs: [] as { message: string; detail: string; buttons: string[] }[],
  errorBoxes: [] as { title: string; content: string }[],
  openedOutside: [] as string[],
  shownInFolder: [] as string[],
  /** Requests to the network that the app let through. */
  network: [] as string[],
  /** New windows that the app let open. */
  openedWindows: [] as string[],
  blockers: [] as number[],
  loginItems: [] as object[],
  relaunched: false,
};
export type Seen = typeof seen;

export interface SeenMenuItem {
  label: string;
  role?: string;
  enabled: boolean;
  submenu: SeenMenuItem[];
}

/** Lets the test do something by name, such as what a person does outside the window. */
export function command(name: string, act: Command): void {
  commands.set(name, act);
}

command('seen', () => seen);

process.on('message', (message: { id: number; name: string; args: never[] }) => {
  const { id, name, args } = message;
  Promise.resolve()
    .then(() => {
      const act = commands.get(name);
      if (!act) throw new Error(`the stand-in knows no ${name}`);
      return act(...args);
    })
    .then(
      (value) => process.send?.({ id, value: value ?? null }),
      (error: unknown) => process.send?.({ id, error: error instanceof Error ? error.message : String(error) }),
    );
});
// The channel to the test must not keep the app from ending.
process.channel?.unref();
