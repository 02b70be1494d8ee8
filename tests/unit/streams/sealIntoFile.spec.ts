import { join } from 'node:path';
import { expect } from '@playwright/test';
import { generateRecipient } from '../../../main/sealing/keys.ts';
import { sealIntoFile } from '../../../main/streams/sealIntoFile.ts';
import { test } from '../../support/scratchFolder.ts';

async function* rows(): AsyncGenerator<Buffer> {
  yield Promise.resolve(Buffer.from('one row\n'));
}

test('a folder that is gone when its file is begun is told as a store that is not there', async ({ folder }) => {
  const outputPath = join(folder, 'unplugged', 'spool', 'data.part');
  const recipients = [(await generateRecipient()).recipient];
  await expect(sealIntoFile(rows(), { codec: 'zstd', recipients, outputPath }, () => undefined)).rejects.toMatchObject({
    code: 'STORE_FOLDER_MISSING',
    message: expect.stringContaining(join(folder, 'unplugged', 'spool')),
  });
});
