import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { endProcess, startedPrograms } from './processes.ts';

/** Sessions, children and slots need a moment to end after whoever used them has let go. */
const graceMs = 3_000;

/** Everything that a test can leave behind, by a sentence that names it. */
async function belongings(marker: string, cluster: Cluster | undefined): Promise<Map<string, number | undefined>> {
  const found = new Map<string, number | undefined>();
  for (const [pid, command] of startedPrograms(marker)) found.set(`process ${pid}: ${command}`, pid);
  if (cluster && !cluster.isRunning) found.set('a stopped server', undefined);
  else if (cluster)
    for (const line of (await cluster.psql('postgres', belongingsSql)).split('\n').filter(Boolean))
      found.set(line, undefined);
  return found;
}

const belongingsSql = `
  SELECT 'database ' || datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres';
  SELECT 'replication slot ' || slot_name FROM pg_replication_slots;
  SELECT 'prepared transaction ' || gid FROM pg_prepared_xacts;
  SELECT 'session ' || pid || ' of "' || application_name || '" in ' || coalesce(datname, '(replication)')
    FROM pg_stat_activity WHERE backend_type IN ('client backend', 'walsender') AND pid <> pg_backend_pid();`;

/** Looks at what there is, and tells later what has been added since and has not gone away in a moment's time. */
export async function watchForLeaks(marker: string, cluster: () => Cluster | undefined) {
  const before = await belongings(marker, cluster());

  return async function leaks(): Promise<string[]> {
    for (const deadline = Date.now() + graceMs; ; await sleep(50)) {
      const after = await belongings(marker, cluster());
      const added = [...after].filter(([name]) => !before.has(name));
      if (added.length === 0) return [];
      if (Date.now() < deadline) continue;
      // The next test must not suffer for this one.
      for (const [, pid] of added) if (pid !== undefined) endProcess(pid);
      return added.map(([name]) => name);
    }
  };
}
