import { afterEach, describe, expect, test, vi } from "vitest";

import { ApiError, kUnreachable, request } from "./client";

const answers = (status: number, body: string, headers: Record<string, string> = {}) => {
  const fetched = vi.fn(() => Promise.resolve(new Response(status === 204 ? null : body, { status, headers })));
  vi.stubGlobal("fetch", fetched);
  return fetched;
};
const failure = async (): Promise<ApiError> => {
  try {
    await request("/x");
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error("should have failed");
};

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("requests", () => {
  test("send JSON with the session's cookie and read JSON", async () => {
    const fetched = answers(200, '{"a":1}');
    expect(await request("/x", { method: "POST", body: { b: 2 } })).toEqual({ a: 1 });
    expect(fetched).toHaveBeenCalledWith("/x", expect.objectContaining({
      method: "POST", body: '{"b":2}', credentials: "same-origin",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
    }));
  });

  test("an answer without content is nothing", async () => {
    answers(204, "");
    expect(await request("/x")).toBeUndefined();
  });
});

describe("failures", () => {
  test("of the catalog and the portal have Backstage's shape", async () => {
    answers(404, '{"error":{"name":"NotFoundError","message":"no entity","hint":"look elsewhere"},"response":{"statusCode":404}}');
    expect(await failure()).toMatchObject({ message: "no entity", status: 404, reason: "NotFoundError", hint: "look elsewhere" });
  });

  test("of the Kubernetes API are a Status, with the fields that are wrong", async () => {
    answers(422, '{"kind":"Status","reason":"Invalid","message":"is invalid","details":{"causes":[{"field":"spec.a","message":"Required value"}]}}');
    expect(await failure()).toMatchObject({ message: "is invalid", reason: "Invalid", causes: [{ field: "spec.a", message: "Required value" }] });
  });

  test.each(["", "<html>", "null", "7", '"text"', "[]"])("an answer of %j is named by its number", async (body) => {
    answers(502, body);
    expect((await failure()).message).toBe("the server answered 502");
  });

  test("a server that is gone is said to be gone, and what to do", async () => {
    vi.stubGlobal("fetch", vi.fn(() => Promise.reject(new TypeError("Failed to fetch"))));
    const error = await failure();
    expect(error).toMatchObject({ message: "the platform does not answer", status: kUnreachable });
    expect(error.hint).toContain("goldenpath up");
  });

  test("who cancels gets no failure of ours", async () => {
    vi.stubGlobal("fetch", vi.fn(() => Promise.reject(new DOMException("aborted", "AbortError"))));
    await expect(request("/x")).rejects.toMatchObject({ name: "AbortError" });
  });
});
