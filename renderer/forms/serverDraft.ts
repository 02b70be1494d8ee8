import { connectionSchema } from '../../shared/contract/shapes.ts';
import type { Connection, SslMode } from '../../shared/source.ts';
import { fieldErrors } from './fieldErrors.ts';

/** A server to restore to, and who enters there, as it is typed. */
export interface ServerDraft {
  host: string;
  port: number | string;
  user: string;
  database: string;
  sslmode: SslMode;
  password: string;
}

/** What a form begins with. @param known what was said before */
export function serverDraft(known: Connection | null = null): ServerDraft {
  return {
    ...(known ?? { host: '', port: 5432, user: 'postgres', database: 'postgres', sslmode: 'prefer' }),
    password: '',
  };
}

const errors = fieldErrors(connectionSchema);

/** What is wrong with it, by field. */
export function serverErrors(draft: ServerDraft): ReturnType<typeof errors> {
  return errors(typed(draft));
}

/** @throws where `serverErrors` finds something. */
export function serverOf(draft: ServerDraft): Connection {
  return connectionSchema.parse(typed(draft));
}

function typed({ host, port, user, database, sslmode }: ServerDraft) {
  return { host: host.trim(), port: typeof port === 'number' ? port : Number.NaN, user, database, sslmode };
}
