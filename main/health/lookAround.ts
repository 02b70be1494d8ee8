import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, reportFailure } from '../../shared/failure.ts';
import type { Source } from '../../shared/source.ts';
import type { Store, StoreSettings } from '../../shared/store.ts';
import { chooseDumpTools, findClientTools, type ClientTools } from '../postgres/clientTools.ts';
import { withClient, type Login } from '../postgres/connect.ts';
import { serverVersion } from '../postgres/inventory.ts';
import type { Looks } from '../state/looks.ts';
import { probeStore } from '../storage/probeStore.ts';
import type { Check } from './check.ts';
import { clientChecks, serverChecks } from './versions.ts';

export interface LookTools {
  stores: readonly { name: string; settings: StoreSettings; open(): Promise<Store> }[];
  sources: readonly Source[];
  looks: Looks;
  /** Bytes of the good copies in a store, as the catalogue knows them: listing a bucket every few minutes costs money. */
  copiedBytes(store: string): number;
  withSource<T>(source: Source, work: (login: Login) => Promise<T>): Promise<T>;
}

/** Nobody is waited for longer. */
const patienceMs = 60_000;
/** A look that is given up may still take away what it has written. */
const tidyMs = 2_000;
/** Programs are not updated every few minutes, and asking each for its version costs. */
const toolsAreFreshMs = 3_600_000;

/**
 * Looks at every store and database, all at once and never longer than a minute, and notes what it saw. What hangs from
 * an earlier look (a network folder may hang for hours) is not looked at a second time.
 */
export class Lookout {
  private readonly hanging = new Set<string>();
  private readonly toolsOf = new Map<string, { at: number; found: Promise<ClientTools[]> }>();
  private readonly patience: number;
  private readonly now: () => number;

  constructor(patience = patienceMs, now: () => number = Date.now) {
    this.patience = patience;
    this.now = now;
  }

  async lookAround(tools: LookTools, signal: AbortSignal): Promise<void> {
    await Promise.all([
      ...tools.stores.map(({ name, settings, open }) =>
        this.look(tools.looks, 'store', name, signal, async (ended) => {
          const { failure, writable } = await probeStore(await open(), ended);
          if (failure) throw new Failure(failure.code, failure.message, failure.hint);
          return { writable, usedBytes: tools.copiedBytes(name), ...(await roomIn(settings)) };
        }),
      ),
      ...tools.sources.map((source) =>
        this.look(tools.looks, 'source', source.name, signal, (ended) =>
          tools.withSource(source, (login) => this.lookAtSource(source, login, ended)),
        ),
      ),
    ]);
  }

  private async look(
    looks: Looks,
    kind: 'store' | 'source',
    name: string,
    signal: AbortSignal,
    work: (ended: AbortSignal) => Promise<unknown>,
  ): Promise<void> {
    const key = `${kind}:${name}`;
    const note = (found: Parameters<Looks['note']>[3]) =>
      looks.note(kind, name, new Date(this.now()).toISOString(), found);
    if (this.hanging.has(key)) {
      note({ failure: noAnswer(kind, name, this.patience) });
      return;
    }
    this.hanging.add(key);
    const late = AbortSignal.timeout(this.patience);
    const done = work(AbortSignal.any([signal, late])).finally(() => this.hanging.delete(key));
    // Not everything heeds a signal: a folder of a server that is gone does not.
    const ended = new Promise<never>((_, reject) => {
      const end = () => reject(signal.aborted ? (signal.reason as Error) : noAnswer(kind, name, this.patience));
      if (signal.aborted) end();
      for (const one of [signal, late]) one.addEventListener('abort', end, { once: true });
    });
    try {
      const seen = await Promise.race([done, ended]);
      note({ failure: null, seen });
    } catch (error) {
      if (signal.aborted) {
        await Promise.race([Promise.allSettled([done]), sleep(tidyMs, undefined, { ref: false })]);
        return;
      }
      note({ failure: late.aborted ? noAnswer(kind, name, this.patience) : reportFailure(error) });
    }
  }

  private async lookAtSource(source: Source, login: Login, signal: AbortSignal): Promise<unknown> {
    const { skewSeconds, server } = await withClient(
      login,
      async (client) => {
        const before = Date.now();
        const { rows } = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now');
        const between = (before + Date.now()) / 2;
        return {
          skewSeconds: Math.abs(rows[0]!.now.getTime() - between) / 1000,
          server: await serverVersion(client),
        };
      },
      undefined,
      signal,
    );
    const tools = (await this.toolChecks(source, server)).map(verdictOf);
    return { skewSeconds, serverVersion: server.version, tools };
  }

  private async toolChecks(source: Source, server: Awaited<ReturnType<typeof serverVersion>>): Promise<Check[]> {
    try {
      const chosen = chooseDumpTools(await this.toolsFor(source), server.major);
      const now = new Date();
      return [...serverChecks(source.name, server, chosen, now), ...clientChecks([chosen], now)];
    } catch (error) {
      const { code, message, hint } = reportFailure(error);
      return [{ id: `source:${source.name}`, severity: 'block', message: `${source.name}: ${message}`, hint, code }];
    }
  }

  private toolsFor({ toolsDir }: Source): Promise<ClientTools[]> {
    const key = toolsDir ?? '';
    const known = this.toolsOf.get(key);
    if (known && Date.now() - known.at < toolsAreFreshMs) return known.found;
    const found = findClientTools(toolsDir);
    this.toolsOf.set(key, { at: Date.now(), found });
    // Programs that are missing are soon installed: the next look asks again.
    found.catch(() => this.toolsOf.delete(key));
    return found;
  }
}

async function roomIn(settings: StoreSettings): Promise<{ capacityBytes: number | null; freeBytes: number | null }> {
  if (settings.kind !== 'local') return { capacityBytes: null, freeBytes: null };
  const disk = await statfs(settings.path);
  return { capacityBytes: disk.blocks * disk.bsize, freeBytes: disk.bavail * disk.bsize };
}

function verdictOf({ severity, message, hint }: Check): Pick<Check, 'severity' | 'message' | 'hint'> {
  return { severity, message, hint };
}

function noAnswer(kind: 'store' | 'source', name: string, patience: number): Failure {
  const seconds = Math.round(patience / 1000);
  return kind === 'store'
    ? new Failure(
        'STORE_UNREACHABLE',
        `the store "${name}" did not answer within ${seconds} s`,
        'Look whether its disk or server is switched on and the network works.',
      )
    : new Failure(
        'SOURCE_UNREACHABLE',
        `the database ${name} did not answer within ${seconds} s`,
        'Look whether its server is switched on and the network works.',
      );
}
