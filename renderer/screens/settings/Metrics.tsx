import { Button, Group, NumberInput, Stack, Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { metricsAddress, type MetricsSettings, type MetricsView } from '../../../shared/contract/metrics.ts';
import { act, sentence } from '../../act.ts';
import { CopyText } from '../../components/CopyText.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Section.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import { useConsole } from '../../stores/consoleStore.ts';
import { useAnswer } from '../../useAnswer.ts';

/** Whether Prometheus may read what is measured here, where, and how it is told to. */
export function Metrics() {
  const { value, failure, again } = useAnswer('metrics.show', {}, ['preferences']);
  if (!value) return failure ? <FailureNotice failure={failure} onRetry={again} /> : <Loading what="the metrics" />;
  return (
    <Stack gap="md">
      <Text size="sm">
        Prometheus and programs like it can read how old the newest backups are, how long they took, whether the stores
        answer and what the health score is. Names of databases and stores are in it, no contents and no secrets.
      </Text>
      <Form key={JSON.stringify(value)} view={value} />
      <HowToRead port={value.port} />
    </Stack>
  );
}

function Form({ view }: { view: MetricsView }) {
  const [port, setPort] = useState<number | null>(view.port);
  const { busy, failure, attempt } = useAttempt();
  const save = async (settings: MetricsSettings) => {
    if (await attempt(() => act('metrics.save', settings)))
      notifications.show({
        message: settings.enabled ? `Metrics are at ${metricsAddress(settings.port)}.` : 'Metrics are not served.',
      });
  };
  return (
    <Section title="Where">
      <form
        aria-label="Where metrics are served"
        onSubmit={(event) => {
          event.preventDefault();
          if (port !== null) void save({ enabled: view.enabled, port });
        }}
      >
        <Stack gap="sm">
          <Group gap="sm">
            <Standing view={view} />
          </Group>
          {view.failure && (
            <Text size="sm">
              {sentence(view.failure.message)}. {view.failure.hint}
            </Text>
          )}
          <Switch
            label="Serve metrics while the console runs"
            description="To programs of this machine only, without a password; never to its network."
            checked={view.enabled}
            disabled={busy}
            onChange={({ currentTarget }) => void save({ enabled: currentTarget.checked, port: port ?? view.port })}
          />
          <Group align="flex-end" gap="xs">
            <NumberInput
              label="Port"
              w={120}
              min={1}
              max={65_535}
              allowDecimal={false}
              allowNegative={false}
              thousandSeparator=""
              hideControls
              value={port ?? ''}
              onChange={(next) => setPort(typeof next === 'number' ? next : null)}
            />
            <Button
              type="submit"
              variant="default"
              loading={busy}
              disabled={port === null || port < 1 || (port === view.port && view.failure === null)}
            >
              {port === view.port && view.failure ? 'Try again' : 'Change the port'}
            </Button>
          </Group>
          {failure && <FailureNotice failure={failure} />}
          {view.served && <CopyText text={metricsAddress(view.port)} what="the address" />}
        </Stack>
      </form>
    </Section>
  );
}

function Standing({ view: { enabled, served } }: { view: MetricsView }) {
  if (!enabled) return <StateMark tone="neutral" word="Off" />;
  return served ? <StateMark tone="good" word="Served" /> : <StateMark tone="bad" word="Not served" />;
}

function HowToRead({ port }: { port: number }) {
  const desktop = useConsole(({ state }) => state?.host === 'desktop');
  const scrape = [
    'scrape_configs:',
    '  - job_name: strongroom',
    `    static_configs: [{ targets: ['${new URL(metricsAddress(port)).host}'] }]`,
  ].join('\n');
  return (
    <Section title="How Prometheus reads them">
      <Stack gap="sm">
        <Text size="sm">In prometheus.yml on this machine:</Text>
        <CopyText text={scrape} what="the scrape configuration" />
        <Text size="sm">
          A Prometheus elsewhere reads them through an exporter of this machine that picks up files:{' '}
          <code>strongroom metrics print</code> writes them.
        </Text>
        <Text size="sm">
          A Grafana dashboard and alert rules come with Strongroom:{' '}
          {desktop ? (
            <>
              <code>grafana</code> and <code>prometheus</code> in the folder <code>resources</code> of the app.
            </>
          ) : (
            <>
              <code>assets/grafana</code> and <code>assets/prometheus</code>.
            </>
          )}
        </Text>
      </Stack>
    </Section>
  );
}
