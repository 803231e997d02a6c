// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, test } from "vitest";

import { kSessionKey } from "../../api/portal";
import { Refusal, leave, serve, show } from "../../testing";
import { SignInPage } from "./sign_in_page";

afterEach(leave);
const button = () => screen.getByRole<HTMLButtonElement>("button", { name: "Sign in" });

describe("signing in", () => {
  test("a right token lets in, without the spaces that were pasted with it", async () => {
    const log = serve({ "/api/portal/session": null });
    const { cache } = show(<SignInPage />);
    expect(button().disabled).toBe(true);

    fireEvent.change(screen.getByLabelText("Token"), { target: { value: "  s3cret\n" } });
    fireEvent.click(button());

    await waitFor(() => {
      expect(cache.getQueryData(kSessionKey)).toEqual({ signedIn: true, user: "admin" });
    });
    expect(log).toEqual([{ method: "POST", path: "/api/portal/session", body: { token: "s3cret" } }]);
  });

  test("a wrong one is refused in the server's words, and can be corrected", async () => {
    serve({ "/api/portal/session": new Refusal(401, { error: { name: "AuthenticationError", message: "that is not this platform's token" } }) });
    show(<SignInPage />);
    fireEvent.change(screen.getByLabelText("Token"), { target: { value: "guess" } });
    fireEvent.submit(button());

    expect((await screen.findByRole("alert")).textContent).toContain("that is not this platform's token");
    expect(screen.getByLabelText("Token").getAttribute("aria-invalid")).toBe("true");
    expect(button().disabled).toBe(false);
  });

  test("a token in the address is used, and gone from it at once", async () => {
    const log = serve({ "/api/portal/session": null });
    show(<SignInPage />, "/catalog?kind=api#token=abc");
    await waitFor(() => {
      expect(log[0]?.body).toEqual({ token: "abc" });
    });
    expect(window.location.href).not.toContain("token");
    expect(window.location.search).toBe("?kind=api");
  });
});
