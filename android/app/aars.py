#!/usr/bin/env python3
"""Makes of the Android libraries of androidx.txt what Maven and aapt2 can use.

Usage: aars.py pom LIST [google]     a pom.xml that fetches them, on the standard output
       aars.py unpack LIST FETCHED INTO

`unpack` writes androidx.jar and androidx-test.jar (every library's classes), android.jar (what the app is compiled against),
resources.apk (Android's own resources, as aapt2 links against them), res/*.zip (the libraries' resources, compiled),
packages (whose R class is needed) and robolectric/ (Android as it runs in the tests).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

GOOGLE = """  <repositories><repository><id>google</id><url>https://maven.google.com</url></repository></repositories>
"""


def main():
    match sys.argv[1:]:
        case ["pom", listed, *google]:
            print(pom(libraries(listed), bool(google)))
        case ["unpack", listed, fetched, into]:
            unpack(libraries(listed), fetched, into)
        case _:
            sys.exit(__doc__)


def libraries(listed):
    """Each line's use, group, artifact and version."""
    with open(listed, encoding="utf-8") as file:
        lines = [line.split() for line in file if line.strip() and not line.startswith("#")]
    return [(use, *coordinates.split(":")) for use, coordinates in lines]


def pom(wanted, google):
    """Two versions of one artifact are two modules' worth for Maven, so Android comes as items of the copy goal."""
    items = "\n".join(
        f"    <artifactItem><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>"
        f"<type>{kind(use)}</type><destFileName>{file_name(use, group, artifact, version)}</destFileName></artifactItem>"
        for use, group, artifact, version in wanted
    )
    return f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.wellkept</groupId><artifactId>androidx</artifactId><version>1</version><packaging>pom</packaging>
{GOOGLE if google else ""}  <build><plugins><plugin>
    <groupId>org.apache.maven.plugins</groupId><artifactId>maven-dependency-plugin</artifactId><version>3.8.1</version>
    <configuration><artifactItems>
{items}
    </artifactItems></configuration>
  </plugin></plugins></build>
</project>"""


def kind(use):
    return "jar" if use == "android" else "aar"


def file_name(use, group, artifact, version):
    return f"{group}.{artifact}-{version}.{kind(use)}"


def unpack(wanted, fetched, into):
    os.makedirs(os.path.join(into, "robolectric"))
    os.makedirs(os.path.join(into, "res"))
    packages = set()
    for use in ("app", "test"):
        of_this = [os.path.join(fetched, file_name(*one)) for one in wanted if one[0] == use]
        jar = os.path.join(into, "androidx.jar" if use == "app" else "androidx-test.jar")
        join_classes(of_this, jar)
        for number, aar in enumerate(of_this):
            package = compile_resources(aar, os.path.join(into, "res", f"{use}-{number:02}.zip"))
            packages.update([package] if package else [])
    with open(os.path.join(into, "packages"), "w", encoding="utf-8") as file:
        file.write("\n".join(sorted(packages)) + "\n")
    for use, group, artifact, version in wanted:
        if use == "android":
            place_android(os.path.join(fetched, file_name(use, group, artifact, version)), artifact, version, into)


def join_classes(aars, jar):
    """The classes.jar of each, and what lies in libs/, as one jar; services of the same name are joined."""
    services, seen = {}, set()
    with zipfile.ZipFile(jar, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for aar in aars:
            for inner in jars_of(aar):
                for name in inner.namelist():
                    if name.startswith("META-INF/services/"):
                        services.setdefault(name, []).append(inner.read(name).decode())
                    elif not name.endswith("/") and name != "META-INF/MANIFEST.MF" and name not in seen:
                        seen.add(name)
                        out.writestr(name, inner.read(name))
        for name, texts in services.items():
            out.writestr(name, "\n".join(texts))


def jars_of(aar):
    with zipfile.ZipFile(aar) as archive:
        for name in archive.namelist():
            if name == "classes.jar" or (name.startswith("libs/") and name.endswith(".jar")):
                with archive.open(name) as file, zipfile.ZipFile(file) as inner:
                    yield inner


def compile_resources(aar, flat):
    """Compiles the library's resources. The package whose R class its code uses; None where it has no resources at all."""
    with zipfile.ZipFile(aar) as archive, tempfile.TemporaryDirectory() as folder:
        names = archive.namelist()
        resources = [name for name in names if name.startswith("res/") and not name.endswith("/")]
        if "R.txt" not in names or not archive.read("R.txt").strip():
            return None
        if resources:
            archive.extractall(folder, resources)
            subprocess.run(["aapt2", "compile", "--dir", os.path.join(folder, "res"), "-o", flat], check=True)
        manifest = archive.read("AndroidManifest.xml").decode()
    found = re.search(r'package="([^"]+)"', manifest)
    return found.group(1) if found else None


def place_android(jar, artifact, version, into):
    if artifact == "android-all-instrumented":
        shutil.copy(jar, os.path.join(into, "robolectric", f"{artifact}-{version}.jar"))
    elif version.startswith("13-"):
        # What aapt2 of Debian reads: no newer table, and not compressed.
        with zipfile.ZipFile(jar) as full, zipfile.ZipFile(os.path.join(into, "resources.apk"), "w") as out:
            for name in ("resources.arsc", "AndroidManifest.xml"):
                out.writestr(name, full.read(name))
    else:
        shutil.copy(jar, os.path.join(into, "android.jar"))


if __name__ == "__main__":
    main()
