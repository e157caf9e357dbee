import { computed, signal } from "@preact/signals";

/** Place is where the reader is: the path, and the filters after the question mark. */
export interface Place {
  path: string;
  query: URLSearchParams;
}

const here = (): Place => ({ path: location.pathname, query: new URLSearchParams(location.search) });

/** The current place; it follows the address bar. */
export const place = signal<Place>(typeof location === "undefined" ? { path: "/", query: new URLSearchParams() } : here());
export const path = computed(() => place.value.path);

/** match compares a path with a pattern such as /c/:station/:otp and returns its parameters, or null. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const want = pattern.split("/").filter(Boolean);
  const have = path.split("/").filter(Boolean);
  if (want.length !== have.length) return null;
  const found: Record<string, string> = {};
  for (const [index, part] of want.entries()) {
    const value = have[index] ?? "";
    if (!part.startsWith(":")) {
      if (part !== value) return null;
      continue;
    }
    try {
      found[part.slice(1)] = decodeURIComponent(value);
    } catch {
      return null; // a broken escape names no page
    }
  }
  return found;
}

/** withQuery is a path with its filters; an empty filter is left out, so that one view has one address. */
export function withQuery(path: string, filters: Record<string, string | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) if (value) query.set(name, value);
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** idPath writes an id into a path: ids hold a slash (m/abc), which travels as ~. */
export function idPath(id: string): string {
  return encodeURIComponent(id.replaceAll("/", "~"));
}

/** pathId reads it back. */
export function pathId(part: string): string {
  return part.replaceAll("~", "/");
}

/** inside says whether a path belongs to this site, so that ?next= never leads a reader away. */
export function inside(path: string | null): path is string {
  return !!path && /^\/(?![/\\])/.test(path) && !/[\n\r\t\\]/.test(path);
}

/** go moves to another place of this door. With replace, the place now shown leaves the history. */
export function go(to: string, replace = false): void {
  history[replace ? "replaceState" : "pushState"](null, "", to);
  place.value = here();
  if (!replace) {
    window.scrollTo(0, 0);
    document.getElementById("main")?.focus({ preventScroll: true });
  }
}

/** filter changes filters in the address and keeps the others; the reader stays where she is on the page. */
export function filter(changes: Record<string, string | undefined>): void {
  const all = { ...Object.fromEntries(place.value.query), ...changes };
  go(withQuery(place.value.path, all), true);
}

/** route keeps links of this door inside the page. `mine` says which paths this door draws. */
export function route(mine: (path: string) => boolean): void {
  addEventListener("popstate", () => {
    place.value = here();
  });
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.hash && link.pathname === location.pathname) return;
    if (!mine(link.pathname)) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}
