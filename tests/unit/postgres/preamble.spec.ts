import { expect, test } from '@playwright/test';
import { preambleEnd, settingsOf, withoutSettings } from '../../../main/postgres/preamble.ts';
import { isSafe } from '../../../main/postgres/safeVersions.ts';

const line = 'SET future_timeout = 0;';
/** As pg_restore writes it, and a function right behind whose body looks like settings. */
const preamble = `--
-- PostgreSQL database dump
--

\\restrict 2tVbd9

-- Dumped from database version 15.18

SET statement_timeout = 0;
${line}
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);

--
-- Name: patient(); Type: FUNCTION; Schema: public; Owner: -
--

`;
const rest = `CREATE FUNCTION public.patient() RETURNS text LANGUAGE sql AS $$
${line}
$$;

${line}
-- \xe9 of another encoding\r
`;

async function filtered(script: string, names: string[], size: number): Promise<string> {
  async function* chunks() {
    const bytes = Buffer.from(script, 'latin1');
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const kept: Buffer[] = [];
  for await (const chunk of withoutSettings(chunks(), names)) kept.push(chunk);
  return Buffer.concat(kept).toString('latin1');
}

test('a setting is left out of the preamble and nowhere else, however the script is cut into pieces', async () => {
  const wanted = preamble.replace(`${line}\n`, '') + rest;
  for (const size of [1, 7, 100, 100_000])
    expect(await filtered(preamble + rest, ['future_timeout'], size)).toBe(wanted);
});

test('without a name to leave out the script stays byte by byte, also one that is nothing but a preamble', async () => {
  for (const script of [preamble + rest, preamble, preamble.trimEnd(), ''])
    expect(await filtered(script, ['other_timeout'], 10)).toBe(script);
  expect(await filtered(`${line}\n`, ['future_timeout'], 3)).toBe('');
});

test('the preamble ends at the first line that is something else, and is known only once that line is there', () => {
  expect(preambleEnd(preamble + rest)).toBe(preamble.length);
  expect(preambleEnd(preamble)).toBeNull();
  expect(preambleEnd('CREATE TABLE a (')).toBeNull();
  for (const other of ['SET ROLE postgres;', "SET a = 'x", 'SET a = 0; DROP TABLE b;', '\\! reboot', ' SET a = 0;'])
    expect(preambleEnd(`SET a = 0;\n${other}\n`)).toBe('SET a = 0;\n'.length);
  expect(settingsOf(preamble)).toEqual(['statement_timeout', 'future_timeout', 'client_encoding']);
});

test('only a psql with the fixes of 2026 is safe to be given a script', () => {
  expect(['15.19', '18.6', '17.12', '19'].map(isSafe)).toEqual([true, true, true, true]);
  expect(['15.18', '17.10', '13.99', '14'].map(isSafe)).toEqual([false, false, false, false]);
});
