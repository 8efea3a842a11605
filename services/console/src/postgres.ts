import { Kysely, PostgresDialect, PostgresQueryCompiler, type DataTypeNode, type PostgresPool, type PostgresPoolClient } from 'kysely';
import type { PoolClient } from 'pg';

/** Connections of one console: a batch is written on one while pages are read on the others. */
const CONNECTIONS = 5;
/** Longest wait for a connection, ms. */
const CONNECT_MS = 10_000;
/** Statements that are prepared once per connection; the texts of lists with filters are many, and those beyond are parsed each time. */
const PREPARED_MAX = 256;
/** Type of `bigint` in `pg_type`: counts, none of which is beyond a double's integers. */
const BIGINT = 20;

/**
 * Opens a PostgreSQL database under Kysely; nothing outside this file knows the driver, which is loaded here and not before. Text is compared and
 * sorted by its bytes, as in SQLite, whatever the locale of the database.
 * @param url `postgres://user:password@host:port/database`; it is a secret
 * @param searchPath schema that unqualified names are looked for in
 */
export const openPostgres = async <Tables>(url: string, searchPath: string): Promise<Kysely<Tables>> => {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'holdpoint-console',
    types: { getTypeParser: (oid: number, format?: string) => (oid === BIGINT ? Number : pg.types.getTypeParser(oid, format as 'text')) },
  });
  // A connection that breaks while nobody uses it; the next query gets another one, or says why it cannot.
  pool.on('error', () => undefined);
  const clients = new WeakMap<PoolClient, PostgresPoolClient>();
  const usable = (client: PoolClient): PostgresPoolClient => {
    const known = clients.get(client) ?? prepared(client);
    clients.set(client, known);
    return known;
  };
  const dialect = new PostgresDialect({
    pool: { connect: async () => usable(await pool.connect()), end: () => pool.end(), options: pool.options } as PostgresPool,
    onCreateConnection: async connection => {
      // What is lost when the server crashes is read from the log again, together with the checkpoint.
      const settings = `set search_path to "${searchPath}"; set synchronous_commit to off`;
      await connection.executeQuery({
        sql: settings,
        parameters: [],
        query: { kind: 'RawNode' } as never,
        queryId: { queryId: 'settings' },
      });
    },
  });
  dialect.createQueryCompiler = () => new BytewiseCompiler();
  return new Kysely<Tables>({ dialect });
};

/** `text` in a schema means text in the order of its bytes. */
class BytewiseCompiler extends PostgresQueryCompiler {
  protected override visitDataType(node: DataTypeNode): void {
    super.visitDataType(node);
    if (node.dataType === 'text') this.append(' collate "C"');
  }
}

const prepared = (client: PoolClient): PostgresPoolClient => {
  const names = new Map<string, string>();
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text);
    if (known !== undefined || names.size >= PREPARED_MAX) return known;
    names.set(text, `h${names.size}`);
    return names.get(text);
  };
  const query = (text: string, parameters: readonly unknown[]) => {
    if (parameters.length === 0) return client.query(text);
    const name = nameOf(text);
    return client.query({ text, values: parameters.map(storable), ...(name === undefined ? {} : { name }) });
  };
  return { query, release: (destroy?: boolean) => client.release(destroy) } as unknown as PostgresPoolClient;
};

/** The one character PostgreSQL cannot store in text is shown by the sign that stands for it; an agent may have written it. */
const storable = (value: unknown): unknown =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\u2400') : value;
