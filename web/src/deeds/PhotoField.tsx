import { useState } from "preact/hooks";
import { Field } from "../page/Field";
import { shrink } from "./photo";
import { words } from "./words";

/** PhotoField takes one photo, smaller than it was and without what the camera wrote beside it. */
export function PhotoField({ value, set }: { value: string; set: (address: string) => void }) {
  const [wrong, setWrong] = useState(false);
  const take = async (input: HTMLInputElement): Promise<void> => {
    const file = input.files?.[0];
    setWrong(false);
    try {
      set(file ? await shrink(file) : "");
    } catch {
      set("");
      setWrong(true);
    }
  };
  return (
    <div class="stack-small">
      <Field label={words.value.photo} hint={words.value.photoHint} wrong={wrong ? words.value.photoBad : undefined}>
        {(ids) => <input {...ids} type="file" accept="image/*" onChange={(event) => void take(event.currentTarget)} />}
      </Field>
      {value && (
        <>
          <img class="photo" src={value} alt={words.value.photoAlt} />
          <button type="button" class="button" onClick={() => set("")}>
            {words.value.photoDrop}
          </button>
        </>
      )}
    </div>
  );
}
