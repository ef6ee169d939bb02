package org.wellkept.app.keys

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import org.junit.rules.ExternalResource
import java.io.InputStream
import java.io.OutputStream
import java.security.AlgorithmParameters
import java.security.Key
import java.security.KeyStoreException
import java.security.KeyStoreSpi
import java.security.Provider
import java.security.SecureRandom
import java.security.Security
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.util.Collections
import java.util.Date
import java.util.Enumeration
import javax.crypto.Cipher
import javax.crypto.CipherSpi
import javax.crypto.IllegalBlockSizeException
import javax.crypto.KeyGenerator
import javax.crypto.KeyGeneratorSpi
import javax.crypto.SecretKey

/**
 * Android's keystore, which Robolectric does not have: keys that cannot be read, that need the person where they were made so,
 * and that are gone once the screen lock is taken away.
 */
class Hardware : ExternalResource() {
    val keys = mutableMapOf<String, HardwareKey>()

    /** Whether it answers at all. */
    var answers = true

    /** The person has just shown that it is them: one use. */
    var shown = false

    public override fun before() {
        current = this
        Security.insertProviderAt(HardwareProvider(), 1)
    }

    public override fun after() = Security.removeProvider(NAME)

    /** The screen lock is taken away. */
    fun invalidate() = keys.values.forEach { it.gone = true }

    fun ask() {
        if (!answers) throw KeyStoreException("busy")
    }

    companion object {
        const val NAME = "AndroidKeyStore"
        lateinit var current: Hardware
    }
}

/** A key whose bytes stay where they are. */
class HardwareKey(
    val spec: KeyGenParameterSpec,
    private val inside: SecretKey,
) : SecretKey {
    var gone = false

    override fun getAlgorithm() = "AES"

    override fun getFormat(): String? = null

    override fun getEncoded(): ByteArray? = null

    fun start(
        cipher: Cipher,
        mode: Int,
        parameters: AlgorithmParameterSpec?,
    ) {
        Hardware.current.ask()
        if (gone) throw KeyPermanentlyInvalidatedException()
        if (parameters == null) cipher.init(mode, inside) else cipher.init(mode, inside, parameters)
    }

    fun use() {
        if (!spec.isUserAuthenticationRequired) return
        if (!Hardware.current.shown) throw IllegalBlockSizeException("not shown who it is")
        Hardware.current.shown = false
    }
}

private class HardwareProvider : Provider(Hardware.NAME, "1", "for tests") {
    init {
        put("KeyStore.${Hardware.NAME}", Keys::class.java.name)
        put("KeyGenerator.AES", Making::class.java.name)
        put("Cipher.AES/GCM/NoPadding", Using::class.java.name)
        put("Cipher.AES/GCM/NoPadding SupportedKeyClasses", HardwareKey::class.java.name)
    }
}

class Making : KeyGeneratorSpi() {
    private lateinit var spec: KeyGenParameterSpec

    override fun engineInit(random: SecureRandom?) = error("a spec is needed")

    override fun engineInit(
        size: Int,
        random: SecureRandom?,
    ) = error("a spec is needed")

    override fun engineInit(
        parameters: AlgorithmParameterSpec?,
        random: SecureRandom?,
    ) {
        spec = parameters as KeyGenParameterSpec
    }

    override fun engineGenerateKey(): SecretKey {
        Hardware.current.ask()
        val inside = KeyGenerator.getInstance("AES", "SunJCE").apply { init(spec.keySize) }.generateKey()
        return HardwareKey(spec, inside).also { Hardware.current.keys[spec.keystoreAlias] = it }
    }
}

class Using : CipherSpi() {
    private val inside = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE")
    private lateinit var key: HardwareKey

    override fun engineInit(
        mode: Int,
        key: Key?,
        random: SecureRandom?,
    ) = start(mode, key, null)

    override fun engineInit(
        mode: Int,
        key: Key?,
        parameters: AlgorithmParameterSpec?,
        random: SecureRandom?,
    ) = start(mode, key, parameters)

    override fun engineInit(
        mode: Int,
        key: Key?,
        parameters: AlgorithmParameters?,
        random: SecureRandom?,
    ) = error("not used")

    private fun start(
        mode: Int,
        key: Key?,
        parameters: AlgorithmParameterSpec?,
    ) {
        this.key = key as HardwareKey
        this.key.start(inside, mode, parameters)
    }

    override fun engineDoFinal(
        input: ByteArray?,
        offset: Int,
        length: Int,
    ): ByteArray {
        key.use()
        return inside.doFinal(input, offset, length)
    }

    override fun engineUpdateAAD(
        bytes: ByteArray?,
        offset: Int,
        length: Int,
    ) = inside.updateAAD(bytes, offset, length)

    override fun engineGetIV(): ByteArray = inside.iv

    override fun engineGetBlockSize() = inside.blockSize

    override fun engineGetOutputSize(length: Int) = inside.getOutputSize(length)

    override fun engineGetParameters(): AlgorithmParameters = inside.parameters

    override fun engineSetMode(mode: String?) = Unit

    override fun engineSetPadding(padding: String?) = Unit

    override fun engineUpdate(
        input: ByteArray?,
        offset: Int,
        length: Int,
    ): ByteArray? = inside.update(input, offset, length)

    override fun engineUpdate(
        input: ByteArray?,
        offset: Int,
        length: Int,
        output: ByteArray?,
        at: Int,
    ) = inside.update(input, offset, length, output, at)

    override fun engineDoFinal(
        input: ByteArray?,
        offset: Int,
        length: Int,
        output: ByteArray?,
        at: Int,
    ) = error("not used")
}

class Keys : KeyStoreSpi() {
    private val kept get() = Hardware.current.also { it.ask() }.keys

    override fun engineLoad(
        stream: InputStream?,
        password: CharArray?,
    ) = Unit

    override fun engineGetKey(
        alias: String,
        password: CharArray?,
    ): Key? = kept[alias]

    override fun engineContainsAlias(alias: String) = alias in kept

    override fun engineDeleteEntry(alias: String) {
        kept.remove(alias)
    }

    override fun engineAliases(): Enumeration<String> = Collections.enumeration(kept.keys)

    override fun engineSize() = kept.size

    override fun engineIsKeyEntry(alias: String) = alias in kept

    override fun engineIsCertificateEntry(alias: String) = false

    override fun engineGetCertificateChain(alias: String): Array<Certificate>? = null

    override fun engineGetCertificate(alias: String): Certificate? = null

    override fun engineGetCertificateAlias(certificate: Certificate?): String? = null

    override fun engineGetCreationDate(alias: String): Date? = null

    override fun engineSetKeyEntry(
        alias: String,
        key: Key?,
        password: CharArray?,
        chain: Array<Certificate>?,
    ) = error("not used")

    override fun engineSetKeyEntry(
        alias: String,
        key: ByteArray?,
        chain: Array<Certificate>?,
    ) = error("not used")

    override fun engineSetCertificateEntry(
        alias: String,
        certificate: Certificate?,
    ) = error("not used")

    override fun engineStore(
        stream: OutputStream?,
        password: CharArray?,
    ) = error("not used")
}
