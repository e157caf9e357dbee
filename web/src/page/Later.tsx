import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Unanswered } from "../api/problem";
import { worded } from "../words/language";
import { Failed, Loading } from "./State";

/** later makes a page that is fetched when it is first shown, so that the first page stays small; its words come with it. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let ready: ComponentType<P> | undefined;
  const fetched = async (): Promise<ComponentType<P>> => {
    const page = await load();
    await worded();
    return page;
  };
  return function Later(props: P) {
    const [, setTurn] = useState(0);
    const [error, setError] = useState<unknown>(null);
    const fetchPage = (): void => {
      setError(null);
      fetched().then(
        (page) => {
          ready = page;
          setTurn((n) => n + 1);
        },
        (cause: unknown) => setError(new Unanswered(false, cause)),
      );
    };
    useEffect(() => {
      if (!ready) fetchPage();
    }, []);
    if (ready) {
      const Page = ready;
      return <Page {...props} />;
    }
    return error ? <Failed error={error} again={fetchPage} /> : <Loading />;
  };
}
