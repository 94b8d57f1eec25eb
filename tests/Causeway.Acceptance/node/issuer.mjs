// Issuers that the tests sign in by: a certified OpenID provider (npm oidc-provider) for people, and a small one beside it for workloads, which signs whatever it is asked to.
// Prints its two addresses as one line of JSON and serves until it is ended.
import { createServer } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import Provider from "oidc-provider";

const input = JSON.parse(process.env.CAUSEWAY_INPUT);

/** Listens on a port of the system's choice; the handler comes once the address is known. */
async function listen() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return [server, `http://127.0.0.1:${server.address().port}`];
}

const [people, address] = await listen();
const groups = { mira: ["search-devs"], sam: ["strangers"], paula: ["platform"] };
const provider = new Provider(address, {
  clients: [
    {
      client_id: "causeway",
      client_secret: input.secret,
      client_name: "Causeway",
      grant_types: ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"],
      response_types: ["code"],
      redirect_uris: input.redirects,
    },
  ],
  features: { deviceFlow: { enabled: true }, devInteractions: { enabled: true } },
  scopes: ["openid", "profile", "email", "groups"],
  claims: { openid: ["sub"], email: ["email", "email_verified"], groups: ["groups"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@company.example`, email_verified: true, groups: groups[id] ?? [] }),
  }),
  cookies: { keys: ["only for tests"] },
  pkce: { required: () => true },
  ttl: { AccessToken: 600, AuthorizationCode: 60, DeviceCode: 600, IdToken: 600, Interaction: 600, Session: 600, Grant: 600 },
});
people.on("request", provider.callback());

const [workloads, cluster] = await listen();
const { publicKey, privateKey } = await generateKeyPair("ES256");
const stranger = await generateKeyPair("ES256");
const key = { ...(await exportJWK(publicKey)), kid: "cluster-1", alg: "ES256", use: "sig" };
workloads.on("request", async (request, response) => {
  const say = (body, type = "application/json") => response.writeHead(200, { "content-type": type }).end(body);
  if (request.url === "/.well-known/openid-configuration") {
    say(JSON.stringify({ issuer: cluster, jwks_uri: `${cluster}/keys`, response_types_supported: ["id_token"], id_token_signing_alg_values_supported: ["ES256"] }));
  } else if (request.url === "/keys") {
    say(JSON.stringify({ keys: [key] }));
  } else if (request.method === "POST" && request.url === "/sign") {
    const chunks = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const { claims, forged } = JSON.parse(Buffer.concat(chunks).toString());
    const now = Math.floor(Date.now() / 1000);
    const whole = { iss: cluster, aud: "causeway", iat: now, exp: now + 600, ...claims };
    if (forged === "none") {
      const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
      say(`${part({ alg: "none", kid: "cluster-1" })}.${part(whole)}.`, "text/plain");
    } else {
      say(await new SignJWT(whole).setProtectedHeader({ alg: "ES256", kid: "cluster-1" }).sign(forged === "key" ? stranger.privateKey : privateKey), "text/plain");
    }
  } else {
    response.writeHead(404).end();
  }
});

console.log(JSON.stringify({ people: address, workloads: cluster }));
