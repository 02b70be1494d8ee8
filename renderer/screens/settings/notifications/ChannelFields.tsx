import {
  Checkbox,
  NativeSelect,
  NumberInput,
  PasswordInput,
  SimpleGrid,
  Stack,
  Textarea,
  TextInput,
} from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { assertNever } from '../../../../shared/failure.ts';
import { usualPorts, type ChannelDraft } from './channelDraft.ts';

interface FieldsProps {
  form: Pick<UseFormReturnType<ChannelDraft>, 'getInputProps' | 'values' | 'setValues'>;
  /** Whether its secrets are here already. */
  known: boolean;
}

const plain = { autoComplete: 'off', spellCheck: false };
const sealed = { autoComplete: 'new-password' };

/** The fields of a channel, in the words of its service. */
export function ChannelFields({ form, known }: FieldsProps) {
  const { kind } = form.values;
  switch (kind) {
    case 'email':
      return <EmailFields form={form} known={known} />;
    case 'slack':
      return (
        <PasswordInput
          label="Webhook URL"
          description={kept('As Slack shows it for the incoming webhook of your app. It is sealed here.', known)}
          placeholder="https://hooks.slack.com/services/…"
          {...sealed}
          {...form.getInputProps('url')}
        />
      );
    case 'pagerduty':
      return (
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <PasswordInput
            label="Integration key"
            description={kept('Of an integration “Events API V2” of your service.', known)}
            {...sealed}
            {...form.getInputProps('routingKey')}
          />
          <TextInput
            label="Address"
            description="Another one in the European region."
            {...plain}
            {...form.getInputProps('url')}
          />
        </SimpleGrid>
      );
    case 'sms':
      return <SmsFields form={form} known={known} />;
    case 'webhook':
      return (
        <Stack gap="sm">
          <PasswordInput
            label="Address"
            description={kept('It gets a JSON document by POST. It is sealed here.', known)}
            placeholder="https://"
            {...sealed}
            {...form.getInputProps('url')}
          />
          <Checkbox
            label="Sign each document (Standard Webhooks)"
            {...form.getInputProps('signed', { type: 'checkbox' })}
          />
          {form.values.signed && (
            <PasswordInput
              label="Signing key"
              description={kept('The receiver checks the signature with the same key.', known)}
              {...sealed}
              {...form.getInputProps('key')}
            />
          )}
        </Stack>
      );
    case 'deadman':
      return (
        <Stack gap="sm">
          <PasswordInput
            label="Address to call"
            description={kept(
              'Called after each good full backup. A service such as healthchecks.io raises an alarm when the call stays away.',
              known,
            )}
            placeholder="https://hc-ping.com/…"
            {...sealed}
            {...form.getInputProps('url')}
          />
          <TextInput
            label="Databases"
            description="It is called only while each of them has a backup that is young enough. Empty: all of them."
            placeholder="shop, bakery"
            {...plain}
            {...form.getInputProps('sources')}
          />
        </Stack>
      );
    default:
      return assertNever(kind);
  }
}

function EmailFields({ form, known }: FieldsProps) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
      <TextInput label="Mail server" placeholder="smtp.example.com" {...plain} {...form.getInputProps('host')} />
      <SimpleGrid cols={2} spacing="sm">
        <NativeSelect
          label="Encryption"
          data={[
            { value: 'starttls', label: 'STARTTLS' },
            { value: 'tls', label: 'TLS' },
            { value: 'none', label: 'none' },
          ]}
          value={form.values.tls}
          onChange={({ currentTarget }) => {
            const tls = currentTarget.value as ChannelDraft['tls'];
            form.setValues({ tls, port: usualPorts[tls] });
          }}
        />
        <NumberInput label="Port" hideControls min={1} max={65_535} {...form.getInputProps('port')} />
      </SimpleGrid>
      <TextInput
        label="User"
        description="Empty: the server asks for no password."
        {...plain}
        {...form.getInputProps('user')}
      />
      <PasswordInput
        label="Password"
        description={kept('Many providers want one made for this program.', known)}
        {...sealed}
        {...form.getInputProps('password')}
      />
      <TextInput label="Sender" placeholder="backup@example.com" {...plain} {...form.getInputProps('from')} />
      <TextInput
        label="Receivers"
        placeholder="it@example.com, boss@example.com"
        {...plain}
        {...form.getInputProps('to')}
      />
    </SimpleGrid>
  );
}

function SmsFields({ form, known }: FieldsProps) {
  const twilio = form.values.gateway === 'twilio';
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
      <NativeSelect
        label="Gateway"
        data={[
          { value: 'twilio', label: 'Twilio' },
          { value: 'other', label: 'Another one, by HTTP' },
        ]}
        {...form.getInputProps('gateway')}
      />
      {twilio ? (
        <TextInput label="Account SID" placeholder="AC…" {...plain} {...form.getInputProps('account')} />
      ) : (
        <TextInput
          label="Address"
          placeholder="https://sms.example.com/send"
          {...plain}
          {...form.getInputProps('url')}
        />
      )}
      <PasswordInput
        label={twilio ? 'Auth token' : 'Token or password'}
        description={kept('Sealed here.', known)}
        {...sealed}
        {...form.getInputProps('secret')}
      />
      {!twilio && (
        <TextInput
          label="User"
          description="Empty: the token goes into {secret}, or as a bearer token."
          {...plain}
          {...form.getInputProps('user')}
        />
      )}
      <TextInput label="Sender" placeholder="+49…" {...plain} {...form.getInputProps('from')} />
      <TextInput label="Numbers" placeholder="+49170…, +49171…" {...plain} {...form.getInputProps('to')} />
      {!twilio && (
        <>
          <NativeSelect
            label="The body is"
            data={[
              { value: 'form', label: 'a form' },
              { value: 'json', label: 'JSON' },
            ]}
            {...form.getInputProps('bodyAs')}
          />
          <Textarea
            label="Body"
            description="With {to}, {from}, {text} and, if it belongs there, {secret}."
            autosize
            minRows={2}
            {...plain}
            {...form.getInputProps('body')}
          />
        </>
      )}
    </SimpleGrid>
  );
}

function kept(description: string, known: boolean): string {
  return known ? `${description} Empty: the one that is here stays.` : description;
}
