import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { command, seen, type SeenMenuItem } from './control.ts';

interface MenuItem {
  label?: string;
  role?: string;
  enabled?: boolean;
  click?: () => void;
  submenu?: MenuItem[];
  type?: string;
}

class Menu {
  readonly items: MenuItem[];

  constructor(items: MenuItem[]) {
    this.items = items;
  }

  static buildFromTemplate(items: MenuItem[]): Menu {
    return new Menu(items);
  }

  static setApplicationMenu({ items }: Menu): void {
    seen.appMenu = shown(items);
  }
}

function shown(items: readonly MenuItem[]): SeenMenuItem[] {
  return items
    .filter(({ type }) => type !== 'separator')
    .map(({ label = '', role, enabled = true, submenu = [] }) => ({ label, role, enabled, submenu: shown(submenu) }));
}

class Tray extends EventEmitter {
  private menu: Menu = new Menu([]);

  constructor(image: { path: string }) {
    super();
    this.setImage(image);
    command('clickTray', () => this.emit('click'));
    command('chooseFromTray', (labels: string[]) => this.choose(labels));
  }

  setImage({ path }: { path: string }): void {
    seen.tray.image = basename(path, '.png');
  }

  setToolTip(sentence: string): void {
    seen.tray.toolTip = sentence;
  }

  setContextMenu(menu: Menu): void {
    this.menu = menu;
    seen.tray.menu = shown(menu.items);
  }

  private choose(labels: string[]): void {
    let items = this.menu.items;
    for (const label of labels) {
      const item = items.find((one) => one.label === label);
      if (!item || item.enabled === false)
        throw new Error(`the tray offers no ${label}, but ${items.map((one) => one.label).join(', ')}`);
      if (label === labels.at(-1)) item.click?.();
      items = item.submenu ?? [];
    }
  }
}

const notifications: Notification[] = [];

class Notification extends EventEmitter {
  private readonly options: { title: string; body: string };

  constructor(options: { title: string; body: string }) {
    super();
    this.options = options;
  }

  static isSupported(): boolean {
    return true;
  }

  show(): void {
    notifications.push(this);
    seen.notifications.push(this.options);
  }
}
command('clickNotification', (index: number) => notifications[index]?.emit('click'));

interface Question {
  message: string;
  detail?: string;
  buttons?: string[];
}

const unanswered: ((button: string) => void)[] = [];

const dialog = {
  /** Waits for the test as for a person. */
  showMessageBox(...args: [object, Question] | [Question]): Promise<{ response: number }> {
    const { message, detail = '', buttons = [] } = args.at(-1) as Question;
    seen.dialogs.push({ message, detail, buttons });
    return new Promise((resolve) => {
      unanswered.push((button) => resolve({ response: buttons.indexOf(button) }));
    });
  },
  showErrorBox(title: string, content: string): void {
    seen.errorBoxes.push({ title, content });
    process.stderr.write(`${title}\n${content}\n`);
  },
};
command('answerDialog', (button: string) => {
  const answer = unanswered.shift();
  if (!answer) throw new Error('nothing is asked');
  answer(button);
});

const shell = {
  openExternal: (url: string) => Promise.resolve(void seen.openedOutside.push(url)),
  showItemInFolder: (path: string) => void seen.shownInFolder.push(path),
};

const powerMonitor = new EventEmitter();
command('power', (event: string) => powerMonitor.emit(event));

const powerSaveBlocker = {
  start(): number {
    const id = Math.max(0, ...seen.blockers) + 1;
    seen.blockers.push(id);
    return id;
  },
  stop(id: number): void {
    seen.blockers = seen.blockers.filter((one) => one !== id);
  },
};

/** A keychain that lives outside the state folder, as the real one does. */
const keychainFile = join(process.env.STAND_IN_KEYCHAIN ?? '', 'keychain');

function keychainKey(): Buffer {
  if (!existsSync(keychainFile)) writeFileSync(keychainFile, randomBytes(32));
  return readFileSync(keychainFile);
}

const safeStorage = {
  isAsyncEncryptionAvailable: () => Promise.resolve(true),
  getSelectedStorageBackend: () => process.env.STAND_IN_KEYCHAIN_KIND ?? 'gnome_libsecret',
  async encryptStringAsync(plain: string): Promise<Buffer> {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', keychainKey(), nonce);
    return Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  },
  async decryptStringAsync(sealed: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
    const cipher = createDecipheriv('aes-256-gcm', keychainKey(), sealed.subarray(0, 12));
    cipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([cipher.update(sealed.subarray(12, -16)), cipher.final()]);
    return { result: plain.toString('utf8'), shouldReEncrypt: false };
  },
};

const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }] };
const nativeTheme = { shouldUseDarkColors: false };
const nativeImage = {
  createFromPath(path: string) {
    if (!existsSync(path)) throw new Error(`there is no picture ${path}`);
    return { path, setTemplateImage: () => undefined };
  },
};

export {
  dialog,
  Menu,
  nativeImage,
  nativeTheme,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  safeStorage,
  screen,
  shell,
  Tray,
};
