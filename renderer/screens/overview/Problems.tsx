import { Button, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { Section } from '../../components/Section.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { firstWords, type ListedProblem } from './evidenceWords.ts';
import look from './Overview.module.css';

const firstShown = 4;
const shortWords = 30;

/** What is wrong, worst first, and what to do about it. */
export function Problems({ problems }: { problems: readonly ListedProblem[] }) {
  const [all, setAll] = useState(false);
  return (
    <Section title={problems.length === 0 ? 'Nothing is wrong' : 'What is wrong'}>
      {problems.length === 0 && <p className={look.sentence}>As far as the evidence reaches.</p>}
      <ul className={look.problems}>
        {problems.slice(0, all ? undefined : firstShown).map((problem) => (
          <ProblemLine key={`${problem.source} ${problem.sentence}`} problem={problem} />
        ))}
      </ul>
      {problems.length > firstShown && (
        <Button variant="default" size="compact-sm" mt="xs" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show ${problems.length - firstShown} more`}
        </Button>
      )}
    </Section>
  );
}

function ProblemLine({ problem }: { problem: ListedProblem }) {
  const { source, severity, sentence, hint, link } = problem;
  const [whole, setWhole] = useState(false);
  const { words, more } = firstWords(`${sentence}. ${hint}`, shortWords);
  return (
    <li>
      <StateMark tone={severity} word={severity === 'bad' ? 'Bad' : 'Warning'} />
      <span className={look.problemText}>
        {source !== null && <strong>{source}: </strong>}
        {whole ? `${sentence}. ${hint}` : words}{' '}
        {more && (
          <UnstyledButton fz="inherit" td="underline" onClick={() => setWhole(!whole)}>
            {whole ? 'Show less' : 'Show more'}
          </UnstyledButton>
        )}{' '}
        {link !== null && (
          <Link href={link} aria-label={`${wayOut(link)}: ${sentence}`}>
            {wayOut(link)}
          </Link>
        )}
      </span>
    </li>
  );
}

/** What a link leads to, in the words that stand there. */
function wayOut(link: string): string {
  if (link.startsWith('/backups?backup=')) return 'Back up now…';
  const [, place] = link.split('/');
  return waysOut.get(place ?? '') ?? 'Look at it';
}

const waysOut = new Map([
  ['backups', 'Open this backup'],
  ['restore', 'Open this restore'],
  ['set-up', 'Print the kit'],
  ['stores', 'Go to Stores'],
  ['settings', 'Go to Settings'],
]);
