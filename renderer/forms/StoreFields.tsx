import { Button, Collapse, PasswordInput, SimpleGrid, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useState } from 'react';
import type { StoreKind } from '../../shared/store.ts';
import { b2Region } from '../../shared/storeAddress.ts';
import { useConsole } from '../stores/consoleStore.ts';
import type { StoreDraft } from './storeDraft.ts';

type Form = Pick<UseFormReturnType<StoreDraft>, 'getInputProps' | 'values'>;

/** Where a folder lies. */
export function FolderField({ form }: { form: Form }) {
  const windows = useConsole(({ state }) => state?.platform.startsWith('win32') ?? false);
  return (
    <TextInput
      label="Folder"
      description="On this machine, a USB disk, or a share that is mounted here. It is made if it does not exist."
      placeholder={windows ? 'D:\\Strongroom' : '/srv/strongroom'}
      autoComplete="off"
      spellCheck={false}
      {...form.getInputProps('path')}
    />
  );
}

/** How a bucket is reached, in the words of its provider. */
export function CloudFields({ form, kind }: { form: Form; kind: Exclude<StoreKind, 'local'> }) {
  const [more, setMore] = useState(false);
  const region = kind === 'b2' ? b2Region(form.values.endpoint) : null;
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        {kind === 'r2' ? (
          <TextInput
            label="Account ID"
            description="On Cloudflare's page “R2”, at the right."
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('account')}
          />
        ) : (
          <TextInput
            label="Endpoint"
            description={
              kind === 'b2'
                ? region
                  ? `Region ${region}`
                  : 'As Backblaze shows it beside the bucket.'
                : 'The address of the S3 server, without the bucket.'
            }
            placeholder={kind === 'b2' ? 's3.eu-central-003.backblazeb2.com' : 'https://s3.example.com'}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('endpoint')}
          />
        )}
        <TextInput
          label="Bucket"
          description="It must exist already, and be private."
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('bucket')}
        />
        <TextInput
          label={kind === 'b2' ? 'Key ID' : 'Access key ID'}
          description="A key for this bucket only, with reading, writing and listing."
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('accessKey')}
        />
        <PasswordInput
          label={kind === 'b2' ? 'Application key' : 'Secret access key'}
          description="Kept sealed on this machine; it is never shown again."
          autoComplete="new-password"
          {...form.getInputProps('secret')}
        />
      </SimpleGrid>
      <div>
        <Button variant="subtle" size="compact-sm" onClick={() => setMore(!more)} aria-expanded={more}>
          {more ? 'Less' : 'More'}
        </Button>
      </div>
      <Collapse expanded={more}>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <TextInput
            label="Region (optional)"
            description={regionWords[kind]}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('region')}
          />
          <TextInput
            label="Folder in the bucket (optional)"
            description="Where the bucket holds other things as well."
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('prefix')}
          />
        </SimpleGrid>
      </Collapse>
    </>
  );
}

const regionWords = {
  r2: 'Empty: auto, as Cloudflare wants it.',
  b2: 'Empty: read from the endpoint.',
  s3: 'Empty: us-east-1, which most servers take.',
};
