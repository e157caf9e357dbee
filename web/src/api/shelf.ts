import { recall, remember } from "../page/memory";
import { open } from "./store";
import type { Shelf, Waiting } from "./outbox";

/** databaseShelf keeps the outbox in IndexedDB. */
export function databaseShelf(): Shelf {
  return {
    get: async (print) => (await open("outbox")).get<Waiting>(print),
    put: async (item) => (await open("outbox")).put(item.print, item),
    drop: async (print) => (await open("outbox")).drop(print),
    all: async () => (await open("outbox")).all<Waiting>(),
  };
}

/** simpleShelf keeps it in localStorage, for web views without IndexedDB. */
export function simpleShelf(): Shelf {
  const read = (): Record<string, Waiting> => {
    try {
      return JSON.parse(recall("outbox") ?? "{}") as Record<string, Waiting>;
    } catch {
      return {};
    }
  };
  const write = (all: Record<string, Waiting>): void => remember("outbox", JSON.stringify(all));
  return {
    get: async (print) => read()[print],
    put: async (item) => write({ ...read(), [item.print]: item }),
    drop: async (print) => {
      const { [print]: _gone, ...rest } = read();
      write(rest);
    },
    all: async () => Object.values(read()),
  };
}

/** eitherShelf asks the first shelf and falls back to the second for good once the first has failed. */
export function eitherShelf(first: Shelf, second: Shelf): Shelf {
  let shelf = first;
  const ask = async <T>(question: (shelf: Shelf) => Promise<T>): Promise<T> => {
    try {
      return await question(shelf);
    } catch (error) {
      if (shelf === second) throw error;
      shelf = second;
      return question(second);
    }
  };
  return {
    get: (print) => ask((shelf) => shelf.get(print)),
    put: (item) => ask((shelf) => shelf.put(item)),
    drop: (print) => ask((shelf) => shelf.drop(print)),
    all: () => ask((shelf) => shelf.all()),
  };
}
