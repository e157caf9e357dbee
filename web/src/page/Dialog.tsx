import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { words } from "../words/words";

/** Dialog asks one question over the page. Escape and the close button leave it; focus returns where it was. */
export function Dialog({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    const dialog = box.current;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={box}
      aria-labelledby={id}
      onCancel={(event: Event) => {
        event.preventDefault();
        close();
      }}
    >
      <div class="stack">
        <div class="title">
          <h2 id={id}>{title}</h2>
          <button type="button" class="button plain" onClick={close}>
            {words.value.close}
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
