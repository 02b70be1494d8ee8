import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import type { ScopedTable, TenantReach } from './tenantReach.ts';
import type { TenantScope } from './tenantScope.ts';

/** A node of `EXPLAIN (VERBOSE, FORMAT JSON)`, as far as it is looked at. */
interface PlanNode {
  'Node Type': string;
  Schema?: string;
  'Relation Name'?: string;
  Alias?: string;
  Filter?: string;
  'Index Cond'?: string;
  'TID Cond'?: string;
  'Subplan Name'?: string;
  Output?: string[];
  Plans?: PlanNode[];
}

const alias = 't';
const oneRow = `${alias}.ctid = '(0,0)'`;
/** Nodes that read one table, all of whose conditions are under these keys. */
const scans = new Set(['Tid Scan', 'Seq Scan', 'Index Scan', 'Index Only Scan']);
const conditionKeys = ['Filter', 'Index Cond', 'TID Cond'] as const;

/** Types of which two values are equal exactly when their texts are; by their text it is told whose a row is. */
const textualTypes = ['int2', 'int4', 'int8', 'text', 'varchar', 'uuid'];

/**
 * Asks the server, in the session of a tenant, by which condition the policies choose the rows of each table, and
 * whether that is the very condition by which they are the tenant's: its column (or that of the parent which its
 * foreign key leads to) equals what is fixed for the session and is the tenant's id; for a shared table, that there is
 * none. Then the two sets of rows are one, whatever is in the table, and none of them needs to be counted.
 * @param client in a transaction, with row-level security on and the settings of the tenant.
 * @returns the oids of those tables; of the others it cannot be told, and their rows have to be counted.
 */
export async function findExactPolicies(
  client: Client,
  scope: TenantScope,
  tenant: string,
  oids: readonly number[],
): Promise<Set<number>> {
  await client.query('SET LOCAL enable_bitmapscan = off'); // its conditions are written down twice
  const { rows } = await client.query<{ table: number; column: string }>(
    `SELECT a.attrelid::int8::float8 AS "table", a.attname AS "column"
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') LEFT JOIN pg_collation o ON o.oid = a.attcollation
     WHERE a.attnum > 0 AND a.atttypid = ANY ('{${textualTypes.join()}}'::regtype[]) AND coalesce(o.collisdeterministic, true)`,
  );
  const plans = new PolicyPlans(client, scope, tenant, new Set(rows.map(({ table, column }) => `${table} ${column}`)));
  const exact = new Set<number>();
  for (const oid of oids) if (await plans.chooseTheTenantsRows(oid)) exact.add(oid);
  await client.query('SET LOCAL enable_bitmapscan TO DEFAULT');
  return exact;
}

class PolicyPlans {
  private readonly client: Client;
  private readonly scope: TenantScope;
  private readonly tenant: string;
  /** Columns of textual types, as `oid name`. */
  private readonly textual: ReadonlySet<string>;
  private readonly byOid: ReadonlyMap<number, ScopedTable>;
  private readonly known = new Map<string, boolean>();

  constructor(client: Client, scope: TenantScope, tenant: string, textual: ReadonlySet<string>) {
    this.client = client;
    this.scope = scope;
    this.tenant = tenant;
    this.textual = textual;
    this.byOid = new Map(scope.tables.map((table) => [table.oid, table]));
  }

  async chooseTheTenantsRows(oid: number): Promise<boolean> {
    const table = this.byOid.get(oid);
    if (!table) return false;
    const name = `${escapeIdentifier(table.schema)}.${escapeIdentifier(table.table)}`;
    // For one row a subquery of a policy is planned as it is written, and not as a hash of its results.
    const plan = await this.explain(`SELECT FROM ONLY ${name} ${alias} WHERE ${oneRow}`);
    return plan !== null && this.reads(plan, table, [[`${oneRow}::tid`]]);
  }

  /** Whether the node reads this table by the condition of its reach. @param links conditions that have to be there too, each in its spellings. */
  private async reads(node: PlanNode, table: ScopedTable, links: readonly string[][]): Promise<boolean> {
    const conditions = conditionsOf(node);
    const { Schema: schema, 'Relation Name': relation, Alias: name } = node;
    if (!conditions || !name || schema !== table.schema || relation !== table.table) return false;
    if (!links.every((spellings) => spellings.some((link) => conditions.includes(link)))) return false;
    const rest = conditions.filter((condition) => !links.flat().includes(condition));
    const { reach } = table;
    if (reach.kind === 'shared') return rest.length === 0;
    const column = reach.kind === 'column' ? reach.column : this.scope.idColumn;
    for (const condition of rest) {
      const right =
        reach.kind === 'path'
          ? await this.leadsToParent(condition, node, reach)
          : this.textual.has(`${table.oid} ${column}`) &&
            (await this.namesTheTenant(condition, columnText(name, column)));
      if (!right) return false;
    }
    return rest.length > 0;
  }

