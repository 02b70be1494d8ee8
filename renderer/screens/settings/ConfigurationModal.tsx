import { Alert, Button, Checkbox, Code, Group, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { presetNames, presets, type ConfigurationModel, type PresetName } from '../../../shared/configuration.ts';
import type { ConfigurationLook } from '../../../shared/contract/configuration.ts';
import { formatBytes, formatCount } from '../../../shared/format.ts';
import { act } from '../../act.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { FormModal } from '../../forms/FormModal.tsx';
import { useAttempt } from '../../forms/useAttempt.ts';
import { useAnswer } from '../../useAnswer.ts';

interface ConfigurationModalProps {
  source: string;
  opened: boolean;
  onClose: () => void;
}

/** Chooses which files and settings are backed up beside a database. */
export function ConfigurationModal({ source, opened, onClose }: ConfigurationModalProps) {
  return (
    <FormModal title={`The configuration of ${source}`} opened={opened} onClose={onClose} size="lg">
      <Chosen source={source} onClose={onClose} />
    </FormModal>
  );
}

function Chosen({ source, onClose }: { source: string; onClose: () => void }) {
  const { value, failure, again } = useAnswer('configuration.show', { source }, ['preferences']);
  if (!value) return failure ? <FailureNotice failure={failure} onRetry={again} /> : <Loading what="what is chosen" />;
  return <ConfigurationForm source={source} model={value} onClose={onClose} />;
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function ConfigurationForm({
  source,
  model,
  onClose,
}: {
  source: string;
  model: ConfigurationModel;
  onClose: () => void;
}) {
  const [chosen, setChosen] = useState<readonly string[]>(model.presets);
  const [folders, setFolders] = useState(model.folders.join('\n'));
  const [paths, setPaths] = useState(model.paths.join('\n'));
  const [server, setServer] = useState(model.server);
  const [found, setFound] = useState<ConfigurationLook | null>(null);
  const { busy, failure, attempt } = useAttempt();
  const wish: ConfigurationModel = {
    presets: presetNames.filter((name) => chosen.includes(name)),
    folders: linesOf(folders),
    paths: linesOf(paths),
    server,
  };
  const look = () => attempt(async () => setFound(await act('configuration.look', wish)));
  const save = async () => {
    if (!(await attempt(() => act('configuration.save', { source, model: wish })))) return;
    notifications.show({ color: 'green', message: `The configuration of ${source} is chosen.` });
    onClose();
  };
  return (
    <Stack gap="sm">
      <Text size="sm">
        Files of the machine on which Strongroom runs, sealed like every backup. They are taken every night, and when
        you back up by hand.
      </Text>
      <Checkbox.Group label="Usual places" value={[...chosen]} onChange={(names) => setChosen(names as PresetName[])}>
        <Stack gap={6} mt={4}>
          {presetNames.map((name) => (
            <Checkbox key={name} value={name} label={presets[name].title} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Textarea
        label="Folders of applications"
        description="One a line. Django, .env and Celery are looked for in them."
        placeholder="/srv/shop"
        autosize
        minRows={1}
        value={folders}
        onChange={(event) => setFolders(event.currentTarget.value)}
        spellCheck={false}
      />
      <Textarea
        label="More files and folders"
        description="One a line, from the root; * and ** stand for any name and any folders."
        placeholder="/etc/ssl/shop/*.conf"
        autosize
        minRows={1}
        value={paths}
        onChange={(event) => setPaths(event.currentTarget.value)}
        spellCheck={false}
      />
      <Checkbox
        label="What the server tells: its settings, access rules and roles"
        description="Read over SQL, also where its files are on another machine."
        checked={server}
        onChange={(event) => setServer(event.currentTarget.checked)}
      />
      {found && <Found {...found} />}
      {failure && <FailureNotice failure={failure} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={() => void look()} loading={busy}>
          Look what this finds
        </Button>
        <Button onClick={() => void save()} disabled={busy}>
          Save
        </Button>
      </Group>
    </Stack>
  );
}

function Found({ files, gaps }: ConfigurationLook) {
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return (
    <Stack gap="xs" role="status">
      <Text size="sm">
        {formatCount(files.length)} {files.length === 1 ? 'file' : 'files'} with {formatBytes(bytes)}
      </Text>
      {files.length > 0 && (
        <Code block mah={180} style={{ overflow: 'auto' }} tabIndex={0} aria-label="Files that were found">
          {files.map(({ path }) => path.replace(/^files\//, '/')).join('\n')}
        </Code>
      )}
      {gaps.length > 0 && (
        <Alert color="yellow" icon={<IconAlertTriangle size={18} />} title="Asked for, but not to be had">
          {gaps.map((gap) => (
            <Text key={gap} size="sm">
              {gap}
            </Text>
          ))}
        </Alert>
      )}
    </Stack>
  );
}
