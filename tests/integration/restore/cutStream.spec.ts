import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { withClient } from '../../../main/postgres/connect.ts';
import { withLogin } from '../../../main/postgres/passfile.ts';
import { ArchiveLoader } from '../../../main/streams/archiveLoader.ts';
import type { Cluster } from '../../support/cluster.ts';
import { test } from '../../support/fixtures.ts';

const rows = 1000;

test('a stream cut at a row boundary: nothing committed', async ({ cluster, database, folder }) => {
  await database.psql(`CREATE TABLE sales AS SELECT g AS id, 'sale ' || g AS what FROM generate_series(1, ${rows}) g;`);
  const archive = dump(cluster, database.name, join(folder, 'sales.dump'));
  const after = (text: string) => archive.indexOf(text) + text.length;
  await database.psql('TRUNCATE sales;');
  const cuts = { row: after('500\tsale 500\n'), lastRow: after(`${rows}\tsale ${rows}\n`), marker: after('\\.\n\n\n') };
  expect(Object.values(cuts)).toEqual(Object.values(cuts).toSorted((a, b) => a - b));
  expect(cuts.row).toBeGreaterThan(1000);
  for (const [place, at] of Object.entries(cuts)) {
    await expect(load(cluster, database.name, folder, archive.subarray(0, at)), place).rejects.toThrow(
      'ends too early',
    );
    expect(await database.psql('SELECT count(*) FROM sales;'), place).toBe('0');
  }
  await load(cluster, database.name, folder, archive);
  expect(await database.psql('SELECT count(*) FROM sales;')).toBe(String(rows));
});

/** To a pipe, as ours are: the archive then holds no offsets. */
function dump(cluster: Cluster, database: string, path: string): Buffer {
  const env = { ...process.env, ...cluster.environment(database), OUT: path, DUMP: join(cluster.clientDir, 'pg_dump') };
  execFileSync('sh', ['-c', '"$DUMP" -Fc -Z0 --section=data --table=sales | cat >"$OUT"'], { env });
  return readFileSync(path);
}

async function load(cluster: Cluster, database: string, folder: string, archive: Buffer): Promise<void> {
  const { host, port, user, password } = cluster;
  const connection = { host, port, user, database, sslmode: 'prefer' as const };
  await withLogin(folder, connection, password, (login) =>
    withClient(login, async (client) => {
      const pgRestore = join(cluster.clientDir, 'pg_restore');
      const sealedFile = { path: '', codec: 'zstd' as const, identity: '' };
      const order = {
        ...sealedFile,
        login,
        database,
        encoding: 'UTF8',
        pgRestore,
        psql: join(cluster.clientDir, 'psql'),
        leaveOut: [],
        listPath: join(folder, 'list'),
        only: null,
      };
      const loader = new ArchiveLoader(order, client, new AbortController().signal);
      try {
        for (let at = 0; at < archive.length; at += 4096)
          await loader.push(Buffer.from(archive.subarray(at, at + 4096)));
        await loader.end();
      } finally {
        await loader.close();
      }
    }),
  );
}
