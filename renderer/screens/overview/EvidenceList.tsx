import { Anchor, Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import type { Evidence } from '../../../shared/contract/overview.ts';
import { formatCount } from '../../../shared/format.ts';
import { Section } from '../../components/Section.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { goTo } from '../../hashLocation.ts';
import { openBackUpNow } from '../../stores/backUpNow.ts';
import { ProveNow } from '../drills/ProveNow.tsx';
import { evidenceMarks, evidenceParts, sortEvidence } from './evidenceWords.ts';
import look from './Overview.module.css';

const firstShown = 6;

/** One sentence for each database, made of evidence: whether it can be restored, to when, how long it takes, what proves it. */
export function EvidenceList({ evidence }: { evidence: readonly Evidence[] }) {
  const [all, setAll] = useState(false);
  const now = useNow();
  const sorted = sortEvidence(evidence);
  const needy = evidence.filter(({ state }) => state !== 'good').length;
  const title =
    evidence.length === 1
      ? 'Can it be restored?'
      : needy === 0
        ? `All ${formatCount(evidence.length)} databases are good`
        : `${formatCount(needy)} of ${formatCount(evidence.length)} databases need somebody`;
  return (
    <Section title={title}>
      <ul className={look.evidence}>
        {sorted.slice(0, all ? undefined : firstShown).map((one) => (
          <EvidenceLine key={one.source} evidence={one} now={now} only={evidence.length === 1} />
        ))}
      </ul>
      {sorted.length > firstShown && (
        <Button variant="default" size="compact-sm" mt="xs" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${formatCount(sorted.length)}`}
        </Button>
      )}
    </Section>
  );
}

/** @param only the head of the screen has its actions already. */
function EvidenceLine({ evidence, now, only }: { evidence: Evidence; now: Date; only: boolean }) {
  const { source, database, state, backupId } = evidence;
  return (
    <li data-state={state}>
      <div className={look.evidenceHead}>
        <StateMark {...evidenceMarks[state]} />
        <strong>{source}</strong>
        {database !== source && <span className={look.dim}>database {database}</span>}
        <span className={look.end}>
          {backupId !== null && <ProveNow source={source} />}
          {!only && (
            <>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Back up ${source} now`}
                onClick={() => openBackUpNow(source)}
              >
                Back up now…
              </Button>
              {backupId !== null && (
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={`Restore ${source}`}
                  onClick={() => goTo(`/restore/new/${backupId}`)}
                >
                  Restore…
                </Button>
              )}
            </>
          )}
        </span>
      </div>
      <p className={look.sentence}>
        {evidenceParts(evidence, now).map(({ words, known, link }, index) => (
          <span key={words} className={known ? undefined : look.dim}>
            {index > 0 && ' · '}
            {link ? (
              <Anchor component={Link} href={link} inherit underline="always" c="inherit">
                {words}
              </Anchor>
            ) : (
              words
            )}
          </span>
        ))}
      </p>
    </li>
  );
}

/** Ages grow while they are looked at. */
function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 20_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
