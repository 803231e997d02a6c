// How the portal talks to its server: JSON over the same origin, with the session's cookie. Failures become
// ApiError with the server's own message and hint, whichever of its APIs they come from.

export class ApiError extends Error {
  override name = "ApiError";
  constructor(
    message: string,
    readonly status: number,
    readonly hint = "",
    readonly reason = "",
    // Problems with single fields, as the Kubernetes API lists them.
    readonly causes: { field: string; message: string }[] = [],
  ) {
    super(message);
  }
}

export const kUnreachable = 0;

export interface RequestOptions {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  accept?: string;
  body?: unknown;
  text?: string; // a body that is sent as it is, with `contentType`
  contentType?: string;
  signal?: AbortSignal;
}

export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(path, options);
  if (!response.ok) throw await toError(response);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

async function send(path: string, options: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = { Accept: options.accept ?? "application/json" };
  const body = options.text ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  if (body !== undefined) headers["Content-Type"] = options.contentType ?? "application/json";
  try {
    return await fetch(path, {
      method: options.method ?? "GET",
      headers,
      body,
      signal: options.signal,
      credentials: "same-origin",
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(
      "the platform does not answer",
      kUnreachable,
      "it may have been stopped: start it again with `goldenpath up`; this page continues by itself",
    );
  }
}

interface ErrorBody {
  message?: unknown; // Kubernetes: a Status
  reason?: unknown;
  hint?: unknown;
  details?: { causes?: { field?: string; message?: string }[] };
  error?: { message?: unknown; name?: unknown; hint?: unknown }; // Backstage
}

async function toError(response: Response): Promise<ApiError> {
  const body = await readBody(response);
  const message = text(body.error?.message) || text(body.message) || `the server answered ${response.status}`;
  const causes = (body.details?.causes ?? []).map((cause) => ({
    field: cause.field ?? "",
    message: cause.message ?? "",
  }));
  return new ApiError(
    message,
    response.status,
    text(body.error?.hint) || text(body.hint),
    text(body.error?.name) || text(body.reason),
    causes,
  );
}

async function readBody(response: Response): Promise<ErrorBody> {
  try {
    const body: unknown = await response.json();
    return typeof body === "object" && body !== null ? body : {};
  } catch {
    return {};
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
