import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { Answer } from '../../../shared/contract/contract.ts';
import type { SourceView } from '../../../shared/contract/sources.ts';
import { act } from '../../act.ts';
import { Facts } from '../../components/Facts.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { ConfirmModal } from '../../forms/ConfirmModal.tsx';
import { readConnectionUrl } from '../../forms/readConnectionUrl.ts';
import { SourceFindings } from '../../forms/SourceFindings.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import { DrillsModal } from '../drills/DrillsModal.tsx';
import { ConfigurationModal } from './ConfigurationModal.tsx';
import { DoctorChecks } from './DoctorChecks.tsx';
import { PasswordsModal } from './PasswordsModal.tsx';
import { TenantsModal } from './TenantsModal.tsx';

type Shown =
  { kind: 'test'; answer: Answer<'sources.test'> } | { kind: 'doctor'; answer: Answer<'sources.doctor'> } | null;

/** One database: how it is reached, and everything that can be asked of it. */
export function SourceCard({ source }: { source: SourceView }) {
  const { name, url, toolsDir, tenants } = source;
  const address = readConnectionUrl(url);
  const [shown, setShown] = useState<Shown>(null);
  const [doing, setDoing] = useState<'test' | 'doctor'>('test');
  const [asking, setAsking] = useState<'password' | 'tenants' | 'configuration' | 'drills' | 'remove' | null>(null);
  const { busy, failure, attempt } = useAttempt();
  const look = (kind: 'test' | 'doctor') => {
    setDoing(kind);
    setShown(null);
    return attempt(async () =>
      setShown(
        kind === 'test'
          ? { kind, answer: await act('sources.test', { name }) }
          : { kind, answer: await act('sources.doctor', { source: name }) },
      ),
    );
  };
  return (
    <Paper component="article" withBorder p="md" aria-labelledby={`source-${name}`}>
      <Stack gap="sm">
        <Title order={3} id={`source-${name}`}>
          {name}
        </Title>
        <Facts
          rows={[
            ['Server', address ? `${address.host}:${address.port ?? 5432}` : url],
            ['Database', address ? <bdi key="database">{address.database}</bdi> : null],
            ['Login', address?.user ?? null],
            ['PostgreSQL programs', toolsDir ?? 'where they usually are'],
            [
              'Tenants',
              tenants ? `found in ${tenants.table}, told apart by ${tenants.setting ?? tenants.contextSql}` : null,
            ],
          ]}
        />
        <Group gap="xs">
          <Button
            variant="default"
            onClick={() => look('test')}
            loading={busy && doing === 'test'}
            disabled={busy}
            aria-label={`Test ${name}`}
          >
            Test
          </Button>
          <Button
            variant="default"
            onClick={() => look('doctor')}
            loading={busy && doing === 'doctor'}
            disabled={busy}
            aria-label={`Check everything for ${name}`}
          >
            Check everything
          </Button>
          <Button variant="default" onClick={() => setAsking('password')} aria-label={`Set a password of ${name}`}>
            Set a password
          </Button>
          <Button variant="default" onClick={() => setAsking('tenants')} aria-label={`Tenants of ${name}`}>
            Tenants…
          </Button>
          <Button variant="default" onClick={() => setAsking('drills')} aria-label={`Test restores of ${name}`}>
            Test restores…
          </Button>
          <Button
            variant="default"
            onClick={() => setAsking('configuration')}
            aria-label={`Configuration files of ${name}`}
          >
            Configuration…
          </Button>
          <Button variant="subtle" color="red" onClick={() => setAsking('remove')} aria-label={`Remove ${name}`}>
            Remove
          </Button>
        </Group>
        {failure && <FailureNotice failure={failure} />}
        {shown?.kind === 'test' && <SourceFindings answer={shown.answer} />}
        {shown?.kind === 'doctor' && <DoctorChecks {...shown.answer} />}
      </Stack>
      <PasswordsModal source={name} opened={asking === 'password'} onClose={() => setAsking(null)} />
      <ConfigurationModal source={name} opened={asking === 'configuration'} onClose={() => setAsking(null)} />
      <TenantsModal source={source} opened={asking === 'tenants'} onClose={() => setAsking(null)} />
      <DrillsModal source={name} opened={asking === 'drills'} onClose={() => setAsking(null)} />
      <ConfirmModal
        opened={asking === 'remove'}
        onClose={() => setAsking(null)}
        title={`Remove the database ${name}?`}
        action="Remove the database"
        work={() => act('sources.remove', { name })}
      >
        <Text size="sm">
          <strong>Lost:</strong> how this console reaches {name}, with its passwords. It is not backed up any more. This
          cannot be undone here: connect it again, with its passwords typed anew.
        </Text>
        <Text size="sm">
          <strong>Stays:</strong> the database itself, and every backup of it in every store. They can still be
          restored.
        </Text>
      </ConfirmModal>
    </Paper>
  );
}
