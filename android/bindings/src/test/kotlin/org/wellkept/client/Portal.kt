package org.wellkept.client

import java.io.BufferedReader
import java.io.File
import java.net.CookieManager
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers

/** The sandbox portal as a process on loopback, and a person who signs in at its pages as a browser does. */
class Portal private constructor(
    private val process: Process,
    private val said: BufferedReader,
    val base: String,
) : AutoCloseable {
    /** Signs in as alice at the page [address] and gives the address to which the browser is sent back. */
    fun signIn(address: String): String {
        val browser = HttpClient.newBuilder().cookieHandler(CookieManager()).followRedirects(HttpClient.Redirect.NEVER).build()
        var at = URI(address)
        var form: String? = null
        repeat(MOST_PAGES) {
            val request = HttpRequest.newBuilder(at)
            form?.let {
                request.header("Content-Type", "application/x-www-form-urlencoded").POST(BodyPublishers.ofString(it))
            }
            val answer = browser.send(request.build(), BodyHandlers.ofString())
            val to = answer.headers().firstValue("location").orElse(null)
            form = null
            if (to != null) {
                val next = at.resolve(to)
                if (next.authority != URI(base).authority) return next.toString()
                at = next
            } else {
                check(answer.statusCode() == 200) { "status ${answer.statusCode()}" }
                val page = Form.of(answer.body())
                at = at.resolve(page.action)
                form = page.filledIn()
            }
        }
        error("too many pages")
    }

    /** The clinic does something about what a patient sent, as `sandbox answer` does. */
    fun post(what: String) {
        val origin = URI(base).let { "http://${it.authority}" }
        val request = HttpRequest.newBuilder(URI("$origin/_sandbox/$what")).POST(BodyPublishers.noBody()).build()
        val answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString())
        check(answer.statusCode() == 200) { answer.body() }
    }

    override fun close() {
        process.destroy()
        process.waitFor()
        said.close()
    }

    /** One form of a page, with what stands in it. */
    private class Form(
        val action: String,
        val fields: List<Pair<String, String>>,
        val presses: Boolean,
    ) {
        fun filledIn(): String {
            val typed = mapOf("username" to "alice", "password" to PASSWORD)
            val sent = fields.map { (name, value) -> name to (typed[name] ?: value) }
            val pressed = if (presses) listOf("decision" to "allow") else emptyList()
            return (sent + pressed).joinToString("&") { (name, value) -> "${encoded(name)}=${encoded(value)}" }
        }

        companion object {
            fun of(page: String): Form {
                val form = checkNotNull(FORM.find(page)) { "no form" }
                val inputs = INPUT.findAll(form.groupValues[2]).map { attributes(it.value) }.toList()
                val radios = mutableSetOf<String>()
                val kept =
                    inputs.filter {
                        when (it["type"]) {
                            "submit", "button" -> false
                            "radio" -> radios.add(it.getValue("name"))
                            "checkbox" -> "checked" in it
                            else -> "name" in it
                        }
                    }
                return Form(
                    attributes(form.groupValues[1])["action"].orEmpty(),
                    kept.map { it.getValue("name") to it["value"].orEmpty() },
                    "name=\"decision\"" in form.groupValues[2],
                )
            }
        }
    }

    companion object {
        const val CLIENT_ID = "wellkept"
        const val PASSWORD = "alice-in-the-garden"
        private const val MOST_PAGES = 12
        private val FORM = Regex("<form([^>]*)>(.*?)</form>", RegexOption.DOT_MATCHES_ALL)
        private val INPUT = Regex("<input[^>]*>")
        private val ATTRIBUTE = Regex("([a-z]+)(?:=\"([^\"]*)\")?")

        private fun attributes(tag: String) =
            ATTRIBUTE.findAll(tag.removePrefix("<input")).associate { it.groupValues[1] to unescaped(it.groupValues[2]) }

        private fun unescaped(text: String) =
            text.replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

        private fun encoded(text: String) = URLEncoder.encode(text, Charsets.UTF_8)

        /** Starts a portal; [options] as `sandbox serve` takes them. */
        fun start(vararg options: String): Portal {
            val programs = checkNotNull(System.getProperty("wellkept.programs")) { "-Dwellkept.programs names no folder" }
            val process =
                ProcessBuilder(listOf(File(programs, "sandbox").path, "serve") + options)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start()
            Runtime.getRuntime().addShutdownHook(Thread { process.destroy() })
            val said = process.inputStream.bufferedReader()
            val first = checkNotNull(said.readLine()) { "the portal did not start" }
            return Portal(process, said, first.removePrefix("FHIR base: "))
        }
    }
}
