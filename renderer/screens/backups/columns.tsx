import { IconPinned } from '@tabler/icons-react';
import type { BackupSort } from '../../../shared/contract/backups.ts';
import { formatAge, formatDuration, formatMoment } from '../../../shared/format.ts';
import { Bytes } from '../../components/Bytes.tsx';
import { backupMark, kindWords } from '../../components/backupWords.ts';
import type { Column } from '../../components/DataTable.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import type { NameOfTenant } from '../../useTenantNames.ts';
import type { BackupRow } from './backupRow.ts';

/** The columns of the list. @param stores how many places should have a copy. @param nameOf how a tenant is called */
export function backupColumns(stores: number, nameOf: NameOfTenant): Column<BackupRow, BackupSort>[] {
  return [
    {
      key: 'created',
      head: 'Taken',
      width: 'minmax(142px, 1fr)',
      sort: 'created',
      title: ({ createdAt }) => `${formatAge((Date.now() - Date.parse(createdAt)) / 1000)}, ${formatMoment(createdAt)}`,
      cell: ({ id, createdAt }) => (
        <a href={`#/backups/${id}`} tabIndex={-1}>
          <time dateTime={createdAt}>{formatMoment(createdAt).slice(0, 16)}</time>
        </a>
      ),
    },
    {
      key: 'source',
      head: 'Database',
      width: 'minmax(110px, 1.4fr)',
      title: ({ source, tenant }) => (tenant === null ? source : `${source}: ${nameOf(source, tenant)} (${tenant})`),
      cell: ({ source, tenant }) =>
        tenant === null ? (
          source
        ) : (
          <>
            {source}: <bdi>{nameOf(source, tenant)}</bdi>
          </>
        ),
    },
    { key: 'kind', head: 'Kind', width: 'minmax(112px, 0.8fr)', cell: ({ kind }) => kindWords[kind] },
    {
      key: 'status',
      head: 'Status',
      width: 'minmax(114px, 0.8fr)',
      sort: 'status',
      cell: (row) => (row.deleted ? <StateMark tone="unknown" word="Deleted" /> : <StateMark {...backupMark(row)} />),
    },
    {
      key: 'size',
      head: 'Size',
      width: 'minmax(80px, 0.6fr)',
      right: true,
      sort: 'size',
      cell: ({ status, sizeBytes }) => (status === 'FAILED' ? '–' : <Bytes of={sizeBytes} />),
    },
    {
      key: 'duration',
      head: 'Took',
      width: 'minmax(92px, 0.6fr)',
      right: true,
      sort: 'duration',
      cell: ({ durationSeconds }) => (durationSeconds === null ? '–' : formatDuration(durationSeconds)),
    },
    {
      key: 'copies',
      head: 'Copies',
      width: 'minmax(98px, 0.6fr)',
      title: ({ goodIn }) => (goodIn.length === 0 ? 'no good copy' : `good in ${goodIn.join(', ')}`),
      cell: ({ status, goodIn, goneFrom, deleted }) => {
        if (status === 'FAILED' || deleted) return '–';
        const wanted = Math.max(goodIn.length, stores - goneFrom);
        const word = `${goodIn.length} of ${wanted}`;
        if (goodIn.length === wanted) return word;
        return <StateMark tone={goodIn.length === 0 ? 'bad' : 'warning'} word={word} />;
      },
    },
    {
      key: 'remark',
      head: 'Note',
      width: 'minmax(140px, 2fr)',
      title: ({ remark }) => remark || undefined,
      cell: ({ pinned, remark }) => (
        <>
          {pinned && <IconPinned size={14} role="img" aria-label="Pinned" style={{ verticalAlign: '-2px' }} />} {remark}
        </>
      ),
    },
  ];
}
