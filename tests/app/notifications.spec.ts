import { expect } from '@playwright/test';
import { expectAccessible, test } from '../support/consoleWindow.ts';
import { HttpReceiver, MailReceiver } from '../support/receivers.ts';

test('a channel is added, tested with the real answer, routed, changed and removed', async ({ consoleWindow }) => {
  const { page } = consoleWindow;
  const service = await new HttpReceiver().start();
  const mail = await new MailReceiver(
    { user: 'backup', password: 'mailPassword' },
    { allowInsecureAuth: true },
  ).start();
  try {
    await page.evaluate(() => (location.hash = '/settings/notifications'));
    await expect(page.getByText('Nobody is told yet')).toBeVisible();

    await page.getByRole('button', { name: 'Add a channel' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('How somebody is told').selectOption('Slack');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(dialog.getByRole('alert')).toContainText('CHANNEL_SECRET_MISSING');
    await dialog.getByLabel('Webhook URL').fill(service.url('/services/T0/B0/s3cretOfSlack'));
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(dialog).toHaveCount(0);

    await page.getByRole('button', { name: 'Add a channel' }).click();
    await dialog.getByLabel('Mail server').fill('127.0.0.1');
    await dialog.getByLabel('Encryption').selectOption('none');
    await dialog.getByLabel('Port').fill(String(mail.port));
    await dialog.getByLabel('User').fill('backup');
    await dialog.getByRole('textbox', { name: 'Password' }).fill('wrong');
    await dialog.getByLabel('Sender').fill('backup@shop.example');
    await dialog.getByLabel('Receivers').fill('it@shop.example; nobody');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(dialog.getByText('A mail address, such as backup@example.com')).toBeVisible();
    await dialog.getByLabel('Receivers').fill('it@shop.example; boss@shop.example');
    await expectAccessible(page);
    await consoleWindow.shoot('notifications-form');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(dialog).toHaveCount(0);

    await page.getByRole('button', { name: 'Test slack' }).click();
    const slack = page.getByRole('article', { name: 'slack' });
    await expect(slack.getByText(/Took a test message/)).toBeVisible();
    await expect(slack.getByText('Works')).toBeVisible();
    expect(service.received).toHaveLength(1);
    const email = page.getByRole('article', { name: 'email' });
    await page.getByRole('button', { name: 'Test email' }).click();
    await expect(email.getByRole('alert')).toContainText('does not accept user and password');
    await expect(email.getByText('Failing')).toBeVisible();
    await expectAccessible(page);
    await consoleWindow.shoot('notifications');

    await page.getByRole('button', { name: 'Change email' }).click();
    await expect(dialog.getByRole('textbox', { name: 'Password' })).toHaveValue('');
    await dialog.getByRole('textbox', { name: 'Password' }).fill('mailPassword');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toHaveCount(0);
    await page.getByRole('button', { name: 'Test email' }).click();
    await expect(email.getByText(/Took a test message/)).toBeVisible();
    expect(mail.mails.map(({ to }) => to)).toEqual([['it@shop.example', 'boss@shop.example']]);

    await page.getByLabel('Alerts that slack tells').selectOption('only CRITICAL');
    const again = page.getByLabel('slack tells what nobody has looked at');
    await again.click();
    await expect(again).not.toBeChecked();
    await page.getByLabel(/^Quiet hours/).check();
    await page.getByLabel('From', { exact: true }).fill('21:30');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByText('Saved.', { exact: true })).toBeVisible();
    await page.reload();
    await expect(page.getByLabel('Alerts that slack tells')).toHaveValue('CRITICAL');
    await expect(page.getByLabel('From', { exact: true })).toHaveValue('21:30');
    await expect(page.locator('body')).not.toContainText('s3cretOfSlack');

    await page.getByRole('button', { name: 'Remove slack' }).click();
    await page.getByRole('button', { name: 'Remove the channel' }).click();
    await expect(slack).toHaveCount(0);
  } finally {
    await Promise.all([service.stop(), mail.stop()]);
  }
});
