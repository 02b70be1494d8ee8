import type { Column } from '../../components/DataTable.tsx';
import { Bytes } from '../../components/Bytes.tsx';
import { Moment } from '../../components/Moment.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import type { TenantCoverage } from '../../../shared/tenant.ts';
import { formatMoment } from '../../../shared/format.ts';
import { coverageOf } from './coverage.ts';
import { coverageMarks } from './coverageMarks.ts';

/** The columns of the list. Names stand in a frame of their own, because they may be written from right to left. */
export function tenantColumns(lookedAt: string | null, someAreGone: boolean): Column<TenantCoverage>[] {
  const columns: Column<TenantCoverage>[] = [
    {
      key: 'state',
      head: 'State',
      width: 'minmax(194px, 0.8fr)',
      title: ({ failed }) => failed?.message,
      cell: (tenant) => <StateMark {...coverageMarks[coverageOf(tenant, lookedAt, new Date())]} />,
    },
    {
      key: 'name',
      head: 'Tenant',
      width: 'minmax(184px, 2.4fr)',
      title: ({ id, name }) => name ?? id,
      cell: ({ id, name }) => <bdi>{name ?? id}</bdi>,
    },
    {
      key: 'id',
      head: 'Id',
      width: 'minmax(60px, 0.8fr)',
      title: ({ id }) => id,
      cell: ({ id }) => <bdi>{id}</bdi>,
    },
    {
      key: 'newest',
      head: 'Newest backup',
      width: 'minmax(140px, 1fr)',
      cell: ({ newest }) =>
        newest === null ? (
          '–'
        ) : (
          <a href={`#/backups/${newest.backupId}`} tabIndex={-1}>
            <Moment at={newest.createdAt} />
            {newest.verifiedAt !== null && ', verified'}
          </a>
        ),
    },
    {
      key: 'proven',
      head: 'Proven',
      width: '96px',
      cell: ({ provenAt }) => (provenAt === null ? '–' : <Moment at={provenAt} />),
    },
    {
      key: 'size',
      head: 'Size',
      width: '84px',
      right: true,
      cell: ({ newest }) => (newest === null ? '–' : <Bytes of={newest.sizeBytes} />),
    },
    {
      key: 'seen',
      head: 'First seen',
      width: '96px',
      cell: ({ firstSeenAt }) => (firstSeenAt === null ? '–' : <Moment at={firstSeenAt} />),
    },
  ];
  return someAreGone ? [...columns, goneSinceColumn] : columns;
}

const goneSinceColumn: Column<TenantCoverage> = {
  key: 'gone',
  head: 'Gone since',
  width: 'minmax(150px, 1fr)',
  title: ({ goneSince }) => (goneSince === null ? undefined : `${formatMoment(goneSince)}; its backups stay`),
  cell: ({ goneSince, newest }) =>
    goneSince === null ? (
      ''
    ) : (
      <>
        <Moment at={goneSince} />
        {newest !== null && '; its backups stay'}
      </>
    ),
};
