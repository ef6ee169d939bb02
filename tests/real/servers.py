"""The servers that nobody here wrote, as processes of their own: Helios FHIR, and oidc-provider with our gate in front."""

import atexit
import gzip
import json
import os
import secrets
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
FHIR = "application/fhir+json"


class Helios:
    """A FHIR server with a database of its own."""

    def __init__(self, tools, folder, port, base, **settings):
        self.root = f"http://127.0.0.1:{port}"
        self.database = os.path.join(folder, "fhir.db")
        given = {
            "HFS_BASE_URL": base,
            "HFS_DATA_DIR": tools.data,
            "HFS_UI_ENABLED": "false",
            "HFS_LOG_LEVEL": "warn",
            **settings,
        }
        words = [tools.hfs, "--host", "127.0.0.1", "--port", str(port), "--database-url", self.database]
        self.log = open(os.path.join(folder, "helios.log"), "ab")
        self.process = subprocess.Popen(
            words, cwd=folder, env={**os.environ, **given}, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log
        )
        atexit.register(self.process.kill)
        wait_for(lambda: self.ask("GET", "/metadata").status == 200, self.process, "Helios")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        end(self.process)
        self.log.close()

    def ask(self, method, path, body=None, token=None):
        headers = {"Accept": FHIR}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            headers["Content-Type"] = FHIR
        address = path if path.startswith("http") else self.root + path
        return ask(method, address, headers, None if body is None else json.dumps(body).encode())

    def get(self, path):
        answer = self.ask("GET", path)
        if answer.status != 200:
            sys.exit(f"GET {path}: {answer.status} {answer.body[:300]!r}")
        return answer.body

    def put(self, resource):
        name = f"/{resource['resourceType']}/{resource['id']}"
        answer = self.ask("PUT", name, resource)
        if answer.status not in (200, 201):
            sys.exit(f"PUT {name}: {answer.status} {answer.body[:300]!r}")

    def load(self, path):
        """Loads a bundle and tells as what each of its entries was stored."""
        with gzip.open(path) as file:
            answer = self.ask("POST", "/", json.load(file))
        if answer.status != 200:
            sys.exit(f"{path} was not loaded: {answer.status} {answer.body[:500]!r}")
        places = [entry["response"]["location"] for entry in json.loads(answer.body)["entry"]]
        return ["/".join(place.split("/_history")[0].split("/")[-2:]) for place in places]


