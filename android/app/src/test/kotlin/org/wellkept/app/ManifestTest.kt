package org.wellkept.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.w3c.dom.Element
import java.io.File
import javax.xml.parsers.DocumentBuilderFactory

/** What Android is told of the app, read as it stands in the sources. */
class ManifestTest {
    private val manifest = parse("AndroidManifest.xml")
    private val application = manifest.all("application").single()

    @Test
    fun c7_no_backup_and_no_move_to_another_phone_takes_the_record_or_its_keys() {
        assertEquals("false", application["allowBackup"])
        assertEquals("@xml/data_extraction_rules", application["dataExtractionRules"])
        assertEquals("@xml/full_backup_content", application["fullBackupContent"])
        assertNull(application["backupAgent"])

        val rules = parse("res/xml/data_extraction_rules.xml")
        assertEquals(EVERYTHING, excluded(rules.all("cloud-backup").single()))
        assertEquals(EVERYTHING, excluded(rules.all("device-transfer").single()))
        assertEquals(EVERYTHING, excluded(parse("res/xml/full_backup_content.xml")))
    }

    @Test
    fun c7_other_apps_are_lent_one_folder_of_the_cache_and_only_file_by_file() {
        val provider = manifest.all("provider").single()
        assertEquals("false", provider["exported"])
        assertEquals("true", provider["grantUriPermissions"])
        assertEquals("org.wellkept.app.opened", provider["authorities"])
        assertEquals("@xml/opened", provider.all("meta-data").single()["resource"])
        val lent = parse("res/xml/opened.xml").getElementsByTagName("*")
        assertEquals(1, lent.length)
        val only = lent.item(0) as Element
        assertEquals("cache-path", only.tagName)
        assertEquals("opened/", only.getAttribute("path"))
    }

    @Test
    fun c27_every_part_says_whether_other_apps_may_use_it() {
        val parts = COMPONENTS.flatMap { manifest.all(it) }
        assertEquals(
            listOf(".MainActivity", ".FromNotice", ".drawing.DrawingService", ".sync.SyncJob", "androidx.core.content.FileProvider"),
            parts.map { it["name"] },
        )
        assertEquals(listOf("true", "false", "false", "false", "false"), parts.map { it["exported"] })
        assertEquals(listOf(null, "android.permission.BIND_JOB_SERVICE"), manifest.all("service").map { it["permission"] })
        assertEquals("one window: what is kept off screenshots there is kept off them", 1, manifest.all("activity").size)
        assertEquals("singleTask", manifest.all("activity").single()["launchMode"])
        assertEquals(emptyList<Element>(), manifest.all("queries") + manifest.all("permission") + manifest.all("uses-library"))
    }

    @Test
    fun c30_hostile_files_are_drawn_in_a_process_without_rights() {
        val drawing = manifest.all("service").single { it["name"] == ".drawing.DrawingService" }
        assertEquals(listOf("true", "false"), listOf(drawing["isolatedProcess"], drawing["exported"]))
        assertNull("none that it would share", drawing["process"])
        assertNull(drawing["externalService"])
        assertNull(drawing["useAppZygote"])
    }

    @Test
    fun c27_other_apps_reach_one_window_and_only_by_our_own_return_addresses() {
        val reachable = COMPONENTS.flatMap { manifest.all(it) }.filter { it["exported"] != "false" }
        val window = reachable.single()
        assertEquals(".MainActivity", window["name"])

        val filters = window.all("intent-filter").map { filter -> filter.all("data").flatMap { it.ownAttributes() } }
        val expected =
            listOf(
                emptyList(),
                listOf("scheme=https", "host=@string/link_host", "path=@string/link_path"),
                listOf("scheme=@string/link_scheme"),
            )
        assertEquals(expected, filters)
        assertEquals("true", window.all("intent-filter")[1]["autoVerify"])
    }

    @Test
    fun c27_the_claim_on_the_app_link_names_this_app() {
        val claim = File(moduleFolder, "assetlinks.json").readText()
        assertTrue(claim.contains("\"package_name\": \"${manifest.getAttribute("package")}\""))
        assertEquals(manifest.getAttribute("package"), parse("res/values/links.xml").string("link_scheme"))
    }

    @Test
    fun c29_only_the_systems_roots_are_trusted_and_nothing_goes_in_the_clear() {
        val security = parse("res/xml/network_security.xml")
        assertEquals("@xml/network_security", application["networkSecurityConfig"])
        val base = security.all("base-config").single()
        assertEquals("false", base.getAttribute("cleartextTrafficPermitted"))
        assertEquals(listOf("system"), security.all("certificates").map { it.getAttribute("src") })
        assertTrue(security.all("domain-config").isEmpty() && security.all("debug-overrides").isEmpty())
    }

    @Test
    fun the_app_asks_for_no_more_than_it_uses() {
        val asked = manifest.all("uses-permission").map { it["name"]?.substringAfterLast('.') }
        val expected =
            listOf(
                "INTERNET",
                "ACCESS_NETWORK_STATE",
                "POST_NOTIFICATIONS",
                "RECEIVE_BOOT_COMPLETED",
                "USE_BIOMETRIC",
                "HIDE_OVERLAY_WINDOWS",
            )
        assertEquals(expected, asked)
        assertNull(application["debuggable"])
        assertNull(application["directBootAware"])
        assertNull(application["requestLegacyExternalStorage"])
        assertNull(application["usesCleartextTraffic"])
    }

    @Test
    fun every_text_is_there_in_spanish_too() {
        val english = parse("res/values/strings.xml").all("string").filter { it.getAttribute("translatable") != "false" }
        val spanish = parse("res/values-es/strings.xml").all("string")
        assertEquals(english.map { it.getAttribute("name") }, spanish.map { it.getAttribute("name") })
        spanish.zip(english).filter { (es, _) -> es.getAttribute("name") != "notice_title" }.forEach { (es, en) ->
            assertTrue(es.textContent, es.textContent.isNotBlank() && es.textContent != en.textContent)
        }
    }

    private fun excluded(rules: Element): Set<String> {
        assertTrue("nothing is included", rules.all("include").isEmpty())
        return rules
            .all("exclude")
            .filter { it.getAttribute("path") == "." }
            .map { it.getAttribute("domain") }
            .toSet()
    }

    private companion object {
        const val ANDROID = "http://schemas.android.com/apk/res/android"
        val COMPONENTS = listOf("activity", "activity-alias", "service", "receiver", "provider")
        val EVERYTHING =
            listOf("root", "file", "database", "sharedpref")
                .flatMap { listOf(it, "device_$it") }
                .plus("external")
                .toSet()

        fun parse(path: String): Element {
            val factory = DocumentBuilderFactory.newInstance().apply { isNamespaceAware = true }
            return factory.newDocumentBuilder().parse(File(moduleFolder, "src/main/$path")).documentElement
        }

        fun Element.all(name: String): List<Element> {
            val found = getElementsByTagName(name)
            return List(found.length) { found.item(it) as Element }
        }

        operator fun Element.get(name: String): String? = getAttributeNS(ANDROID, name).ifEmpty { null }

        fun Element.ownAttributes() = List(attributes.length) { "${attributes.item(it).localName}=${attributes.item(it).nodeValue}" }

        fun Element.string(name: String) = all("string").single { it.getAttribute("name") == name }.textContent
    }
}
