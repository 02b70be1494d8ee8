import type { ReactNode } from 'react';
import type { Backup } from '../../../shared/backup.ts';
import { formatCount, formatDuration, formatMoment } from '../../../shared/format.ts';
import { hiddenRowsWarning, type Manifest } from '../../../shared/manifest.ts';
import { sentence } from '../../act.ts';
import { Bytes } from '../../components/Bytes.tsx';
import { kindWords } from '../../components/backupWords.ts';
import { Moment } from '../../components/Moment.tsx';
import type { NameOfTenant } from '../../useTenantNames.ts';

type Row = readonly [name: string, value: ReactNode];

/** What, when, how long, how big. */
export function backupFacts(backup: Backup, nameOf: NameOfTenant): Row[] {
  const { createdAt, verifiedAt, durationSeconds, sizeBytes, plainBytes, compressionRatio } = backup;
  return [
    ['Kind', kindWords[backup.kind]],
    ['Database', backup.source],
    ['Tenant', tenantOf(backup, nameOf)],
    [
      'Taken',
      <>
        {formatMoment(createdAt)} (<Moment at={createdAt} />)
      </>,
    ],
    ['Took', durationSeconds === null ? null : formatDuration(durationSeconds)],
    ['Size', sizeBytes === 0 ? null : <Bytes of={sizeBytes} />],
    [
      'Before compression',
      plainBytes === 0 ? null : (
        <>
          <Bytes of={plainBytes} />
          {compressionRatio !== null && compressionRatio > 0 && ` (${ratio(plainBytes, sizeBytes)} times as much)`}
        </>
      ),
    ],
    [
      'Last verified',
      verifiedAt === null ? (
        'never since it was taken'
      ) : (
        <>
          {formatMoment(verifiedAt)} (<Moment at={verifiedAt} />)
        </>
      ),
    ],
    ['Note', backup.note],
  ];
}

function tenantOf({ source, tenant }: Backup, nameOf: NameOfTenant): ReactNode {
  if (tenant === null) return null;
  const name = nameOf(source, tenant);
  return (
    <>
      <bdi>{name}</bdi>
      {name !== tenant && (
        <>
          {' '}
          (id <bdi>{tenant}</bdi>)
        </>
      )}
    </>
  );
}

/** Where it comes from, and with what it was made. */
export function databaseFacts(manifest: Manifest): Row[] {
  const { source, server, tool, database, extensions, tablespaces, roles, imported } = manifest;
  const hidden = hiddenRowsWarning(manifest);
  return [
    [
      'Imported',
      imported && (
        <>
          from {imported.file} ({imported.format}) at {formatMoment(imported.importedAt)}. A restore runs the SQL of
          this file.
        </>
      ),
    ],
    ['Rows it may lack', hidden && sentence(`${hidden}.`)],
    ['Database', database.name],
    ['Server', `${source.host}:${source.port}`],
    ['PostgreSQL', server.version],
    ['Dumped with', tool.version],
    ['Owner', database.owner],
    [
      'Encoding',
      `${database.encoding}, ${[...new Set([database.collate, database.ctype, database.locale])].filter(Boolean).join(', ')}`,
    ],
    ['On the server’s disk', imported ? null : <Bytes of={database.sizeBytes} />],
    ['Extensions', extensions.map(({ name, version }) => `${name} ${version}`.trim()).join(', ') || 'none'],
    ['Tablespaces', tablespaces.length === 0 ? null : `${tablespaces.join(', ')} (not part of a dump)`],
    ['Roles', roles.map(({ name }) => name).join(', ') || 'none'],
    ['Settings', database.settings.map(({ name, value }) => `${name} = ${value}`).join(', ') || null],
    ['Comment', database.comment],
  ];
}

/** What is in it besides tables. */
export function countFacts(manifest: Manifest): Row[] {
  return [
    ['Indexes', formatCount(manifest.indexes.length)],
    ['Foreign keys', formatCount(manifest.foreignKeys.length)],
    ['Sequences', formatCount(manifest.sequences.length)],
    ['Materialized views', formatCount(manifest.materializedViews.length)],
    ['Large objects', formatCount(manifest.largeObjects.count)],
  ];
}

/** Names and hashes that nobody needs on a good day. */
export function technicalFacts(backup: Backup, manifest: Manifest): Row[] {
  const mono = (text: string) => <code>{text}</code>;
  return [
    ['Id', mono(backup.id)],
    ['Manifest', mono(backup.filename)],
    ['SHA-256 of it', backup.sha256 === null ? null : mono(backup.sha256)],
    ['Format', `${manifest.formatVersion}, number ${formatCount(manifest.sequence)} in the chain`],
    ['Manifest before it', manifest.previousSha256 === null ? 'none: it is the first' : mono(manifest.previousSha256)],
    ['Repository', mono(manifest.repositoryId)],
    ['Machine', mono(manifest.machineId)],
    ['Compressed with', manifest.codec],
    ['Sealed to', manifest.recipients.map((recipient) => <div key={recipient}>{mono(recipient)}</div>)],
    ['Read back', `${formatMoment(manifest.proof.provenAt)}, took ${formatDuration(manifest.proof.seconds)}`],
    ['Strongroom', manifest.strongroomVersion],
  ];
}

function ratio(plainBytes: number, sizeBytes: number): string {
  return (plainBytes / sizeBytes).toFixed(1);
}
