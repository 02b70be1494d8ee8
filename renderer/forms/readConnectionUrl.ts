import { sslModes, type Connection, type SslMode } from '../../shared/source.ts';

/** What a pasted address says. What it leaves out is undefined, and the form keeps what it has. */
export type ReadConnection = Partial<Connection> & { password?: string };

/** Reads `postgresql://user:password@host:port/database?sslmode=require`; null for anything else. */
export function readConnectionUrl(text: string): ReadConnection | null {
  const trimmed = text.trim();
  if (!/^postgres(ql)?:\/\//i.test(trimmed) || !URL.canParse(trimmed)) return null;
  const url = new URL(trimmed);
  if (url.hostname === '') return null;
  const [user, password, database] = [url.username, url.password, url.pathname.slice(1)].map(decoded);
  if (user === null || password === null || database === null) return null;
  const sslmode = url.searchParams.get('sslmode');
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1') || undefined,
    port: url.port === '' ? undefined : Number(url.port),
    user: user || undefined,
    database: database || undefined,
    sslmode: sslModes.includes(sslmode as SslMode) ? (sslmode as SslMode) : undefined,
    password: password || undefined,
  };
}

/** Null where a `%` stands for nothing that can be read. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
