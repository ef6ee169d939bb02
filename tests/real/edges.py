"""One small resource for every way in which HL7's own definition puts something into a patient's compartment.

Made from CompartmentDefinition/patient and the search parameters of FHIR R4, so that neither our list of types nor our list
of parameters judges itself.
"""

import json
import os


def resources(definitions, patient):
    """`Type.parameter` to a resource that names the patient there and nowhere else."""
    compartment = read(definitions, "compartmentdefinition-patient.json")
    expressions = {
        (base, one["resource"]["code"]): one["resource"].get("expression", "")
        for one in read(definitions, "search-parameters.json")["entry"]
        for base in one["resource"]["base"]
    }
    repeats = repeating(definitions)
    made = {}
    for member in compartment["resource"]:
        for parameter in member.get("param", []):
            path = element(member["code"], expressions[member["code"], parameter])
            made[f"{member['code']}.{parameter}"] = resource(member["code"], parameter, path, repeats, patient)
    return made


def resource(kind, parameter, path, repeats, patient):
    value, steps = {"reference": f"Patient/{patient}"}, path.split(".")
    for depth in range(len(steps), 1, -1):
        value = [value] if ".".join(steps[:depth]) in repeats else value
        value = {steps[depth - 1]: value}
    return {"resourceType": kind, "id": f"{kind}-{parameter}".lower(), **value}


def element(kind, expression):
    """The first path of this type, without what narrows it: `Flag.subject.where(...)` is `Flag.subject`."""
    parts = [part.strip(" ()") for part in expression.split("|")]
    return next(part for part in parts if part.startswith(f"{kind}.")).split(".where(")[0]


def repeating(definitions):
    profiles = (one["resource"] for one in read(definitions, "profiles-resources.json")["entry"])
    shapes = (one for one in profiles if one["resourceType"] == "StructureDefinition")
    return {one["path"] for shape in shapes for one in shape["snapshot"]["element"] if one.get("max") == "*"}


def read(definitions, name):
    with open(os.path.join(definitions, name), encoding="utf-8") as file:
        return json.load(file)
