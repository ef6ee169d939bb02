package org.wellkept.ui

import org.junit.internal.TextListener
import org.junit.runner.Description
import org.junit.runner.JUnitCore
import org.junit.runner.Request
import org.junit.runner.manipulation.Filter

/** Runs the tests of one class whose names hold a word: `OneTest org.wellkept.ui.WordsTest date`. */
object OneTest {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val filter = object : Filter() {
            override fun shouldRun(description: Description) = description.isSuite || arguments[1] in description.methodName

            override fun describe() = arguments[1]
        }
        val core = JUnitCore()
        core.addListener(TextListener(System.out))
        core.run(Request.aClass(Class.forName(arguments[0])).filterWith(filter))
        kotlin.system.exitProcess(0)
    }
}
