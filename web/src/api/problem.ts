/** Problem is an answer that is no: RFC 9457 problem+json, with a sentence for a person and the machine's fields. */
export class Problem extends Error {
  override readonly name = "Problem";
  constructor(
    /** The stable code, such as balance_short. */
    readonly code: string,
    readonly status: number,
    /** What to say, in both languages. Empty when the answer did not come from the API. */
    readonly text: { zh: string; en: string },
    readonly requestId: string,
    readonly fields: Readonly<Record<string, unknown>>,
  ) {
    super(code);
  }
}

/** Unanswered is a request without an answer. What was asked may have happened; asking again with the same key is safe. */
export class Unanswered extends Error {
  override readonly name = "Unanswered";
  constructor(
    /** True when a write may have reached the server. */
    readonly kept: boolean,
    cause: unknown,
  ) {
    super("unanswered", { cause });
  }
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** problemOf reads a refusal. A body that is not ours (a proxy's page) becomes the code `http_<status>`. */
export async function problemOf(response: Response): Promise<Problem> {
  let body: Record<string, unknown> = {};
  try {
    const parsed: unknown = await response.json();
    if (parsed && typeof parsed === "object") body = parsed as Record<string, unknown>;
  } catch {
    // Not JSON: the status is all there is to say.
  }
  const fields = body["fields"];
  return new Problem(
    text(body["code"]) || `http_${response.status}`,
    response.status,
    { zh: text(body["zh"]), en: text(body["en"]) || text(body["detail"]) },
    response.headers.get("Request-Id") ?? text(body["request_id"]),
    fields && typeof fields === "object" ? (fields as Record<string, unknown>) : {},
  );
}

/** settled says whether an answer decides a write for good: asking again with the same key would change nothing. */
export function settled(status: number): boolean {
  return status < 500 && status !== 401 && status !== 408 && status !== 425 && status !== 429;
}
