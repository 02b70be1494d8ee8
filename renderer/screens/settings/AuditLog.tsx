import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { auditFile, type AuditFormat } from '../../../shared/auditFile.ts';
import type { AuditEntry, ChainedAuditEntry } from '../../../shared/contract/access.ts';
import type { Answer } from '../../../shared/contract/contract.ts';
import { formatMoment } from '../../../shared/format.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { request } from '../../bridge.ts';
import { useAttempt } from '../../forms/useAttempt.ts';
import { saveAs } from '../../saveAs.ts';
import { useAnswer } from '../../useAnswer.ts';
import { auditAction } from './auditWords.ts';

const perPage = 50;

/** Who did what, the newest first, and whether the log itself was tampered with. */
export function AuditLog() {
  /** Where the pages so far began; null is the newest entry. */
  const [starts, setStarts] = useState<(number | null)[]>([null]);
  const before = starts.at(-1) ?? null;
  const { value, failure, again } = useAnswer('access.audit', { before, limit: perPage }, ['console', 'jobs']);
  if (failure && !value) return <FailureNotice failure={failure} onRetry={again} />;
  const oldest = value?.entries.at(-1);
  const hasOlder = value?.entries.length === perPage;
  return (
    <Stack gap="sm">
      {value && value.entries.length > 0 && <Export />}
      {value ? <Shown page={value} newest={before === null} /> : <Loading what="the audit log" />}
      {(starts.length > 1 || hasOlder || !value) && (
        <Group gap="xs">
          <Button variant="default" disabled={starts.length === 1} onClick={() => setStarts(starts.slice(0, -1))}>
            Newer
          </Button>
          <Button variant="default" disabled={!hasOlder} onClick={() => oldest && setStarts([...starts, oldest.seq])}>
            Older
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** The whole log as a file, with the hashes that chain it. */
function Export() {
  const { busy, failure, attempt } = useAttempt();
  const save = (format: AuditFormat) =>
    attempt(async () => {
      saveAs(auditFile(await wholeLog(), format), `strongroom-audit.${format}`);
    });
  return (
    <>
      <Group gap="xs">
        <Button variant="default" loading={busy} onClick={() => void save('jsonl')}>
          Save all as JSON lines
        </Button>
        <Button variant="default" loading={busy} onClick={() => void save('csv')}>
          Save all as CSV
        </Button>
        <Text size="sm" c="dimmed">
          <code>strongroom audit check FILE</code> shows later whether JSON lines are as they were, and still in this
          log.
        </Text>
      </Group>
      {failure && <FailureNotice failure={failure} />}
    </>
  );
}

const perRequest = 5000;

async function wholeLog(): Promise<ChainedAuditEntry[]> {
  const all: ChainedAuditEntry[] = [];
  for (;;) {
    const { entries } = await request('access.auditExport', { after: all.at(-1)?.seq ?? 0, limit: perRequest });
    all.push(...entries);
    if (entries.length < perRequest) return all;
  }
}

function Shown({ page: { entries, intact }, newest }: { page: Answer<'access.audit'>; newest: boolean }) {
  return (
    <>
      <Group gap="sm">
        <StateMark
          tone={intact ? 'good' : 'bad'}
          word={intact ? 'The log is whole' : 'The log was changed or lost entries'}
        />
        <Text size="sm" c="dimmed">
          {intact
            ? 'Every entry carries the fingerprint of the one before; all of them fit.'
            : 'Its chain of fingerprints does not fit any more: somebody has written into the state database.'}
        </Text>
      </Group>
      {entries.length === 0 ? (
        <EmptyState title={newest ? 'Nothing has been done yet' : 'Nothing older'}>
          What people do here and on the command line is written down in this log.
        </EmptyState>
      ) : (
        <AuditTable entries={entries} />
      )}
    </>
  );
}

function AuditTable({ entries }: { entries: AuditEntry[] }) {
  return (
    <Table.ScrollContainer minWidth={600} type="native" tabIndex={0} role="region" aria-label="Audit log, a table">
      <Table aria-label="Audit log" verticalSpacing={3}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>Who</Table.Th>
            <Table.Th>What</Table.Th>
            <Table.Th>Outcome</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map(({ seq, at, person, osUser, action, subject, outcome }) => (
            <Table.Tr key={seq}>
              <Table.Td style={{ whiteSpace: 'nowrap' }} title={formatMoment(at)}>
                {formatMoment(at).slice(0, 19)}
              </Table.Td>
              <Table.Td>
                {person ?? osUser}
                {person && (
                  <Text size="xs" c="dimmed">
                    account {osUser}
                  </Text>
                )}
              </Table.Td>
              <Table.Td style={{ minWidth: 190, overflowWrap: 'anywhere' }}>
                {auditAction(action)}{' '}
                {subject !== '' && (
                  <Text size="xs" c="dimmed">
                    {subject}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                {outcome === 'done' ? (
                  <StateMark tone="good" word="Done" />
                ) : (
                  <>
                    <StateMark tone="warning" word="Not done" />{' '}
                    <Text size="xs" c="dimmed">
                      {outcome}
                    </Text>
                  </>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
