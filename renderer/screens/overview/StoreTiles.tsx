import { Button, Progress } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import type { StoreView } from '../../../shared/contract/stores.ts';
import { formatBytes, formatCount } from '../../../shared/format.ts';
import { act, sentence, tellFailure } from '../../act.ts';
import { Bytes } from '../../components/Bytes.tsx';
import { ChartOrTable } from '../../components/ChartOrTable.tsx';
import { DataTable, type Column } from '../../components/DataTable.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Moment } from '../../components/Moment.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { storeMark } from '../../forms/StoreProbe.tsx';
import { goTo } from '../../hashLocation.ts';
import { useAnswer } from '../../useAnswer.ts';
import look from './Overview.module.css';

/** Disks that are fuller are worth a warning. */
const fullPercent = 80;

/** Where the copies lie: whether each store answers, how full it is, and what it lacks. */
export function StoreTiles() {
  const { value, failure, again } = useAnswer('stores.list', {}, ['stores', 'backups']);
  if (!value) return failure ? <FailureNotice failure={failure} onRetry={again} /> : <Loading what="the stores" />;
  const { stores } = value;
  if (stores.length === 0) return null;
  return (
    <ChartOrTable
      title="Stores"
      chart={
        <ul className={look.tiles}>
          {stores.map((store) => (
            <Tile key={store.name} store={store} />
          ))}
        </ul>
      }
      table={
        <DataTable
          label="Stores"
          columns={columns}
          count={stores.length}
          rowAt={(index) => stores[index]}
          onOpen={() => goTo('/stores')}
          leastWidth={760}
          maxHeight={240}
        />
      }
    />
  );
}

function Tile({ store }: { store: StoreView }) {
  const [asking, setAsking] = useState(false);
  const test = () => {
    setAsking(true);
    act('stores.test', { name: store.name })
      .catch(tellFailure)
      .finally(() => setAsking(false));
  };
  const { tone, word } = storeMark(store.status);
  return (
    <li className={look.tile}>
      <div className={look.tileHead}>
        <Link href="/stores" title={store.place}>
          {store.name}
        </Link>
        <StateMark tone={tone} word={word} />
      </div>
      <Fullness store={store} />
      <div>
        {store.newestCopyAt === null ? (
          'No copy yet'
        ) : (
          <>
            Newest copy <Moment at={store.newestCopyAt} />, {formatCount(store.copies)} in all
          </>
        )}
      </div>
      {store.missing > 0 && (
        <div>
          <StateMark
            tone="warning"
            word={`${formatCount(store.missing)} ${store.missing === 1 ? 'copy is' : 'copies are'} missing`}
          />
        </div>
      )}
      {store.status?.failure && <div>{sentence(store.status.failure.message)}</div>}
      <div className={look.tileFoot}>
        <span className={look.dim}>
          {store.statusAt === null ? (
            'Not looked at yet'
          ) : (
            <>
              Looked at <Moment at={store.statusAt} />
            </>
          )}
        </span>
        <Button
          size="compact-xs"
          variant="default"
          loading={asking}
          aria-label={`Test the store ${store.name}`}
          onClick={test}
        >
          Test
        </Button>
      </div>
    </li>
  );
}

/** How full the disk is, where somebody can say; else what our copies take. */
function Fullness({ store }: { store: StoreView }) {
  const disk = diskOf(store);
  if (!disk) return <div>{formatBytes(store.copiedBytes)} of copies</div>;
  const ours = Math.min(100, (disk.ours / disk.capacity) * 100);
  const others = Math.max(0, disk.percent - ours);
  return (
    <div>
      <Progress.Root size="md" aria-hidden>
        <Progress.Section value={ours} color={disk.percent > fullPercent ? 'yellow' : 'blue'} withAria={false} />
        <Progress.Section value={others} color="gray" withAria={false} />
      </Progress.Root>
      <div
        className={look.meter}
        role="meter"
        aria-label={`How full the disk of ${store.name} is`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(disk.percent)}
        aria-valuetext={`${Math.round(disk.percent)}% of ${formatBytes(disk.capacity)}`}
      >
        {formatBytes(disk.ours)} of copies; disk {Math.round(disk.percent)}% full, {formatBytes(disk.free)} free
      </div>
    </div>
  );
}

function diskOf(store: StoreView): { capacity: number; free: number; percent: number; ours: number } | null {
  const { capacityBytes, freeBytes, usedBytes } = store.status ?? {
    capacityBytes: null,
    freeBytes: null,
    usedBytes: null,
  };
  if (capacityBytes === null || freeBytes === null || capacityBytes === 0) return null;
  return {
    capacity: capacityBytes,
    free: freeBytes,
    percent: ((capacityBytes - freeBytes) / capacityBytes) * 100,
    ours: usedBytes ?? store.copiedBytes,
  };
}

const columns: Column<StoreView>[] = [
  { key: 'name', head: 'Store', width: 'minmax(110px, 1fr)', title: ({ place }) => place, cell: ({ name }) => name },
  {
    key: 'state',
    head: 'State',
    width: 'minmax(120px, 1fr)',
    cell: ({ status }) => <StateMark {...storeMark(status)} />,
  },
  {
    key: 'copies',
    head: 'Copies',
    width: 'minmax(70px, 0.5fr)',
    right: true,
    cell: ({ copies }) => formatCount(copies),
  },
  {
    key: 'missing',
    head: 'Missing',
    width: 'minmax(70px, 0.5fr)',
    right: true,
    cell: ({ missing }) => formatCount(missing),
  },
  {
    key: 'bytes',
    head: 'Used',
    width: 'minmax(85px, 0.6fr)',
    right: true,
    cell: ({ copiedBytes }) => <Bytes of={copiedBytes} />,
  },
  {
    key: 'capacity',
    head: 'Of disk',
    width: 'minmax(85px, 0.6fr)',
    right: true,
    cell: ({ status }) => (status?.capacityBytes ? <Bytes of={status.capacityBytes} /> : 'not known'),
  },
  {
    key: 'free',
    head: 'Free',
    width: 'minmax(85px, 0.6fr)',
    right: true,
    cell: ({ status }) => (status?.freeBytes ? <Bytes of={status.freeBytes} /> : 'not known'),
  },
  {
    key: 'newest',
    head: 'Newest copy',
    width: 'minmax(110px, 1fr)',
    cell: ({ newestCopyAt }) => (newestCopyAt ? <Moment at={newestCopyAt} /> : 'none'),
  },
];
