package org.wellkept.app.sync

import java.io.File
import java.net.CookieManager
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers

/** A portal in a process of its own, and the browser in which alice signs in there. */
class Clinic : AutoCloseable {
    private val process =
        ProcessBuilder(File(System.getProperty("wellkept.programs"), "sandbox").path, "serve", "--messages", "create")
            .redirectErrorStream(true)
            .start()
    private val said = process.inputReader()
    private val browser = HttpClient.newBuilder().cookieHandler(CookieManager()).build()

    val base: String = said.readLine().removePrefix("FHIR base: ")
    private val origin = base.substringBefore("/fhir")
    private val alice = said.readLine().split(' ').let { mapOf("username" to it[1], "user" to it[1], "password" to it[3]) }

    init {
        Thread { said.forEachLine {} }.apply { isDaemon = true }.start()
    }

    /** Switches exactly these misbehaviours on. */
    fun quirks(vararg names: String) {
        val asked = "$origin/_sandbox/quirks?" + names.joinToString("&") { "quirk=$it" }
        val request = HttpRequest.newBuilder(URI(asked)).POST(BodyPublishers.noBody()).build()
        check(browser.send(request, BodyHandlers.discarding()).statusCode() < 300)
    }

    /** How many messages came. */
    fun messages(): Int = Regex("\"Communication\"").findAll(get(URI("$origin/_sandbox/created")).body()).count()

    /** Signs in at the page, and gives the address to which the browser is sent back. */
    fun signIn(page: String): String {
        var at = URI(page)
        var answer = get(at)
        repeat(MOST_PAGES) {
            val to = answer.headers().firstValue("location").orElse(null)
            if (to != null) {
                at = at.resolve(to)
                if (!at.toString().startsWith(origin)) return at.toString()
                answer = get(at)
            } else {
                val form = checkNotNull(FORM.find(answer.body())) { answer.body() }
                at = at.resolve(attribute(form.groupValues[1], "action").orEmpty())
                val sent = HttpRequest.newBuilder(at).header("Content-Type", "application/x-www-form-urlencoded")
                answer = browser.send(sent.POST(BodyPublishers.ofString(filled(form.groupValues[2]))).build(), BodyHandlers.ofString())
            }
        }
        error("The sign-in did not come to an end")
    }

    override fun close() {
        process.destroyForcibly().waitFor()
    }

    private fun get(address: URI) = browser.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())

    /** As a person who allows it: what is ticked stays so, of what can be chosen the first, and the first button. */
    private fun filled(form: String): String {
        val fields = mutableListOf<Pair<String, String>>()
        for (tag in FIELD.findAll(form).map { it.value }) {
            val name = attribute(tag, "name") ?: continue
            val value = name to (alice[name] ?: attribute(tag, "value").orEmpty())
            when (if (tag.startsWith("<button")) "button" else attribute(tag, "type")) {
                "checkbox" -> if ("checked" in tag) fields += value
                "radio", "button" -> if (fields.none { it.first == name }) fields += value
                else -> fields += value
            }
        }
        return fields.joinToString("&") { (name, value) -> URLEncoder.encode(name, "UTF-8") + "=" + URLEncoder.encode(value, "UTF-8") }
    }

    private fun attribute(
        tag: String,
        name: String,
    ): String? =
        Regex("\\b$name=\"([^\"]*)\"")
            .find(tag)
            ?.groupValues
            ?.get(1)
            ?.replace("&amp;", "&")
            ?.replace("&#39;", "'")
            ?.replace("&quot;", "\"")

    private companion object {
        const val MOST_PAGES = 12
        val FORM = Regex("<form([^>]*)>(.*?)</form>", RegexOption.DOT_MATCHES_ALL)
        val FIELD = Regex("<(?:input|button)[^>]*>")
    }
}