  /** Whether the condition is that a row of the parent is there, which is the tenant's. */
  private async leadsToParent(
    condition: string,
    node: PlanNode,
    { parent, columns }: Extract<TenantReach, { kind: 'path' }>,
  ): Promise<boolean> {
    const name = /^(?:EXISTS\()?(SubPlan \d+)\)?$/.exec(condition)?.[1];
    const inner = node.Plans?.find((plan) => name !== undefined && plan['Subplan Name'] === name);
    const table = this.byOid.get(parent);
    // What gives a value is no EXISTS, and what is done with the value is not shown.
    if (!inner?.Alias || !table || inner.Alias === node.Alias || (inner.Output ?? []).length > 0) return false;
    const links = columns.map(({ own, parent: column }) => {
      const [ours, theirs] = [columnText(node.Alias!, own), columnText(inner.Alias!, column)];
      return [`${theirs} = ${ours}`, `${ours} = ${theirs}`];
    });
    return this.reads(inner, table, links);
  }

  private async namesTheTenant(condition: string, column: string): Promise<boolean> {
    for (const left of [`${column} = `, `(${column})::text = `])
      if (condition.startsWith(left)) return this.isTheTenantsId(condition.slice(left.length));
    return false;
  }

  private async isTheTenantsId(expression: string): Promise<boolean> {
    const known = this.known.get(expression);
    if (known !== undefined) return known;
    await this.client.query('SAVEPOINT looked');
    const found = await this.evaluate(expression).catch(async () => {
      // It speaks of columns, or of other parts of the plan: it means nothing by itself.
      await this.client.query('ROLLBACK TO SAVEPOINT looked');
      return false;
    });
    this.known.set(expression, found);
    return found;
  }

  private async evaluate(expression: string): Promise<boolean> {
    // A filter that is looked at once, and not for every row, is what the planner makes of what stays as it is.
    const rowsOfNothing = 'pg_catalog.generate_series(1, 2) AS some_rows';
    const plan = await this.explain(`SELECT FROM ${rowsOfNothing} WHERE (${expression}) IS NOT NULL`);
    if (!plan || !('One-Time Filter' in plan)) return false;
    const { rows } = await this.client.query<{ same: boolean | null }>(
      `SELECT (${expression})::text = ${escapeLiteral(this.tenant)} AS same`,
    );
    return rows[0]?.same === true;
  }

  private async explain(query: string): Promise<PlanNode | null> {
    const { rows } = await this.client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) ${query}`,
    );
    return rows[0]?.['QUERY PLAN'][0]?.Plan ?? null;
  }
}

/** All conditions that a scan checks; null for a node whose conditions cannot all be told. */
function conditionsOf(node: PlanNode): string[] | null {
  if (!scans.has(node['Node Type'])) return null;
  const known: readonly string[] = conditionKeys;
  if (Object.keys(node).some((key) => /(?:Cond|Filter)$/.test(key) && !known.includes(key))) return null;
  return conditionKeys.flatMap((key) => (node[key] === undefined ? [] : splitConjunction(node[key])));
}

/** As the server writes a column: in quotes where it has to be. A name that might be a keyword is not found. */
function columnText(of: string, column: string): string {
  return [of, column].map((name) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : escapeIdentifier(name))).join('.');
}

/** `((a = 1) AND (b = 2))` as its parts, each without the parentheses around it. */
export function splitConjunction(text: string): string[] {
  const inner = withoutParentheses(text);
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < inner.length; at++) {
    const character = inner[at];
    if (character === "'" || character === '"') at = endOfQuoted(inner, at);
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (depth === 0 && inner.startsWith(' AND ', at)) {
      parts.push(inner.slice(from, at));
      from = at + 5;
    }
  }
  parts.push(inner.slice(from));
  return parts.length === 1 ? [inner] : parts.flatMap(splitConjunction);
}

function withoutParentheses(text: string): string {
  if (!text.startsWith('(')) return text;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "'" || character === '"') at = endOfQuoted(text, at);
    else if (character === '(') depth++;
    else if (character === ')' && --depth === 0) return at === text.length - 1 ? text.slice(1, -1) : text;
  }
  return text;
}

/** The place of the quote that ends what begins at `at`; a quote within is doubled, and two meet there. */
function endOfQuoted(text: string, at: number): number {
  const end = text.indexOf(text[at]!, at + 1);
  return end === -1 ? text.length : end;
}
