import { Button, Group, Stack } from '@mantine/core';
import { IconDeviceFloppy, IconPrinter } from '@tabler/icons-react';
import { saveAs } from '../../saveAs.ts';
import './kitPaper.css';

interface KitPaperProps {
  text: string;
  fileName: string;
  /** The person says that it is printed or saved. */
  onKept: () => void;
}

/** The kit as it goes onto paper. It is not offered to the clipboard, which other programs can read. */
export function KitPaper({ text, fileName, onKept }: KitPaperProps) {
  return (
    <Stack gap="sm">
      <pre className="kit-paper" tabIndex={0} aria-label="Recovery kit">
        {wordsOf(text)}
      </pre>
      <Group gap="xs">
        <Button leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => window.print()}>
          Print
        </Button>
        <Button
          variant="default"
          leftSection={<IconDeviceFloppy size={16} aria-hidden />}
          onClick={() => saveAs(text, fileName)}
        >
          Save as file
        </Button>
        <Button variant="default" onClick={onKept}>
          I have it on paper or on a stick
        </Button>
      </Group>
    </Stack>
  );
}

/** Lines break between words only: a command that is typed from paper must not be cut at a dash. */
function wordsOf(text: string): React.ReactNode[] {
  return text.split(/(\s+)/).map((word, index) =>
    word.trim() === '' ? (
      word
    ) : (
      <span key={index} className={word.startsWith('AGE-SECRET-KEY-1') ? 'kit-word kit-key' : 'kit-word'}>
        {word}
      </span>
    ),
  );
}
