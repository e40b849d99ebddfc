// A relying party on openid-client. It is told who it is on its command line, and speaks with `tests/interop` in lines of JSON:
// it says which address to open in the browser, and is told the address at which the browser came back.

import { createInterface } from "node:readline";
import * as client from "openid-client";

const who = JSON.parse(process.argv[2]);
const heard = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

function say(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

async function open(url) {
  say({ open: url.href });
  return new URL((await heard.next()).value);
}

function expect(condition, what) {
  if (!condition) throw new Error(`not as expected: ${what}`);
}

async function authentication() {
  switch (who.metadata.token_endpoint_auth_method) {
    case "client_secret_post":
      return client.ClientSecretPost(who.secret);
    case "private_key_jwt": {
      const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
      const key = await crypto.subtle.importKey("jwk", who.key, algorithm, false, ["sign"]);
      return client.PrivateKeyJwt({ key, kid: who.key.kid });
    }
    case "none":
      return client.None();
    default:
      return client.ClientSecretBasic(who.secret);
  }
}

const options = { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] };
const config = await client.discovery(new URL(who.issuer), who.client_id, who.metadata, await authentication(), options);

async function ask(more) {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
  };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: who.redirect_uri,
    scope: "openid profile email enfants ent offline_access",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: "S256",
    ...more,
  });
  return client.authorizationCodeGrant(config, await open(url), checks);
}

// Log in; then again without any page.
const first = await ask({});
const claims = first.claims();
const silent = await ask({ prompt: "none", id_token_hint: first.id_token });
expect(silent.claims().sub === claims.sub, "the same subject without a page");

// What the access token is good for; openid-client compares the subjects.
const userinfo = await client.fetchUserInfo(config, silent.access_token, claims.sub);

// Refresh, look at the token, revoke it.
const refreshed = await client.refreshTokenGrant(config, silent.refresh_token);
expect(refreshed.claims().sub === claims.sub, "the same subject after a refresh");
expect(refreshed.refresh_token !== silent.refresh_token, "another refresh token");
if (who.metadata.token_endpoint_auth_method !== "none") {
  expect((await client.tokenIntrospection(config, refreshed.access_token)).active, "a live token");
}
await client.tokenRevocation(config, refreshed.access_token);
const after = await client.fetchUserInfo(config, refreshed.access_token, claims.sub).then(
  () => "told",
  (error) => error.cause?.[0]?.parameters?.error ?? error.code,
);
expect(after === "invalid_token", `a revoked token is refused (${after})`);

// A code that was used, and a rotated refresh token.
const replayed = await client.refreshTokenGrant(config, silent.refresh_token).catch((error) => error.error);
expect(replayed === "invalid_grant", "a rotated refresh token is refused");

// Log out, here and there.
const state = client.randomState();
const back = await open(
  client.buildEndSessionUrl(config, {
    id_token_hint: first.id_token,
    post_logout_redirect_uri: who.post_logout_redirect_uri,
    state,
  }),
);
expect(back.href === `${who.post_logout_redirect_uri}?state=${state}`, "back from the logout with the state");
const gone = await ask({ prompt: "none" }).catch((error) => error.error);
expect(gone === "login_required", "nobody is signed in any more");

say({ done: { claims, userinfo } });
