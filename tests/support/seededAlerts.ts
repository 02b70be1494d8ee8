import { untouchedSince } from '../../main/alerts/decide.ts';
import { join } from 'node:path';
import type { AlertType, Severity } from '../../shared/alert.ts';
import { AlertLedger, type Noted } from '../../main/state/alertLedger.ts';
import { openState } from '../../main/state/openState.ts';

const kinds: readonly { type: AlertType; severity: Severity; source: string | null; message: string }[] = [
  { type: 'RESTORE_FAILURE', severity: 'CRITICAL', source: 'shop', message: 'The restore of shop gave other rows' },
  {
    type: 'JOB_FAILURE',
    severity: 'WARNING',
    source: null,
    message: 'The integrity check failed: the network is gone',
  },
  {
    type: 'CLEANUP_FAILURE',
    severity: 'ERROR',
    source: null,
    message: `The clean-up failed: ${'a long reason '.repeat(12)}`,
  },
  { type: 'TENANT_VANISHED', severity: 'INFO', source: 'shop', message: 'Juwelier O’Hara & Söhne <Gold> is gone' },
];

/** Writes many open alerts into a state folder that nobody has open, of kinds that no evidence resolves in a test. */
export function seedAlerts(home: string, count: number): void {
  const state = openState(join(home, 'strongroom.sqlite'), { check: false });
  const now = Date.now();
  const noted = Array.from({ length: count }, (_, index): Noted => {
    const { type, severity, source, message } = kinds[index % kinds.length]!;
    const at = new Date(now - index * 600_000).toISOString();
    return {
      alert: {
        id: `01A${String(index).padStart(23, '0')}`,
        type,
        severity,
        status: 'ACTIVE',
        fingerprint: `${type}:seeded:${index}`,
        occurrence: '',
        message: `${message} (${index})`,
        hint: 'Look at it, mend what it says, and try again.',
        about: { source, tenant: null, store: null, backupId: null, restoreId: null, jobId: null },
        link: '/jobs',
        ...untouchedSince(at),
        escalatedAt: at,
      },
      history: [{ event: 'opened', note: message }],
      news: null,
    };
  });
  new AlertLedger(state).note(noted, new Date(now).toISOString());
  state.close();
}
