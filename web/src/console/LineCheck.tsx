import { useEffect, useState } from "preact/hooks";
import { Icon } from "../page/Icon";
import { words } from "./words";

/** sha256 is the hash of a line in hex, as the API writes it. */
async function sha256(line: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(line));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** LineCheck shows the stored line and hashes it here, so that the reader need not take the server's word for it. */
export function LineCheck({ line, leaf }: { line: string; leaf: string }) {
  const [own, setOwn] = useState("");
  useEffect(() => {
    let gone = false;
    void sha256(line).then((sum) => !gone && setOwn(sum));
    return () => {
      gone = true;
    };
  }, [line]);
  const same = own === leaf.toLowerCase();
  return (
    <section class="stack-small">
      <h2>{words.value.line}</h2>
      <pre class="line">
        <code>{line}</code>
      </pre>
      <p class="small muted">{words.value.lineIds}</p>
      <p class="small muted">{words.value.lineHint}</p>
      <p class="mono hash">{own || words.value.hashWait}</p>
      {own && (
        <p class={`verdict ${same ? "" : "bad"}`} role="status">
          <Icon name={same ? "check" : "alert"} />
          {same ? words.value.hashOK : words.value.hashBad}
        </p>
      )}
    </section>
  );
}
