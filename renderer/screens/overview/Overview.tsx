import { Button, Group, Stack } from '@mantine/core';
import { IconDatabasePlus, IconPlayerPlay, IconRestore } from '@tabler/icons-react';
import { useMemo } from 'react';
import { act, tellFailure } from '../../act.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { goTo } from '../../hashLocation.ts';
import { openBackUpNow } from '../../stores/backUpNow.ts';
import { useNotices } from '../../stores/notices.ts';
import { useAnswer } from '../../useAnswer.ts';
import { EvidenceList } from './EvidenceList.tsx';
import { HealthScore } from './HealthScore.tsx';
import { OpenAlerts } from './OpenAlerts.tsx';
import { listProblems, sortEvidence } from './evidenceWords.ts';
import { NextRuns, Paused } from './NextRuns.tsx';
import { Problems } from './Problems.tsx';
import { StoreTiles } from './StoreTiles.tsx';
import { Strip } from './Strip.tsx';
import { Trends } from './Trends.tsx';

/** Answers in five seconds: can I restore, to when, how long would it take, what is wrong. */
export function Overview() {
  const { value, failure, again } = useAnswer('overview.show', {}, [
    'sources',
    'stores',
    'backups',
    'restores',
    'console',
  ]);
  // The notice above says it already, until it is dismissed.
  const pinAsked = useNotices(({ pinLater }) => !pinLater);
  const alerts = useAnswer('alerts.list', { open: true, limit: 20 }, ['alerts']).value;
  const problems = (value ? listProblems(value) : []).filter(({ link }) => !(pinAsked && link === pinPlace));
  const sources = useMemo(() => sortEvidence(value?.evidence ?? []).map(({ source }) => source), [value]);

  return (
    <>
      <PageHead title="Overview">
        {sources.length > 0 && (
          <>
            <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => openBackUpNow()}>
              Back up now…
            </Button>
            <Button
              variant="default"
              leftSection={<IconRestore size={16} aria-hidden />}
              onClick={() => goTo('/restore/new')}
            >
              Restore…
            </Button>
          </>
        )}
      </PageHead>
      {failure && <FailureNotice failure={failure} onRetry={again} />}
      {!value && !failure && <Loading what="the overview" />}
      {value && (
        <Stack gap="sm">
          <Paused />
          {sources.length === 0 ? <NoDatabase /> : <EvidenceList evidence={value.evidence} />}
          <OpenAlerts listed={alerts} />
          {(problems.length > 0 || !alerts?.alerts.some(({ severity }) => severity !== 'INFO')) && (
            <Problems problems={problems} />
          )}
          {/* They ask for themselves, once the sentence that matters is there. */}
          {sources.length > 0 && <Strip sources={sources} />}
          {sources.length > 0 && <Trends sources={sources} />}
          <HealthScore />
          <StoreTiles />
          {sources.length > 0 && <NextRuns />}
        </Stack>
      )}
    </>
  );
}

function NoDatabase() {
  return (
    <EmptyState
      title="No database yet"
      action={
        <Group gap="xs" justify="center">
          <Button leftSection={<IconDatabasePlus size={16} aria-hidden />} onClick={() => goTo('/set-up')}>
            Connect a database…
          </Button>
          <Button variant="default" onClick={() => act('demo.start', {}).catch(tellFailure)}>
            Try the demo shop
          </Button>
        </Group>
      }
    >
      Connect one, or try the demo shop: a jewellery shop in a database server of its own, on this computer.
    </EmptyState>
  );
}

const pinPlace = '/settings/access';
