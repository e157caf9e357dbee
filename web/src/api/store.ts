// One small IndexedDB database per site: `outbox` (see outbox.ts) and `keys` (see code/keys.ts). It is the browser's to
// clear at any time; neither use loses points by it.

const NAME = "moralbank";
const TABLES = ["outbox", "keys"] as const;
export type TableName = (typeof TABLES)[number];

/** Table is one store of the database: values under a string. */
export interface Table {
  get<T>(key: string): Promise<T | undefined>;
  put(key: string, value: unknown): Promise<void>;
  drop(key: string): Promise<void>;
  all<T>(): Promise<T[]>;
}

let database: Promise<IDBDatabase> | undefined;

function connect(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.addEventListener("upgradeneeded", () => {
      for (const name of TABLES) {
        if (!asked.result.objectStoreNames.contains(name)) asked.result.createObjectStore(name);
      }
    });
    asked.addEventListener("success", () => resolve(asked.result));
    asked.addEventListener("error", () => reject(asked.error ?? new Error("indexeddb")));
    asked.addEventListener("blocked", () => reject(new Error("indexeddb blocked")));
  });
}

/** open opens a table. It rejects where the browser has no IndexedDB; the next call tries again. */
export async function open(table: TableName): Promise<Table> {
  database ??= connect();
  let connection: IDBDatabase;
  try {
    connection = await database;
  } catch (error) {
    database = undefined;
    throw error;
  }
  const run = <T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest): Promise<T> =>
    new Promise((resolve, reject) => {
      const transaction = connection.transaction(table, mode);
      const asked = ask(transaction.objectStore(table));
      transaction.addEventListener("complete", () => resolve(asked.result as T));
      transaction.addEventListener("abort", () => reject(transaction.error ?? new Error("indexeddb abort")));
      transaction.addEventListener("error", () => reject(transaction.error ?? new Error("indexeddb error")));
    });
  return {
    get: <T>(key: string) => run<T | undefined>("readonly", (store) => store.get(key)),
    put: (key, value) => run<void>("readwrite", (store) => store.put(value, key)),
    drop: (key) => run<void>("readwrite", (store) => store.delete(key)),
    all: <T>() => run<T[]>("readonly", (store) => store.getAll()),
  };
}
