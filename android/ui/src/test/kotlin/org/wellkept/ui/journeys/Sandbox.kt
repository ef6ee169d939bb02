package org.wellkept.ui.journeys

import java.net.CookieManager
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.nio.file.Path
import java.util.concurrent.LinkedBlockingQueue

/** A portal in a process of its own. */
class Sandbox(
    vararg arguments: String,
) : AutoCloseable {
    private val process: Process
    private val http = HttpClient.newHttpClient()
    private val answers = LinkedBlockingQueue<String>()

    /** Its FHIR base address. */
    val base: String

    private val user: String
    private val password: String
    private val origin: String get() = base.substringBefore("/fhir")

    init {
        val program = Path.of(System.getProperty("wellkept.programs"), "sandbox").toString()
        process = ProcessBuilder(listOf(program, "serve", "--commands") + arguments).redirectErrorStream(true).start()
        val said = process.inputReader()
        base = said.readLine().removePrefix("FHIR base: ")
        val words = said.readLine().split(' ')
        user = words[1]
        password = words[3]
        val reading = Thread {
            said.forEachLine(answers::put)
            answers.put(GONE)
        }
        reading.apply { isDaemon = true }.start()
    }

    /** No connection comes to it any more, until [start]. What it knows is kept. */
    fun stop() = command("stop")

    fun start() = command("start")

    private fun command(word: String) {
        process.outputStream.write("$word\n".toByteArray())
        process.outputStream.flush()
        generateSequence(answers::take).first { answer ->
            check(answer != GONE) { "the portal is gone" }
            answer == word
        }
    }

    /** Makes time pass at the portal: `correction`, `results` ... */
    fun evolve(step: String) = post("evolve?step=$step")

    /** Switches exactly these misbehaviours on. */
    fun quirks(vararg names: String) = post("quirks?" + names.joinToString("&") { "quirk=" + URLEncoder.encode(it, "UTF-8") })

    /** How many of a type were made at the portal by those who signed in. */
    fun created(type: String): Int = Regex("\"$type\"").findAll(get("$origin/_sandbox/created").body()).count()

    private fun post(what: String) {
        val request = HttpRequest.newBuilder(URI("$origin/_sandbox/$what")).POST(HttpRequest.BodyPublishers.noBody()).build()
        val answer = http.send(request, HttpResponse.BodyHandlers.ofString())
        check(answer.statusCode() < 300) { "$what: ${answer.statusCode()} ${answer.body()}" }
    }

    private fun get(address: String) = http.send(HttpRequest.newBuilder(URI(address)).build(), HttpResponse.BodyHandlers.ofString())

    /** Signs in at its pages as a person does, and gives the address to which the browser is sent back. */
    fun signIn(page: String): String {
        val browser = HttpClient.newBuilder().cookieHandler(CookieManager()).build()
        var at = URI(page)
        var form: String? = null
        repeat(MOST_PAGES) {
            val builder = HttpRequest.newBuilder(at)
            form?.let { builder.header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(it)) }
            val answer = browser.send(builder.build(), HttpResponse.BodyHandlers.ofString())
            val to = answer.headers().firstValue("location").orElse(null)
            if (to != null) {
                at = at.resolve(to)
                form = null
                if (!at.toString().startsWith(origin)) return at.toString()
            } else {
                check(answer.statusCode() == 200) { answer.body() }
                val filled = fill(answer.body())
                at = at.resolve(filled.first)
                form = filled.second
            }
        }
        error("The sign-in did not come to an end")
    }

    /** The first form of a page, filled in as the person would: where it goes, and what is sent. */
    private fun fill(page: String): Pair<String, String> {
        val (head, inside) = checkNotNull(FORM.find(page)) { "no form: $page" }.destructured
        val sent = mutableListOf<Pair<String, String>>()
        var pressed = false
        for (tag in FIELD.findAll(inside)) {
            val name = attribute(tag.value, "name") ?: continue
            val value = attribute(tag.value, "value").orEmpty()
            val kind = if (tag.value.startsWith("<button")) "button" else attribute(tag.value, "type").orEmpty()
            when {
                name == "user" || name == "username" -> sent += name to user
                kind == "password" -> sent += name to password
                kind == "radio" -> if (sent.none { it.first == name }) sent += name to value
                kind == "checkbox" -> if (Regex("\\bchecked\\b") in tag.value) sent += name to value
                kind == "button" -> if (!pressed) sent += (name to value).also { pressed = true }
                else -> sent += name to value
            }
        }
        return unescape(attribute(head, "action").orEmpty()) to
            sent.joinToString("&") { (name, value) -> encoded(name) + "=" + encoded(value) }
    }

    private fun attribute(
        tag: String,
        name: String,
    ): String? =
        Regex("\\b$name=\"([^\"]*)\"")
            .find(tag)
            ?.groupValues
            ?.get(1)
            ?.let(::unescape)

    private fun unescape(text: String) =
        text
            .replace(
                "&quot;",
                "\"",
            ).replace("&#39;", "'")
            .replace("&#x27;", "'")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")

    private fun encoded(text: String) = URLEncoder.encode(text, "UTF-8")

    override fun close() {
        process.destroyForcibly().waitFor()
    }

    private companion object {
        const val MOST_PAGES = 12
        const val GONE = "(gone)"
        val FORM = Regex("<form([^>]*)>(.*?)</form>", RegexOption.DOT_MATCHES_ALL)
        val FIELD = Regex("<(?:input|button)[^>]*>")
    }
}
