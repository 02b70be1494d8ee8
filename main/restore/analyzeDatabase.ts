import type { Job } from '../../shared/job.ts';
import { withClient, type Login } from '../postgres/connect.ts';

/** Without statistics the first queries of a restored shop would be planned blindly. @throws CANCELLED */
export async function analyzeDatabase(database: string, login: Login, job: Job): Promise<void> {
  job.stage('analyzing');
  await withClient(login, (client) => client.query('ANALYZE'), database, job.signal);
}
