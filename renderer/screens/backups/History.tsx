import { Link } from 'wouter';
import type { BackupDetail } from '../../../shared/contract/backups.ts';
import { formatDuration } from '../../../shared/format.ts';
import type { RestoreStatus } from '../../../shared/restore.ts';
import { sentence } from '../../act.ts';
import { Moment } from '../../components/Moment.tsx';
import { Section } from '../../components/Section.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import type { Tone } from '../../components/tone.ts';
import { drillMark } from '../drills/drillWords.ts';
import look from './BackupDetail.module.css';

const restoreMarks: Record<RestoreStatus, { tone: Tone; word: string }> = {
  IN_PROGRESS: { tone: 'working', word: 'Running' },
  COMPLETED: { tone: 'good', word: 'Same as the backup' },
  REHEARSED: { tone: 'neutral', word: 'Rehearsed' },
  MISMATCH: { tone: 'bad', word: 'Differs' },
  FAILED: { tone: 'bad', word: 'Failed' },
  ROLLED_BACK: { tone: 'neutral', word: 'Rolled back' },
};

/** What was done with the backup since it exists: restores and verifications, newest first. */
export function History({ backup: { restores, drills, verifications } }: { backup: BackupDetail }) {
  return (
    <>
      <Section title="Restores of it">
        {restores.length + drills.length === 0 && (
          <p className={look.explained}>It was never restored. A test restore proves most.</p>
        )}
        <ul className={look.copies}>
          {drills.map((drill) => (
            <li key={drill.id} className={look.line}>
              <StateMark {...drillMark(drill)} />
              <Link href={`/restore/drills/${drill.id}`}>test restore</Link>
              <Moment at={drill.startedAt} />
              {drill.report && <span>took {formatDuration(drill.report.seconds)}</span>}
              {drill.failure && <span>{sentence(drill.failure.message)}</span>}
            </li>
          ))}
          {restores.map((restore) => (
            <li key={restore.id} className={look.line}>
              <StateMark {...restoreMarks[restore.status]} />
              <Link href={`/restore/${restore.id}`}>into {restore.target}</Link>
              <Moment at={restore.startedAt} />
              {restore.durationSeconds !== null && <span>took {formatDuration(restore.durationSeconds)}</span>}
              {restore.failure && <span>{sentence(restore.failure.message)}</span>}
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Verifications">
        {verifications.length === 0 && (
          <p className={look.explained}>No copy was read again since it was taken. Verify… does it now.</p>
        )}
        <ul className={look.copies}>
          {verifications.map(({ store, ok, reason, verifiedAt }) => (
            <li key={`${store} ${verifiedAt}`} className={look.line}>
              <StateMark tone={ok ? 'good' : 'bad'} word={ok ? 'Good' : 'Not good'} />
              <strong>{store}</strong>
              <Moment at={verifiedAt} />
              {reason && <span>{sentence(reason)}</span>}
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}