class Portal:
    """The sign-in server, and the gate."""

    def __init__(self, tools, folder, helios, gate=True, keycloak=None):
        options = {"helios": helios, "gate": gate}
        if keycloak:
            options["keycloak"] = {"realm": keycloak.realm, "secret": keycloak.secret}
        self.log = open(os.path.join(folder, "portal.log"), "ab")
        self.process = subprocess.Popen(
            ["node", os.path.join(tools.node, "portal.mjs"), json.dumps(options)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, text=True,
        )
        atexit.register(self.process.kill)
        said = self.process.stdout.readline()
        if not said:
            sys.exit("the portal did not start: see portal.log")
        addresses = json.loads(said)
        self.base, self.issuer = addresses["base"], addresses["issuer"]
        self.control, self.secret = addresses["control"], addresses["secret"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        end(self.process)
        self.process.stdout.close()
        self.log.close()

    def tell(self, door, **said):
        return json.loads(ask("POST", f"{self.control}/{door}", {}, json.dumps(said).encode()).body)

    def events(self):
        """What happened at the sign-in server since the last call."""
        return self.tell("events")

    def asked(self):
        """What the gate was asked for since the last call, and how it answered."""
        return self.tell("asked")

    def form(self, path, **fields):
        """What anyone may send to the sign-in server."""
        body = urllib.parse.urlencode(fields).encode()
        return ask("POST", self.issuer + path, {"Content-Type": "application/x-www-form-urlencoded"}, body)


class Keycloak:
    """Another sign-in server: one realm, in memory, with the people of the hospital. Their password is `any`."""

    def __init__(self, tools, folder, people):
        home, port, self.secret = os.path.join(folder, "keycloak"), free_port(), secrets.token_hex(16)
        shutil.copytree(tools.keycloak, home, symlinks=True)
        os.makedirs(os.path.join(home, "data", "import"))
        with open(os.path.join(home, "data", "import", "hospital.json"), "w", encoding="utf-8") as file:
            json.dump(realm(people, self.secret), file)
        address = f"http://127.0.0.1:{port}"
        self.realm = f"{address}/realms/hospital"
        self.log = open(os.path.join(folder, "keycloak.log"), "ab")
        words = [os.path.join(home, "bin", "kc.sh"), "start", "--optimized", "--import-realm", "--http-enabled=true"]
        words += ["--http-host=127.0.0.1", f"--http-port={port}", f"--hostname={address}", "--cache=local"]
        self.process = subprocess.Popen(
            words, env={**os.environ, "JAVA_OPTS_KC_HEAP": "-Xms256m -Xmx768m"}, stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log,
        )
        atexit.register(self.process.kill)
        known = lambda: ask("GET", f"{self.realm}/.well-known/openid-configuration", {}, None).status == 200
        wait_for(known, self.process, "Keycloak", seconds=300)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        end(self.process)
        self.log.close()


def realm(people, secret):
    """Access tokens that last a minute, refresh tokens that are good once, scopes as SMART names them."""
    shown = {"include.in.token.scope": "true", "display.on.consent.screen": "true"}
    scope = lambda name: {"name": name, "protocol": "openid-connect", "attributes": shown}
    scopes = ["launch/patient", "patient/*.rs", "fhirUser", "offline_access"]
    subject = {"name": "sub", "protocol": "openid-connect", "protocolMapper": "oidc-sub-mapper",
               "config": {"access.token.claim": "true", "introspection.token.claim": "true"}}
    # Keycloak tells of a token by introspection only to whom it is meant for.
    audience = {"name": "gate", "protocol": "openid-connect", "protocolMapper": "oidc-audience-mapper",
                "config": {"included.client.audience": "gate", "access.token.claim": "true", "introspection.token.claim": "true"}}
    basic = {"name": "basic", "protocol": "openid-connect", "attributes": {"include.in.token.scope": "false"},
             "protocolMappers": [subject, audience]}
    user = lambda name: {
        "username": name, "enabled": True, "firstName": name, "lastName": name, "email": f"{name}@example.org",
        "emailVerified": True, "credentials": [{"type": "password", "value": "any", "temporary": False}],
        "realmRoles": ["offline_access"],
    }
    app = {
        "clientId": "wellkept", "name": "Wellkept", "publicClient": True, "standardFlowEnabled": True,
        "directAccessGrantsEnabled": False, "consentRequired": True, "fullScopeAllowed": True,
        "redirectUris": ["http://127.0.0.1/callback"], "attributes": {"pkce.code.challenge.method": "S256"},
        "defaultClientScopes": ["basic"], "optionalClientScopes": scopes,
    }
    gate = {"clientId": "gate", "secret": secret, "publicClient": False, "standardFlowEnabled": False,
            "serviceAccountsEnabled": True, "defaultClientScopes": ["basic"]}
    return {
        "realm": "hospital", "enabled": True, "sslRequired": "none", "accessTokenLifespan": 60,
        "revokeRefreshToken": True, "refreshTokenMaxReuse": 0, "users": [user(name) for name in people],
        "clients": [app, gate], "clientScopes": [basic, *map(scope, scopes)],
    }


class Answer:
    def __init__(self, status, body):
        self.status, self.body = status, body

    def json(self):
        return json.loads(self.body)


def ask(method, address, headers, body):
    request = urllib.request.Request(address, data=body, headers=headers, method=method)
    try:
        with OPENER.open(request, timeout=120) as answer:
            return Answer(answer.status, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read())
    except (urllib.error.URLError, ConnectionError):
        return Answer(0, b"")


def age(database, days):
    """Makes everything in a stopped server's database older, as data at a hospital is."""
    with sqlite3.connect(database) as db:
        db.execute(
            "UPDATE resources SET last_updated = strftime('%Y-%m-%dT%H:%M:%f+00:00', last_updated, ?)", (f"-{days} days",)
        )
    db.close()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(ready, process, name, seconds=90):
    until = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > until:
            end(process)
            sys.exit(f"{name} did not start")
        time.sleep(0.2)


def end(process):
    """Ends it, once."""
    atexit.unregister(process.kill)
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
