import { useState } from "preact/hooks";
import type { DeedEvidence } from "../api/types";
import { useLoad } from "../page/load";
import { Failed, Loading } from "../page/State";
import { words } from "./words";

/** Evidence shows what was told of a deed, once somebody asks for it: who looked is noted. */
export function Evidence({ seq }: { seq: number }) {
  const [open, setOpen] = useState(false);
  const told = useLoad<DeedEvidence>(open ? `/v1/deeds/${seq}/evidence` : null);
  if (!open) {
    return (
      <button type="button" class="button" onClick={() => setOpen(true)}>
        {words.value.show}
      </button>
    );
  }
  if (told.error) return <Failed error={told.error} again={told.again} />;
  if (!told.value) return <Loading />;
  return (
    <div class="stack-small">
      <p class="told">{told.value.words || words.value.gone}</p>
      {told.value.photo && <img class="photo" src={`data:image/jpeg;base64,${told.value.photo}`} alt={words.value.photoAlt} />}
    </div>
  );
}
