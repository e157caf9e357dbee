import { useState } from "preact/hooks";
import { send, write } from "../api/client";
import { community, may } from "../api/session";
import { now } from "../api/servertime";
import type { DeviceItem, EnrolmentCode } from "../api/types";
import { useAct } from "../page/act";
import { copy } from "../page/copy";
import { Dialog } from "../page/Dialog";
import { Select } from "../page/Field";
import { usePages } from "../page/load";
import { PagedList } from "../page/PagedList";
import { Picture } from "../page/Picture";
import { idPath } from "../page/router";
import { Empty, Wrong } from "../page/State";
import { date, several, when } from "../words/format";
import { viaName } from "./called";
import { KEEPERS } from "./roles";
import { words } from "./words";

/** Devices enrols tills and ends devices that are lost or retired. */
export function Devices() {
  const pages = usePages<DeviceItem>("/v1/devices?limit=50");
  const [ending, setEnding] = useState<DeviceItem | null>(null);
  const act = useAct();
  const revoke = async (device: DeviceItem): Promise<void> => {
    if (!(await act.run(() => write(`/v1/devices/${idPath(device.id)}/revoke`)))) return;
    setEnding(null);
    pages.again();
  };
  return (
    <>
      <h1>{words.value.devices}</h1>
      {may(...KEEPERS) && <EnrolTill />}
      <PagedList
        pages={pages}
        empty={
          <div class="card">
            <Empty icon="screen" title={words.value.devicesEmpty} />
          </div>
        }
      >
        {(devices) => (
          <ul class="rows boxed">
            {devices.map((one) => (
              <li key={one.id}>
                <strong>{one.name || viaName(one.id)}</strong>
                <span class="muted">{several(one.people)}</span>
                <span class="muted nowrap">{date(one.added_at, now())}</span>
                {one.revoked_at ? (
                  <span class="chip held">{words.value.cardStates.revoked}</span>
                ) : (
                  may(...KEEPERS) && (
                    <button type="button" class="button" onClick={() => setEnding(one)}>
                      {words.value.revoke}
                    </button>
                  )
                )}
              </li>
            ))}
          </ul>
        )}
      </PagedList>
      {ending && (
        <Dialog title={words.value.revokeDeviceAsk(ending.name || viaName(ending.id))} close={() => setEnding(null)}>
          <Wrong error={act.error} />
          <button type="button" class="button bad" disabled={act.busy} onClick={() => void revoke(ending)}>
            {words.value.revoke}
          </button>
        </Dialog>
      )}
    </>
  );
}

function EnrolTill() {
  const canteens = community.value?.canteens ?? [];
  const [canteen, setCanteen] = useState("");
  const [code, setCode] = useState<EnrolmentCode | null>(null);
  const [copied, setCopied] = useState(false);
  const act = useAct();
  const chosen = canteen || (canteens[0]?.id ?? "");
  const make = (event: Event): void => {
    event.preventDefault();
    setCopied(false);
    void act.run(async () => setCode(await send<EnrolmentCode>("/v1/devices/enrolment", { kind: "till", canteen: chosen })));
  };
  return (
    <section class="card">
      <h2>{words.value.enrolTill}</h2>
      {code ? (
        <div class="enrolment">
          <Picture svg={code.svg} alt={words.value.enrolTill} />
          <p>{words.value.enrolTillHint}</p>
          <p class="mono">{code.url}</p>
          <p class="muted">{words.value.enrolmentUntil(when(code.expires_at, now()))}</p>
          <button type="button" class="button" onClick={() => void act.run(async () => setCopied(await copy(code.url)))}>
            {copied ? words.value.copied : words.value.copy}
          </button>
        </div>
      ) : (
        <form class="filters" onSubmit={make}>
          <Select label={words.value.canteen} value={chosen} set={setCanteen} options={canteens.map((one) => ({ value: one.id, text: one.name_zh }))} />
          <button type="submit" class="button main" disabled={act.busy || chosen === ""}>
            {words.value.makeLink}
          </button>
        </form>
      )}
      <Wrong error={act.error} />
    </section>
  );
}
