import { now } from "../api/servertime";
import type { List, Need } from "../api/types";
import { Icon } from "../page/Icon";
import { useLoad } from "../page/load";
import { Empty, Failed, Loading } from "../page/State";
import { number, when } from "../words/format";
import { told } from "../words/language";
import { words } from "./words";

/** Inbox is everything that needs a person, thing by thing, with the clock that runs for it. */
export function Inbox() {
  const needs = useLoad<List<Need>>("/v1/needs");
  return (
    <>
      <h1>{words.value.inbox}</h1>
      {needs.value ? <Things needs={needs.value.items} /> : needs.error ? <Failed error={needs.error} again={needs.again} /> : <Loading />}
    </>
  );
}

function Things({ needs }: { needs: Need[] }) {
  if (needs.length === 0) {
    return (
      <div class="card">
        <Empty icon="check" title={words.value.needsEmpty}>
          <p class="muted">{words.value.needsEmptyHint}</p>
        </Empty>
      </div>
    );
  }
  return (
    <>
      {needs.map((need) => (
        <section class="card" key={need.code}>
          <h2 class="wrap">{told(need)}</h2>
          <ul class="inbox">
            {need.items.map((one, index) => (
              <li key={index}>
                <a href={one.link}>{told(one)}</a>
                {one.by && (
                  <span class="chip held">
                    <Icon name="clock" />
                    {words.value.until(when(one.by, now()))}
                  </span>
                )}
                {one.mine && <span class="chip">{words.value.mine}</span>}
              </li>
            ))}
          </ul>
          {need.link && need.count > need.items.length && (
            <a class="button" href={need.link}>
              {need.items.length > 0 ? words.value.inboxAll(number(need.count)) : words.value.inboxGo}
            </a>
          )}
        </section>
      ))}
    </>
  );
}
