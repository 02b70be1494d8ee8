/**
 * The rooms of the house and who may import from whom: one way only,
 * entries → requests | scheduler → jobs → workflows → tools → shared.
 *
 * A new folder gets its row here first; one that has none is refused.
 */
const workflows = 'backup restore merge wal retention verify drill runbook alerts health demo'.split(' ');
const tools = 'postgres storage sealing state secrets notify metrics logs'.split(' ');
const dispatch = ['requests', 'scheduler'];
const frames = ['electron', 'server'];

interface Room {
  mayImport: readonly string[];
  /** Why nothing else: the end of the message. */
  because: string;
}

const oneWay = 'the way is entries → requests | scheduler → jobs → workflows → tools → shared, and nothing points back';
const rooms: Record<string, Room> = {
  entry: {
    mayImport: ['console', ...frames, ...dispatch, 'jobs', 'logs', 'shared'],
    because: 'an entry asks the console, so that the window and the command line cannot come to differ',
  },
  console: { mayImport: ['jobs', ...workflows, 'streams', ...tools, 'shared'], because: oneWay },
  /** The threads through which heavy bytes flow: they join tools, for every workflow. */
  streams: { mayImport: [...tools, 'shared'], because: oneWay },
  jobs: { mayImport: [...workflows, ...tools, 'shared'], because: oneWay },
  shared: {
    mayImport: [],
    because: 'shared/ is the vocabulary of every process: it imports nothing of ours, no Node and no package but zod',
  },
  renderer: { mayImport: ['shared'], because: 'the renderer knows shared/ only: everything else goes over the bridge' },
  preload: { mayImport: ['shared'], because: 'the preload is only the bridge and knows shared/ only' },
};
for (const frame of frames) rooms[frame] = { mayImport: ['console', ...dispatch, 'logs', 'shared'], because: oneWay };
const belowDispatch = ['console', 'jobs', ...workflows, ...tools, 'shared'];
rooms.scheduler = { mayImport: belowDispatch, because: oneWay };
/** A request changes schedules and tells what they mean; the scheduler knows no request. */
rooms.requests = { mayImport: ['scheduler', ...belowDispatch], because: oneWay };
for (const room of workflows)
  rooms[room] = {
    mayImport: ['streams', ...tools, 'shared'],
    because: `${oneWay}; a workflow that needs another one takes it as a parameter, and console.ts joins them`,
  };
for (const room of tools)
  rooms[room] = {
    mayImport: ['shared'],
    because: 'a tool imports shared/ only: what it needs of another tool is an interface in shared/ or a parameter',
  };

/** The room of a file, by its path from the top of the repository; undefined outside the product (tests, scripts …). */
export function roomOf(path: string): string | undefined {
  const [top, second = '', third] = path.split('/');
  if (top === 'shared' || top === 'renderer' || top === 'preload') return top;
  if (top !== 'main') return undefined;
  if (third !== undefined) return second === 'cli' ? 'entry' : second;
  if (second === 'cli.ts' || second === 'desktop.ts') return 'entry';
  return second === 'console.ts' ? 'console' : second;
}

/** What is wrong with a room itself. */
export function objectionToRoom(room: string): string | undefined {
  return room in rooms
    ? undefined
    : `main/${room} has no place in the order yet: give it a row in scripts/lint/rooms.ts`;
}

/** What is wrong with one file of ours importing another one of ours. */
export function objectionToFile(from: string, to: string): string | undefined {
  const importer = roomOf(from);
  const room = importer === undefined ? undefined : rooms[importer];
  if (importer === undefined || room === undefined) return undefined;
  const imported = roomOf(to);
  if (to === 'package.json') return undefined;
  if (imported === undefined) return `${importer} imports ${to}, but the product never needs its tests or scripts`;
  if (imported === importer || room.mayImport.includes(imported)) return undefined;
  return `${importer} must not import ${imported}: ${room.because}`;
}

/** What is wrong with a file of ours importing a package or a module of Node. */
export function objectionToPackage(from: string, name: string, isNode: boolean): string | undefined {
  const importer = roomOf(from);
  if (importer === undefined) return undefined;
  if (name === 'electron' && importer !== 'electron' && importer !== 'preload')
    return 'only main/electron and the preload import electron, so that everything else also runs without it';
  if (importer === 'shared' && name !== 'zod') return `shared must not import ${name}: ${rooms.shared?.because}`;
  if (importer === 'renderer' && isNode) return `renderer must not import ${name}: a browser page has no Node`;
  return undefined;
}
