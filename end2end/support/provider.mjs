// A real provider of OpenID Connect (npm's oidc-provider, which is certified) in Google's place. Its page asks for an
// address and believes it: whoever types ada@example.org is she.
//
//   node provider.mjs PORT CALLBACK      (the client is "vitae" with the secret "secret")
import { createHash, generateKeyPairSync } from 'node:crypto';
import Provider, { interactionPolicy } from 'oidc-provider';

const [port, callback] = [Number(process.argv[2]), process.argv[3]];
// Not the address of the site: a browser takes the two for different sites, as it does with Google.
const issuer = `http://localhost:${port}`;
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const policy = interactionPolicy.base();
policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);

// Whoever they say they are; the number stays the same for an address.
const person = (email) => ({
  sub: BigInt(`0x${createHash('sha256').update(email.toLowerCase()).digest('hex').slice(0, 16)}`).toString(),
  email,
  email_verified: !email.startsWith('unconfirmed'),
});
const people = new Map();

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'vitae',
      client_secret: 'secret',
      redirect_uris: [callback],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256', kid: String(Date.now()) }] },
  scopes: ['openid', 'email'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: false, // Google puts them into the ID token too.
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  cookies: { keys: ['of this run'] },
  ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  interactions: { policy, url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, sub) => people.has(sub) && { accountId: sub, claims: () => people.get(sub) },
  // Nobody is asked whether Vitae may know their address.
  async loadExistingGrant({ oidc }) {
    const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope('openid email');
    await grant.save();
    return grant;
  },
});

const page = `<!doctype html>
<html lang="en">
  <title>Not Google</title>
  <link rel="icon" href="data:,">
  <h1>Choose an account</h1>
  <form>
    <label>Address <input name="email" type="email" required autofocus></label>
    <button>Go on</button>
  </form>
  <p><a href="?cancel">Cancel</a></p>
</html>`;

provider.use(async (ctx, next) => {
  const url = new URL(ctx.url, issuer);
  if (!url.pathname.startsWith('/interaction/')) return next();
  const email = url.searchParams.get('email');
  if (url.searchParams.has('cancel')) {
    return provider.interactionFinished(ctx.req, ctx.res, { error: 'access_denied' });
  }
  if (!email) {
    ctx.type = 'html';
    ctx.body = page;
    return;
  }
  const who = person(email);
  people.set(who.sub, who);
  return provider.interactionFinished(ctx.req, ctx.res, {
    login: { accountId: who.sub, remember: false },
    select_account: {},
  });
});

provider.listen(port, '127.0.0.1', () => console.log(`${issuer} is ready`));
