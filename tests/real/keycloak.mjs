// Keycloak as the portal's sign-in server. Its own addresses and its tokens are used; what SMART adds to an answer with
// tokens (whose they are) is added on the way through, because Keycloak does not know it. It changes nothing else.

const PLACES = { '/token': 'token', '/token/introspection': 'token/introspect', '/token/revocation': 'revoke' };

/** Answers what is asked of the token endpoint, introspection and revocation. */
export function behind(realm, secret, patients, events) {
  const at = (place) => `${realm}/protocol/openid-connect/${place}`;

  async function through(request) {
    const place = PLACES[request.url];
    if (!place || request.method !== 'POST') return { status: 404, body: '' };
    const said = Buffer.concat(await request.toArray());
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    if (request.headers.authorization) headers.authorization = request.headers.authorization;
    const answer = await fetch(at(place), { method: 'POST', headers, body: said });
    const type = answer.headers.get('content-type') ?? 'text/plain';
    const body = await answer.text();
    if (place !== 'token') return { status: answer.status, type, body };
    return { status: answer.status, type, body: await told(answer.ok, JSON.parse(body), new URLSearchParams(said.toString())) };
  }

  /** Notes what came of it, and adds the patient. */
  async function told(ok, tokens, asked) {
    const kind = asked.get('grant_type');
    if (!ok) {
      events.push({ event: 'refused', error: tokens.error, why: tokens.error_description });
      return JSON.stringify(tokens);
    }
    events.push({ event: kind, refresh: tokens.refresh_token, access: tokens.access_token });
    return JSON.stringify({ ...tokens, patient: patients[await userOf(tokens.access_token)] });
  }

  async function userOf(token) {
    const authorization = `Basic ${Buffer.from(`gate:${secret}`).toString('base64')}`;
    const body = new URLSearchParams({ token });
    return (await (await fetch(at('token/introspect'), { method: 'POST', headers: { authorization }, body })).json()).username;
  }

  return (request, response) => {
    through(request).catch((error) => ({ status: 502, body: String(error) })).then(({ status, type, body }) => {
      response.writeHead(status, { 'content-type': type ?? 'text/plain', 'cache-control': 'no-store', date: new Date().toUTCString() }).end(body);
    });
  };
}
