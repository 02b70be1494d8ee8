import type { FindingSeverity, RowFinding } from '../../shared/tenant.ts';
import type { Obstacle } from '../postgres/rowSecurity.ts';
import { backupRoleSql } from '../postgres/roleSql.ts';
import type { Check } from './check.ts';

/** What several findings of one kind are called together, and what to do about them. */
interface FindingKind {
  mode: RowFinding['mode'];
  severity: FindingSeverity;
  /** Follows `source:NAME:` in the id of the check. */
  id: string;
  several(count: number): string;
  hint(source: string): string;
}

const kinds: readonly FindingKind[] = [
  {
    mode: 'full',
    severity: 'warn',
    id: 'views',
    several: (count) => `${count} materialized views may come back empty from a restore`,
    hint: () => 'Give each view an owner with BYPASSRLS.',
  },
  {
    mode: 'tenant',
    severity: 'block',
    id: 'tenants-block',
    several: (count) => `${count} tables or roles stand in the way of backups of tenants`,
    hint: () => 'No tenant can be backed up by itself before that is mended.',
  },
  {
    mode: 'tenant',
    severity: 'confirm',
    id: 'tenants-confirm',
    several: (count) => `${count} tables are to be confirmed as shared before tenants can be backed up`,
    hint: (source) => `If all tenants share them: strongroom source tenants ${source} --confirm-all-shared`,
  },
  {
    mode: 'tenant',
    severity: 'warn',
    id: 'tenants-warn',
    several: (count) => `of ${count} tables a merge of one tenant may have to guess whose their rows are`,
    hint: () => 'Until that is said, a merge is refused where it would have to guess.',
  },
  {
    mode: 'wal',
    severity: 'block',
    id: 'wal-block',
    several: (count) => `${count} things keep the changes from being streamed`,
    hint: (source) => `The SQL of a role that may: strongroom source role ${source} --for wal`,
  },
  {
    mode: 'restore',
    severity: 'block',
    id: 'restore-block',
    several: (count) => `the login for restores lacks ${count} rights`,
    hint: (source) => `The SQL of a role that has them: strongroom source role ${source} --for restore`,
  },
  {
    mode: 'restore',
    severity: 'warn',
    id: 'restore-warn',
    several: (count) => `the login for restores lacks ${count} rights that some merges need`,
    hint: (source) => `The SQL of a role that has them: strongroom source role ${source} --for restore`,
  },
];

/** What keeps the role of a source from a whole backup: a check for each kind, with every relation in it. */
export function obstacleChecks(
  source: string,
  { filtered, unreadable }: { filtered: readonly Obstacle[]; unreadable: readonly Obstacle[] },
): Check[] {
  const blocked = (id: string, obstacles: readonly Obstacle[], several: string): Check[] => {
    const findings = obstacles.map((obstacle): RowFinding => ({ ...obstacle, mode: 'full', severity: 'block' }));
    const hint = `Back up as a role that sees everything. As a superuser, once:\n${backupRoleSql}`;
    return checkOf(source, id, findings, several, hint);
  };
  return [
    ...blocked('row-security', filtered, `row-level security hides rows of ${filtered.length} tables from its role`),
    ...blocked('privileges', unreadable, `its role may not read ${unreadable.length} relations`),
  ];
}

/** A check for each kind of finding; every finding is in one, with its own reason. */
export function findingChecks(source: string, findings: readonly RowFinding[]): Check[] {
  return kinds.flatMap(({ mode, severity, id, several, hint }) => {
    const found = findings.filter((finding) => finding.mode === mode && finding.severity === severity);
    return checkOf(source, id, found, several(found.length), hint(source));
  });
}

/** One finding is the message itself; of several it says how many. */
function checkOf(source: string, id: string, findings: RowFinding[], several: string, hint: string): Check[] {
  const [first, ...others] = findings;
  if (!first) return [];
  const told = others.length === 0 ? `${first.relation}: ${first.reason}` : several;
  const severity = first.severity === 'block' ? 'block' : 'warn';
  return [{ id: `source:${source}:${id}`, severity, message: `${source}: ${told}`, hint, findings }];
}
