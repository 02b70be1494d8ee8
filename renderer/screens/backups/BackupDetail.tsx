import { Button, Group, Stack, Text } from '@mantine/core';
import { IconCopyPlus, IconPinned, IconRestore, IconShieldCheck, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useParams } from 'wouter';
import { isWanted } from '../../../shared/backup.ts';
import type { BackupDetail as Detail } from '../../../shared/contract/backups.ts';
import { formatMoment } from '../../../shared/format.ts';
import { act, tellFailure } from '../../act.ts';
import { backupMark } from '../../components/backupWords.ts';
import { RelatedAlerts } from '../../components/RelatedAlerts.tsx';
import { CopyText } from '../../components/CopyText.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { Section } from '../../components/Section.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { goTo } from '../../hashLocation.ts';
import { useAnswer } from '../../useAnswer.ts';
import { useTenantNames } from '../../useTenantNames.ts';
import { ProveNow } from '../drills/ProveNow.tsx';
import look from './BackupDetail.module.css';
import { canVerify } from './backupRow.ts';
import { Configuration } from './Configuration.tsx';
import { DeleteDialog } from './DeleteDialog.tsx';
import { Contents } from './Contents.tsx';
import { Copies } from './Copies.tsx';
import { Facts } from '../../components/Facts.tsx';
import { backupFacts, countFacts, databaseFacts, technicalFacts } from './facts.tsx';
import { History } from './History.tsx';
import { RestoreFiles } from './RestoreFiles.tsx';
import { Kept } from './Kept.tsx';
import { VerifyDialog } from './VerifyDialog.tsx';

/** One backup with everything that is known of it. */
export function BackupDetail() {
  const id = (useParams().id ?? '').toUpperCase();
  const { value: backup, failure, again } = useAnswer('backups.show', { id }, ['backups', 'restores', 'stores']);
  const nameOf = useTenantNames();
  if (!backup)
    return (
      <>
        <PageHead title="Backup" />
        {failure ? <FailureNotice failure={failure} onRetry={again} /> : <Loading what="the backup" />}
      </>
    );
  const cancelled = backup.failure?.code === 'CANCELLED';
  const ofFiles = backup.kind === 'CONFIGURATION';
  return (
    <>
      <PageHead
        title={`${[backup.source, ...(backup.tenant === null ? [] : [nameOf(backup.source, backup.tenant)])].join(': ')}, ${formatMoment(backup.createdAt).slice(0, 16)}`}
      >
        <Actions backup={backup} />
      </PageHead>
      {failure && <FailureNotice failure={failure} onRetry={again} />}
      <Stack gap="sm">
        <Group gap="xs">
          {backup.deletedAt === undefined ? (
            <StateMark {...backupMark({ status: backup.status, cancelled })} />
          ) : (
            <StateMark tone="unknown" word={`Deleted on ${formatMoment(backup.deletedAt).slice(0, 16)}`} />
          )}
          {exists(backup) && backup.copies.every(({ state }) => state !== 'STORED') && (
            <StateMark tone="bad" word="No good copy: it cannot be restored as it is" />
          )}
          {backup.pinned && (
            <Group gap={4} fz="sm">
              <IconPinned size={15} aria-hidden /> Pinned: no clean-up removes it
            </Group>
          )}
        </Group>
        {backup.failure && !cancelled && <FailureNotice failure={backup.failure} />}
        {cancelled && <Text size="sm">Somebody cancelled it; nothing was kept of it.</Text>}
        <RelatedAlerts of={{ backupId: backup.id }} />
        <div className={look.columns}>
          <Stack gap="sm">
            <Section title="What it is">
              <Facts rows={backupFacts(backup, nameOf)} />
            </Section>
            {backup.manifest && !ofFiles && (
              <Section title="The database">
                <Facts rows={databaseFacts(backup.manifest)} />
              </Section>
            )}
          </Stack>
          <Stack gap="sm">
            {exists(backup) && <Copies backup={backup} />}
            {exists(backup) && <Kept id={backup.id} />}
            <History backup={backup} />
            {backup.manifest && !ofFiles && (
              <Section title="What else is in it">
                <Facts rows={countFacts(backup.manifest)} />
              </Section>
            )}
          </Stack>
        </div>
        {backup.manifest && ofFiles && <Configuration key={backup.id} id={backup.id} manifest={backup.manifest} />}
        {backup.manifest && <Contents manifest={backup.manifest} />}
        {backup.handRestore.length > 0 && (
          <Section title="Restore it without Strongroom">
            <p className={look.explained}>
              With the programs age, {backup.manifest?.codec === 'gzip' ? 'gzip' : 'zstd'} and{' '}
              {ofFiles ? 'tar' : 'pg_restore'}. STORE is the folder of a copy, key.txt holds the recovery key,{' '}
              {ofFiles ? 'FOLDER is a new folder:' : 'NEWDB is the new database. One after the other:'}
            </p>
            <Stack gap="xs">
              {backup.handRestore.map((command, index) => (
                <CopyText key={command} text={command} what={`command ${index + 1}`} />
              ))}
            </Stack>
          </Section>
        )}
        {backup.manifest && (
          <Section title="For whoever wants to know exactly">
            <Facts rows={technicalFacts(backup, backup.manifest)} />
          </Section>
        )}
      </Stack>
    </>
  );
}

function exists({ status, deletedAt }: Detail): boolean {
  return canVerify({ status, deleted: deletedAt !== undefined });
}

function Actions({ backup }: { backup: Detail }) {
  const [verifying, setVerifying] = useState(false);
  const [deleting, setDeleting] = useState(false);
  if (!exists(backup)) return null;
  const lacking = backup.copies.some((copy) => isWanted(copy) && copy.state !== 'STORED');
  const pin = () => act(backup.pinned ? 'retention.unpin' : 'retention.pin', { ids: [backup.id] }).catch(tellFailure);
  return (
    <>
      {backup.kind === 'CONFIGURATION' ? (
        <RestoreFiles id={backup.id} />
      ) : (
        <Button leftSection={<IconRestore size={16} aria-hidden />} onClick={() => goTo(`/restore/new/${backup.id}`)}>
          Restore…
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<IconShieldCheck size={16} aria-hidden />}
        onClick={() => setVerifying(true)}
      >
        Verify…
      </Button>
      {lacking && (
        <Button
          variant="default"
          leftSection={<IconCopyPlus size={16} aria-hidden />}
          title="Copies to every store what it lacks, of this backup and of all others"
          onClick={() => act('backups.replicate', {}).catch(tellFailure)}
        >
          Copy what is missing
        </Button>
      )}
      {backup.kind === 'FULL_DATABASE' && <ProveNow source={backup.source} backupId={backup.id} />}
      <Button
        variant="default"
        leftSection={<IconPinned size={16} aria-hidden />}
        title={backup.pinned ? 'Let clean-ups remove it again' : 'No clean-up removes it'}
        onClick={() => void pin()}
      >
        {backup.pinned ? 'Unpin' : 'Pin'}
      </Button>
      <Button
        variant="subtle"
        color="red"
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={() => setDeleting(true)}
      >
        Delete…
      </Button>
      <DeleteDialog
        ids={[backup.id]}
        opened={deleting}
        onClose={() => setDeleting(false)}
        onStarted={() => setDeleting(false)}
      />
      <VerifyDialog
        ids={[backup.id]}
        opened={verifying}
        onClose={() => setVerifying(false)}
        onStarted={() => setVerifying(false)}
      />
    </>
  );
}
