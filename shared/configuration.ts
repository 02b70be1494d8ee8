import { z } from 'zod';

/** What a shop's machine usually runs, and where its configuration lies. */
export const presetNames = ['postgresql', 'django', 'env', 'celery', 'nginx', 'apache'] as const;
export type PresetName = (typeof presetNames)[number];

interface Preset {
  title: string;
  /** Paths from the root of the machine. */
  anywhere: readonly string[];
  /** Paths below each folder of an application. */
  below: readonly string[];
}

export const presets: Record<PresetName, Preset> = {
  postgresql: {
    title: 'PostgreSQL: postgresql.conf, pg_hba.conf, pg_ident.conf and what they include',
    anywhere: [
      '/etc/postgresql/*/*/*',
      '/etc/postgresql/*/*/conf.d/*',
      '/etc/postgresql-common/*',
      '/var/lib/pgsql/data/*.conf',
      '/var/lib/pgsql/*/data/*.conf',
    ],
    below: [],
  },
  django: {
    title: 'Django: settings, URLs, WSGI and requirements of each application',
    anywhere: [],
    below: [
      'manage.py',
      '**/settings.py',
      '**/settings/*.py',
      '**/local_settings.py',
      '**/wsgi.py',
      '**/asgi.py',
      'requirements*.txt',
      'pyproject.toml',
    ],
  },
  env: { title: '.env files of each application', anywhere: [], below: ['**/.env', '**/.env.*'] },
  celery: {
    title: 'Celery and its queue: Celery, Redis, RabbitMQ, Supervisor',
    anywhere: [
      '/etc/default/celery*',
      '/etc/conf.d/celery*',
      '/etc/systemd/system/celery*.service',
      '/etc/redis/*.conf',
      '/etc/rabbitmq/*',
      '/etc/supervisor/conf.d/*',
    ],
    below: ['**/celeryconfig.py', '**/celery.py'],
  },
  nginx: {
    title: 'nginx',
    anywhere: ['/etc/nginx/**/*', '/usr/local/etc/nginx/**/*', 'C:/nginx/conf/**/*'],
    below: [],
  },
  apache: {
    title: 'Apache',
    anywhere: ['/etc/apache2/**/*', '/etc/httpd/conf/**/*', '/etc/httpd/conf.d/**/*', 'C:/Apache24/conf/**/*'],
    below: [],
  },
};

const pathSchema = z.string().min(1, 'a path').max(4096, 'a path has at most 4096 characters');

/** Which configuration of a source is backed up. */
export const configurationModelSchema = z.strictObject({
  presets: z.array(z.enum(presetNames)),
  /** Folders of applications, in which the presets look. */
  folders: z.array(pathSchema).max(100),
  /** More files, folders and globs (`*`, `**`), from the root of the machine. */
  paths: z.array(pathSchema).max(1000),
  /** The settings, access rules and roles of the server, read over SQL. */
  server: z.boolean(),
});
export type ConfigurationModel = z.infer<typeof configurationModelSchema>;

/** Without a word of anybody: what the server itself can tell, and its own files where they can be read. */
export const usualConfiguration: ConfigurationModel = { presets: ['postgresql'], folders: [], paths: [], server: true };

export const configurationEntrySchema = z.object({
  /** In the archive: `files/etc/nginx/nginx.conf`, `server/settings.json`. */
  path: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
  /** Permission bits of a file. */
  mode: z.number(),
  modifiedAt: z.string(),
});
export type ConfigurationEntry = z.infer<typeof configurationEntrySchema>;

/** How one entry differs between two backups. */
export const configurationChangeSchema = z.object({
  path: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  /** Null where it is not text, or stands on one side only. */
  lines: z.object({ added: z.number(), removed: z.number() }).nullable(),
  /** Of the server's own settings: what they were and are. Values of files stay sealed. */
  settings: z.array(z.object({ name: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
});
export type ConfigurationChange = z.infer<typeof configurationChangeSchema>;

/** Pure: which entries were added, removed or changed. */
export function compareEntries(
  before: readonly ConfigurationEntry[],
  after: readonly ConfigurationEntry[],
): Pick<ConfigurationChange, 'path' | 'change'>[] {
  const was = new Map(before.map(({ path, sha256 }) => [path, sha256]));
  const is = new Map(after.map(({ path, sha256 }) => [path, sha256]));
  const paths = [...new Set([...was.keys(), ...is.keys()])].toSorted();
  return paths
    .filter((path) => was.get(path) !== is.get(path))
    .map((path) => ({ path, change: !was.has(path) ? 'added' : !is.has(path) ? 'removed' : 'changed' }));
}

/** A path of this machine as it is called in the archive: without a root, and without a drive's colon. */
export function archivePath(path: string): string {
  return `files/${path
    .replaceAll('\\', '/')
    .replace(/^([A-Za-z]):/, '$1')
    .replace(/^\/+/, '')}`;
}
