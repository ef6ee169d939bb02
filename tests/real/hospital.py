"""A hospital made of Helios FHIR behind oidc-provider and the gate, and what it has, asked of it directly."""

import json
import os

import edges
import pieces
from servers import Helios, Portal, age, free_port

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")
SHARED = ("hospitalInformation", "practitionerInformation")
PEOPLE = {"alesha": "Alesha_Grant", "josiah": "Josiah_Schaden", "rosalinda": "Rosalinda_Kuhn"}
NAME = "Real Hospital"


class Hospital:
    """Three people, and for Alesha one resource for each way into a patient's compartment."""

    def __init__(self, tools):
        self.tools, self.port = tools, free_port()
        self.portal = Portal(tools, tools.folder, f"http://127.0.0.1:{self.port}")
        self.helios = self.start()
        for name in SHARED:
            self.helios.load(os.path.join(DATA, f"{name}.json.gz"))
        self.ids = {person: self.load(name) for person, name in PEOPLE.items()}
        self.edges = {}
        for way, one in edges.resources(tools.definitions, self.ids["alesha"]).items():
            if one["resourceType"] != "AuditEvent":  # Helios writes those itself and takes none.
                self.helios.put(one)
                self.edges[pieces.name(one)] = way
        # The app asks for what changed since five minutes before its last visit; data at a hospital is older than that.
        self.helios.end()
        age(self.helios.database, days=30)
        self.helios = self.start()
        self.portal.tell("patients", **self.ids)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.helios.end()
        self.portal.end()

    def start(self):
        return Helios(self.tools, self.tools.folder, self.port, self.portal.base)

    def load(self, name):
        stored = self.helios.load(os.path.join(DATA, f"{name}.json.gz"))
        return next(one for one in stored if one.startswith("Patient/")).removeprefix("Patient/")

    def everything(self, person):
        """What Helios itself says is this patient's (`$everything`), as a bundle serves it."""
        found, address = {}, f"/Patient/{self.ids[person]}/$everything?_count=500"
        while address:
            page, following = pieces.of_bundle(self.helios.get(address))
            found.update(page)
            address = following and following.replace(self.portal.base, "", 1)
        return found

    def has(self, person):
        """All that the record could hold, each as a read by id gives it: `$everything`, the ways in, what they refer to."""
        read, open_ends = {}, sorted(self.everything(person)) + (sorted(self.edges) if person == "alesha" else [])
        while open_ends:
            name = open_ends.pop()
            if name not in read and (answer := self.helios.ask("GET", f"/{name}")).status == 200:
                read[name] = answer.body
                open_ends.extend(pieces.references(json.loads(answer.body)))
        return read

    def kind(self, name):
        """`Communication.sender` of a resource that names the patient just there, else its type."""
        return self.edges.get(name, name.split("/")[0])
