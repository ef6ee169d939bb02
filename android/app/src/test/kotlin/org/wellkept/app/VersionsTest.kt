package org.wellkept.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import java.io.File

/** Gradle's versions are those that were compiled and tested here. */
class VersionsTest {
    private val catalogue = File(moduleFolder, "../gradle/libs.versions.toml").readText()
    private val versions = Regex("""^([\w-]+) = "([^"]+)"$""", RegexOption.MULTILINE).pairs().toMap()

    @Test
    fun the_version_catalogue_names_what_was_tested() {
        val named = Regex("""module = "([^"]+)", version.ref = "([^"]+)"""").pairs().map { it.first to versions.getValue(it.second) }
        assertTrue(named.size > 10)
        for ((module, version) in named) assertEquals(module, listOf(version), tested().filterKeys { it == module }.values.toList())
        assertEquals(
            versions["kotlin"],
            Regex("<kotlin.version>([^<]+)<").find(File(moduleFolder, "pom.xml").readText())?.groupValues?.get(1),
        )
    }

    @Test
    fun the_app_is_for_the_androids_that_its_manifest_was_read_for() {
        val gradle = File(moduleFolder, "build.gradle.kts").readText()
        val script = File(moduleFolder, "test").readText()
        for ((inGradle, inScript) in listOf("minSdk = 30" to "--min-sdk-version 30", "targetSdk = 36" to "--target-sdk-version 36")) {
            assertTrue(inGradle in gradle && inScript in script)
        }
    }

    @Test
    fun what_is_found_by_its_name_keeps_it() {
        val rules = File(moduleFolder, "proguard-rules.pro").readLines().filter { it.startsWith("-keep") }
        val bound = File(moduleFolder, "../bindings/src/generated/kotlin").walk().filter { it.extension == "kt" }.toList()
        assertTrue(bound.isNotEmpty())
        for (file in bound) {
            val its = file.readLines().first { it.startsWith("package ") }.removePrefix("package ")
            assertTrue(its, "-keep class $its.** { *; }" in rules)
        }
        assertTrue("-keep class com.sun.jna.** { *; }" in rules)
    }

    /** By module, as Gradle names it: without the ending that says for which platform. */
    private fun tested(): Map<String, String> {
        val lists = File(moduleFolder, "androidx.txt").readLines().filterNot { it.startsWith("#") }.map { it.substringAfter(' ') }
        val artifact = Regex("<groupId>([^<]+)</groupId><artifactId>([^<]+)</artifactId><version>([^<]+)</version>")
        val maven = artifact.findAll(File(moduleFolder, "pom.xml").readText()).map { it.groupValues.drop(1).joinToString(":") }
        return (lists + maven).associate { it.substringBeforeLast(':').removePlatform() to it.substringAfterLast(':') }
    }

    private fun String.removePlatform() =
        if (this == "org.jetbrains.kotlinx:kotlinx-coroutines-android") this else removeSuffix("-android").removeSuffix("-jvm")

    private fun Regex.pairs() = findAll(catalogue).map { it.groupValues[1] to it.groupValues[2] }.toList()
}
