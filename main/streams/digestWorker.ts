import { createHash } from 'node:crypto';
import { escapeLiteral } from 'pg';
import { withClient } from '../postgres/connect.ts';
import { CopyOut, joined } from '../postgres/copyOut.ts';
import type { DigestOrder, TableDigest } from './digest.ts';
import type { ThreadWork } from './thread.ts';

export const work: ThreadWork<DigestOrder, TableDigest[]> = (order, signal, onBytes) =>
  withClient(
    order.login,
    async (client) => {
      // A cancel must not wait for a server that is busy.
      signal.addEventListener('abort', () => void client.end(), { once: true });
      await client.query(`SET client_encoding = ${escapeLiteral(order.clientEncoding)}`);
      await client.query('SET lock_timeout = 0'); // keys are built meanwhile, however long that takes
      if (order.timeZone !== null) await client.query('SELECT set_config($1, $2, false)', ['timezone', order.timeZone]);
      const digests: TableDigest[] = [];
      let total = 0;
      for (const copyTarget of order.copyTargets) {
        const hash = createHash('sha256');
        let copyBytes = 0;
        const rows = joined((bytes) => {
          hash.update(bytes);
          copyBytes += bytes.length;
          onBytes(total + copyBytes);
        });
        const copy = new CopyOut(`COPY ${copyTarget} TO STDOUT`, rows);
        await client.query(copy).done();
        digests.push({ copyTarget, copyBytes, sha256: hash.digest('hex') });
        total += copyBytes;
      }
      return digests;
    },
    order.database,
  );
