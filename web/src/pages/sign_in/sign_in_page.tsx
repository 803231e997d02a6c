// The token that `goldenpath up` made is traded for a cookie. It may also come as #token=…, which never leaves the browser.

import { useEffect, useState } from "react";
import type { FormEvent } from "react";

import "./sign_in.css";
import { useSignIn } from "../../api/portal";
import { Button } from "../../components/basics";
import { Problem } from "../../components/states";

function takeTokenFromAddress(): string | null {
  const token = new URLSearchParams(window.location.hash.slice(1)).get("token");
  if (token !== null) {
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
  }
  return token;
}

export function SignInPage() {
  const [token, setToken] = useState("");
  const signIn = useSignIn();
  const { mutate } = signIn;
  useEffect(() => {
    document.title = "Sign in · GoldenPath";
    const given = takeTokenFromAddress();
    if (given) mutate(given);
  }, [mutate]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() !== "") mutate(token);
  };
  return (
    <main className="sign-in">
      <form className="sign-in-card" onSubmit={submit}>
        <svg width="44" height="44" viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="8" className="brand-tile" />
          <path d="M9 25c0-5 14-5 14-10.500S15 9.500 15 6" className="brand-path" />
          <circle cx="15" cy="6.400" r="2.600" className="brand-dot" />
        </svg>
        <h1>Sign in to GoldenPath</h1>
        <p className="muted">
          Paste this platform’s token. It is in the data folder, in the file <code>portal-token</code>, whose path{" "}
          <code>goldenpath up</code> printed.
        </p>
        <label className="sign-in-label" htmlFor="token">
          Token
        </label>
        <input
          id="token"
          className="field mono"
          type="password"
          autoFocus
          autoComplete="current-password"
          spellCheck={false}
          value={token}
          aria-invalid={signIn.isError || undefined}
          onChange={(event) => {
            setToken(event.target.value);
          }}
        />
        {signIn.error && <Problem error={signIn.error} />}
        <Button look="primary" type="submit" disabled={signIn.isPending || token.trim() === ""}>
          {signIn.isPending ? "Signing in…" : "Sign in"}
        </Button>
      </form>
    </main>
  );
}
