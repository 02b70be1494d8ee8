import { Button } from '@mantine/core';
import { IconFolderOpen, IconShieldCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { isWanted, type Copy } from '../../../shared/backup.ts';
import type { BackupDetail } from '../../../shared/contract/backups.ts';
import { act, sentence, tellFailure } from '../../act.ts';
import { Bytes } from '../../components/Bytes.tsx';
import { copyMarks } from '../../components/backupWords.ts';
import { CopyText } from '../../components/CopyText.tsx';
import { Moment } from '../../components/Moment.tsx';
import { Section } from '../../components/Section.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { useAnswer } from '../../useAnswer.ts';
import look from './BackupDetail.module.css';

/** Where the backup lies, how each copy is, and where it should be and is not. */
export function Copies({ backup }: { backup: BackupDetail }) {
  const stores = useAnswer('stores.list', {}, ['stores']).value?.stores ?? [];
  const elsewhere = stores.filter(({ name }) => !backup.copies.some(({ store }) => store === name));
  return (
    <Section title="Copies">
      <ul className={look.copies}>
        {backup.copies.map((copy) => (
          <CopyLine key={copy.store} backupId={backup.id} copy={copy} />
        ))}
        {elsewhere.map(({ name }) => (
          <li key={name} className={look.line}>
            <strong>{name}</strong>
            <StateMark tone="warning" word="No copy" />
            <span className={look.dim}>“Copy what is missing” under Stores brings it there.</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function CopyLine({ backupId, copy }: { backupId: string; copy: Copy }) {
  const [path, setPath] = useState<string | null>(null);
  const reveal = () => {
    // A browser cannot open a folder, so the path is there to be copied.
    act('backups.reveal', { id: backupId, store: copy.store }).then((answer) => setPath(answer.path), tellFailure);
  };
  const verify = () => {
    act('backups.verify', { ids: [backupId], store: copy.store, deep: false }).catch(tellFailure);
  };
  return (
    <li>
      <div className={look.line}>
        <strong>{copy.store}</strong>
        <StateMark {...copyMarks[copy.state]} />
        {copy.sizeBytes > 0 && <Bytes of={copy.sizeBytes} />}
        <span className={look.dim}>
          {copy.verifiedAt ? (
            <>
              verified <Moment at={copy.verifiedAt} />
            </>
          ) : (
            copy.state === 'STORED' && 'not verified yet'
          )}
        </span>
        {isWanted(copy) && (
          <span className={look.end}>
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconShieldCheck size={14} aria-hidden />}
              aria-label={`Verify the copy in ${copy.store}`}
              onClick={verify}
            >
              Verify
            </Button>
            {copy.storeKind === 'local' && (
              <Button
                size="compact-xs"
                variant="default"
                leftSection={<IconFolderOpen size={14} aria-hidden />}
                aria-label={`Show the folder of the copy in ${copy.store}`}
                onClick={reveal}
              >
                Show folder
              </Button>
            )}
          </span>
        )}
      </div>
      {copy.reason && <div>{sentence(copy.reason)}</div>}
      {path !== null && <CopyText text={path} what="the path" />}
    </li>
  );
}
