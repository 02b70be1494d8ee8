import type { Client } from 'pg';
import { Failure } from '../../shared/failure.ts';
import { withClient } from '../postgres/connect.ts';
import { CopyOut, joined, type RowTaker } from '../postgres/copyOut.ts';
import { enterSnapshot } from '../postgres/snapshot.ts';
import type { TableCopy } from '../postgres/tenantCopy.ts';
import { loneSessionSettings } from '../postgres/sessionSettings.ts';
import { inParallel } from './inParallel.ts';
import { sealIntoFile } from './sealIntoFile.ts';
import { BlockPool, TenantArchive } from './tenantArchive.ts';
import { TenantKeys } from './tenantKeys.ts';
import type { TenantObject, TenantsOrder } from './tenants.ts';
import type { ThreadWork } from './thread.ts';

/** Every archive holds some blocks of this size. */
const blockSize = 64 * 1024;
const mostWaiting = 64;
const newline = 10;

export const work: ThreadWork<TenantsOrder, TenantObject[]> = async (order, signal, onBytes) => {
  let copy: CopyOut | undefined;
  let full = false;
  const pool = new BlockPool(blockSize, mostWaiting, (isFull) => {
    full = isFull;
    if (full) copy?.pause();
    else copy?.resume();
  });
  const head = Buffer.from(order.head);
  const archives = order.tenants.map(() => new TenantArchive(head, pool));
  let written = 0;
  const onWritten = (bytes: number) => onBytes((written += bytes));
  const giveToOwner = splitByOwner(archives, new TenantKeys(order.tenants.map(({ id }) => id)), onWritten);
  const giveToAll = giveToEach(archives, onWritten);
  /** Reads one table; rows of tenants that are not asked for are passed over. */
  const readTable = async (client: Client, table: TableCopy) => {
    for (const archive of archives) archive.beginTable(table.dumpId);
    copy = new CopyOut(table.sql, table.shared ? giveToAll : giveToOwner);
    const done = client.query(copy).done();
    if (full) copy.pause();
    await done;
    copy = undefined;
    const { oid, schema, table: name, copyTarget } = table;
    for (const archive of archives) archive.endTable({ oid, schema, table: name, copyTarget });
  };
  const read = async (stop: AbortSignal) => {
    const stopped = new Failure('CANCELLED', 'cancelled', 'Start it again when you are ready.');
    stop.addEventListener('abort', () => archives.forEach((archive) => archive.fail(stopped)), { once: true });
    const login = { ...order.login, settings: { ...order.login.settings, ...loneSessionSettings } };
    const readAll = async (client: Client) => {
      await enterSnapshot(client, order.snapshot, order.lockTimeoutMs);
      for (const table of order.tables) await readTable(client, table);
    };
    await withClient(login, readAll, undefined, stop);
    for (const archive of archives) archive.end();
    return [];
  };
  const seal = (index: number) => async () => {
    const { outputPath } = order.tenants[index]!;
    const target = { codec: order.codec, recipients: order.recipients, outputPath };
    return [await sealIntoFile(archives[index]!.bytes(), target, () => undefined, 'oneOfMany')];
  };
  const sealed = (await inParallel([read, ...archives.map((_, index) => seal(index))], signal)).flat();
  return archives.map(({ tables }, index) => ({ ...sealed[index]!, tables }));
};

/** Rows that all tenants share. @param onWritten is told how many bytes went into archives. */
function giveToEach(archives: readonly TenantArchive[], onWritten: (bytes: number) => void): RowTaker {
  return joined((bytes) => {
    const rows = countNewlines(bytes);
    for (const archive of archives) archive.append(bytes, 0, bytes.length, rows);
    onWritten(bytes.length * archives.length);
  });
}

/** Rows whose first field tells the tenant, and is not the row's. @param onWritten is told how many bytes went into archives. */
function splitByOwner(
  archives: readonly TenantArchive[],
  keys: TenantKeys,
  onWritten: (bytes: number) => void,
): RowTaker {
  let owner: TenantArchive | undefined;
  let inKey = true;
  let written = 0;
  return {
    piece(bytes, from, until, endsRow) {
      let at = from;
      if (inKey) {
        at = keys.read(bytes, at, until);
        if (at === until) return;
        owner = archives[keys.owner()];
        if (bytes[at] !== newline) at++; // a row without columns is its line feed
      }
      inKey = endsRow;
      if (!owner) return;
      owner.append(bytes, at, until, endsRow ? 1 : 0);
      written += until - at;
    },
    end() {
      onWritten(written);
      written = 0;
    },
  };
}

function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count++;
  return count;
}
